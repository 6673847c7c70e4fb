import Foundation
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
      throw RunError(path(name), "cannot be read: \(error.localizedDescription)")
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
      throw RunError(path(name), "damaged: \(error.localizedDescription)")
    }
  }

  /// A file of one JSON a line, in parallel: the explorer shows nothing before all are read.
  func lines<Value: Decodable & Sendable>(_ name: String) throws(RunError) -> [Value] {
    let lines = try bytes(name).split(separator: UInt8(ascii: "\n"))
    let part = max(256, lines.count / availableWorkers() + 1)
    let parts = stride(from: 0, to: lines.count, by: part).map {
      lines[$0..<min($0 + part, lines.count)]
    }
    let values = mapInParallel(count: parts.count, workers: availableWorkers()) { place in
      Result {
        let decoder = JSONDecoder()
        return try parts[place].map { try decoder.decode(Value.self, from: $0) }
      }
    }
    do {
      return try values.flatMap { try $0.get() }
    } catch {
      throw RunError(path(name), "damaged: \(error.localizedDescription)")
    }
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
