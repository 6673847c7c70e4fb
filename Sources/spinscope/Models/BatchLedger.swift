import Foundation
import StrictJSON

/// Which batches a folder of features holds already, each with the sum of its rows.
///
/// One line a batch, behind a line that names what the features depend on.
final class BatchLedger {
  static let name = "batches.done"

  /// The sum of the rows of every batch that is done.
  private(set) var done: [Int: UInt64]
  private let handle: FileHandle

  /// Opens the ledger of a folder, or empties the folder if what it holds depends on other things.
  init(_ folder: URL, _ fingerprint: String) throws(Failure) {
    let file = folder.appendingPathComponent(Self.name)
    let found = Self.read(folder, fingerprint)
    if found == nil { try? FileManager.default.removeItem(at: folder) }
    done = found ?? [:]
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      if done.isEmpty { try Data((fingerprint + "\n").utf8).write(to: file) }
      handle = try FileHandle(forWritingTo: file)
      try handle.seekToEnd()
      if !done.isEmpty { try handle.write(contentsOf: Data("\n".utf8)) }
    } catch {
      throw Failure(.failed, "\(file.path): cannot be written: \(error.systemReason)")
    }
  }

  /// What a folder's ledger says, which is left as it is; nil if there is none of this fingerprint.
  static func read(_ folder: URL, _ fingerprint: String) -> [Int: UInt64]? {
    let file = folder.appendingPathComponent(name)
    let lines = (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
    guard lines.first.map(String.init) == fingerprint else { return nil }
    var done: [Int: UInt64] = [:]
    // A line that was cut off by a kill does not end in a full stop.
    for line in lines.dropFirst() where line.hasSuffix(".") {
      let parts = line.dropLast().split(separator: " ")
      if parts.count == 2, let batch = Int(parts[0]), let sum = UInt64(parts[1], radix: 16) {
        done[batch] = sum
      }
    }
    return done
  }

  /// Says that all rows of a batch are written.
  func enter(_ batch: Int, sum: UInt64) throws {
    done[batch] = sum
    try handle.write(contentsOf: Data("\(batch) \(String(sum, radix: 16)).\n".utf8))
  }
}
