import Foundation

extension RunMaker {
  /// Adds to a failure of the disk what the next fit goes on from.
  func sayingWhatIsKept<Result>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    do {
      return try body()
    } catch {
      guard error.code == .failed, let kept else { throw error }
      throw Failure(error.code, "\(error.message); \(kept)")
    }
  }

  /// What an unfinished fit has done; nil if nothing.
  private var kept: String? {
    let ledger = partial.appendingPathComponent("features/\(BatchLedger.name)")
    let lines = (try? String(contentsOf: ledger, encoding: .utf8))?.split(separator: "\n") ?? []
    let batches = lines.dropFirst().count { $0.hasSuffix(".") }
    let units = partial.appendingPathComponent("units")
    let pieces = ((try? FileManager.default.subpathsOfDirectory(atPath: units.path)) ?? [])
      .count { !units.appendingPathComponent($0).hasDirectoryPath }
    guard batches + pieces > 0 else { return nil }
    return "\(grouped(batches)) batches of texts and \(grouped(pieces)) probes and heads are kept: "
      + "make room, and the same command goes on from them"
  }
}
