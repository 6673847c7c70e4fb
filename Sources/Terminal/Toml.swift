public import Foundation
import TOMLKit

/// A value of a TOML document: the one place that knows which parser reads it.
public enum Toml: Equatable, Sendable {
  case string(String)
  case integer(Int)
  case number(Double)
  case boolean(Bool)
  case array([Toml])
  case table([String: Toml])
  /// Dates and times, which no file of this project uses.
  case other

  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
  public var array: [Toml]? { if case .array(let value) = self { value } else { nil } }
  public var table: [String: Toml]? { if case .table(let value) = self { value } else { nil } }
  /// An integer or a floating-point number.
  public var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
}

/// A file that could not be read as TOML.
public struct TomlError: Error, Equatable, CustomStringConvertible {
  public let file: String
  /// From 1; nil when the file could not be read at all.
  public let line: Int?
  public let reason: String

  public var description: String {
    "\(sanitized(file))\(line.map { ":\($0)" } ?? ""): \(sanitized(reason))"
  }
}

extension Toml {
  /// Reads a document.
  ///
  /// `file`: the name that errors give.
  public static func parse(_ text: String, file: String) throws(TomlError) -> [String: Toml] {
    do {
      return try convert(TOMLTable(string: text))
    } catch let error as TOMLParseError {
      throw TomlError(file: file, line: error.source.begin.line, reason: error.description)
    } catch {
      throw TomlError(file: file, line: nil, reason: "\(error)")
    }
  }

  /// Reads a file of at most 1 MiB.
  public static func read(_ url: URL) throws(TomlError) -> [String: Toml] {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw TomlError(file: url.path, line: nil, reason: "cannot be read; check that it exists")
    }
    guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
      throw TomlError(file: url.path, line: nil, reason: "is not UTF-8 text of at most 1 MiB")
    }
    return try parse(text, file: url.path)
  }

  private static func convert(_ table: TOMLTable) -> [String: Toml] {
    var result: [String: Toml] = [:]
    for key in table.keys {
      if let value = table[key] { result[key] = convert(value) }
    }
    return result
  }

  private static func convert(_ value: any TOMLValueConvertible) -> Toml {
    switch value.type {
    case .string: value.string.map(Toml.string) ?? .other
    case .int: value.int.map(Toml.integer) ?? .other
    case .double: value.double.map(Toml.number) ?? .other
    case .bool: value.bool.map(Toml.boolean) ?? .other
    case .array: .array(value.array.map { $0.map { convert($0) } } ?? [])
    case .table: .table(value.table.map(convert) ?? [:])
    case .date, .time, .dateTime: .other
    }
  }
}
