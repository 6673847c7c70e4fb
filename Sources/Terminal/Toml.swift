public import Foundation

/// A value of a TOML document.
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
    var parser = TomlParser(text)
    do throws(TomlParser.Fault) {
      return try parser.document()
    } catch {
      throw TomlError(file: file, line: error.line, reason: error.reason)
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
}
