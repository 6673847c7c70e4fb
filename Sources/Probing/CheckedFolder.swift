import Foundation
import StrictJSON
import Tensors

/// A run's folder, whose files are checked against its sums as they are read.
struct CheckedFolder {
  let url: URL
  let sums: RunSums

  init(_ url: URL) {
    self.url = url
    sums = RunSums(of: url)
  }

  /// The path of a file, for messages.
  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// The bytes of a file, as they were written.
  func bytes(_ name: String) throws(RunError) -> Data {
    let bytes: Data
    do { bytes = try Data(contentsOf: url.appendingPathComponent(name)) } catch {
      throw RunError(path(name), "cannot be read: \(error.systemReason)")
    }
    try sums.check(name, bytes)
    return bytes
  }

  /// A file of JSON.
  func json<Value: Decodable>(_ type: Value.Type, _ name: String) throws(RunError) -> Value {
    let bytes = try bytes(name)
    do {
      return try JSONDecoder().decode(type, from: bytes)
    } catch let error as DecodingError {
      throw RunError(path(name), "damaged: \(error.place); fit the run again")
    } catch {
      throw RunError(path(name), "damaged: \(error.systemReason)")
    }
  }

  /// A file of one JSON a line, in parallel: the explorer shows nothing before all are read.
  func lines<Value: Decodable & Sendable>(_ name: String) throws(RunError) -> [Value] {
    try parts(name) { try Self.values($0) }
  }

  /// The same where each line is read by hand, nil if it is not what is expected: in a run of many
  /// short lines a generic decoder takes most of the time.
  func lines<Value: Sendable>(
    _ name: String, _ read: @Sendable (JSON) -> Value?
  ) throws(RunError) -> [Value] {
    try parts(name) { part in
      try part.split(separator: Self.lineFeed).map { line in
        guard let value = read(try JSON.parse(Array(line))) else {
          throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not expected"))
        }
        return value
      }
    }
  }

  /// The values of a file's parts, read at once and joined.
  private func parts<Value: Sendable>(
    _ name: String, _ read: @Sendable (ArraySlice<UInt8>) throws -> [Value]
  ) throws(RunError) -> [Value] {
    let bytes = Array(try bytes(name))
    let workers = availableWorkers()
    let parts = Self.parts(of: bytes, most: workers)
    let values = mapInParallel(count: parts.count, workers: workers) { place in
      Result { try read(bytes[parts[place]]) }
    }
    do {
      return try values.flatMap { try $0.get() }
    } catch {
      throw RunError(path(name), "damaged: \(error.systemReason)")
    }
  }

  private static let lineFeed = UInt8(ascii: "\n")

  /// Pieces of about the same length that end with a line, at most so many, none of them small.
  private static func parts(of bytes: [UInt8], most: Int) -> [Range<Int>] {
    let length = max(1 << 14, bytes.count / most + 1)
    var parts: [Range<Int>] = []
    var start = 0
    while start < bytes.count {
      let rest = bytes[min(bytes.count, start + length)...]
      let end = rest.firstIndex(of: lineFeed).map { $0 + 1 } ?? bytes.count
      parts.append(start..<end)
      start = end
    }
    return parts
  }

  /// The values of some lines, as one list: a decoder begins slowly.
  private static func values<Value: Decodable>(_ lines: ArraySlice<UInt8>) throws -> [Value] {
    var list = [UInt8(ascii: "[")]
    list.reserveCapacity(lines.count + 2)
    // No line break can stand within a line's JSON.
    for byte in lines { list.append(byte == lineFeed ? UInt8(ascii: ",") : byte) }
    if list.count > 1, list.last == UInt8(ascii: ",") { list.removeLast() }
    list.append(UInt8(ascii: "]"))
    let values = try JSONDecoder().decode([Value].self, from: Data(list))
    let count = lines.count { $0 == lineFeed } + (lines.last == lineFeed ? 0 : 1)
    guard values.count == count else {
      throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not one a line"))
    }
    return values
  }
}

extension DecodingError {
  /// The key at which decoding stopped, and why.
  fileprivate var place: String {
    switch self {
    case .keyNotFound(let key, _): "the key '\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
    @unknown default: "it cannot be decoded"
    }
  }
}
