import Foundation
import Probing
import StrictJSON

extension RunMaker {
  /// What a shard holds, once it is whole.
  struct MadeShard {
    var shard: Shard
    var texts: Int
    /// Texts of all shards.
    var allTexts: Int
    /// More shards than this leave some without a text.
    var batches: Int
  }

  /// Reads one shard of the texts, or goes on where that was stopped; nothing is fitted.
  ///
  /// Shards know nothing of each other: any number of them can be read at once, on machines that
  /// share the output's folder or bring their shards there later.
  func make(
    _ shard: Shard, report: (WorkProgress) -> Void, note: (String) -> Void = { _ in }
  ) throws(Failure) -> MadeShard {
    try place.check()
    let folder = ShardFolder(shard, of: output)
    do {
      try FileManager.default.createDirectory(
        at: folder.url.deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw Failure(
        .failed, "\(folder.url.path): cannot be written: \(error.systemReason)")
    }
    let lock = try folder.lock()
    defer { lock.release() }
    let reading = try TextReading(
      self.folder, data, poolings: poolings, readsDecoder: readsDecoder, normsLast: normsLast,
      isHalf: isHalf, workers: workers)
    let maker = folder.maker(reading)
    let needs = FitNeeds(maker.plan, trainTexts: 0, workers: workers)
    try needs.check(on: output.deletingLastPathComponent(), written: maker.bytesOnDisk)
    try folder.write(reading.identity)
    if let line = needs.line(reading, maker.missing) { note(line) }
    let isWhole = try maker.fill {
      report($0)
      return true
    }
    guard isWhole else { throw Failure(.interrupted, "stopped") }
    return MadeShard(
      shard: shard, texts: maker.plan.texts, allTexts: reading.plan.texts,
      batches: reading.prepared.batches.count)
  }
}
