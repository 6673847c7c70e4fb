import Foundation
import Probing
import Tensors
import Transformers

/// What a fit will need of the machine, known before it starts.
struct FitNeeds {
  private let plan: FeaturePlan
  private let workers: Int
  /// Bytes that one probe's features take while it is fitted: as read, and standardised.
  private let bytesPerProbe: Int

  /// - Parameters:
  ///   - plan: of the features that are made.
  ///   - trainTexts: texts that a probe is fitted on; 0 where nothing is fitted.
  ///   - workers: threads at most.
  init(_ plan: FeaturePlan, trainTexts: Int, workers: Int) {
    self.plan = plan
    self.workers = workers
    bytesPerProbe = 3 * 4 * trainTexts * max(plan.width, plan.neurons)
  }

  /// Probes that fit into memory side by side, at least one.
  var fitWorkers: Int {
    guard let free = availableMemory() else { return workers }
    return max(1, min(workers, free / 2 / max(bytesPerProbe, 1)))
  }

  /// Refuses work that the disk cannot hold, beside the bytes that are there already.
  func check(on folder: URL, written: Int = 0) throws(Failure) {
    let system = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    let needed = plan.bytes - written
    guard let free = system?[.systemFreeSize] as? NSNumber, free.intValue < needed else { return }
    throw Failure(
      .failed,
      "\(folder.path): the features need \(size(needed)), and \(size(free.intValue)) are free; "
        + (plan.isHalf ? "choose another folder with -o" : "halve them with --half, or choose -o"))
  }

  /// One line about large work: its time at this machine's speed, its disk and its memory.
  ///
  /// The time is that of one batch of middling length, which is read for nothing.
  /// - Parameters:
  ///   - reading: the texts.
  ///   - batches: those that are still to be read.
  /// - Returns: nil for work of less than a minute or so.
  func line(_ reading: TextReading, _ batches: [Int]) -> String? {
    let total = reading.prepared.tokens(of: batches)
    guard total > 200_000 else { return nil }
    let sample = [batches[batches.count / 2]]
    let started = ContinuousClock.now
    _ = reading.extractor.extract(
      reading.prepared, batches: sample, into: { _ in }, progress: { _ in true })
    let seconds = (ContinuousClock.now - started) / .seconds(1)
    let minutes =
      seconds * Double(total) / Double(max(1, reading.prepared.tokens(of: sample)))
      / Double(min(workers, batches.count)) / 60
    return
      "reading \(grouped(total)) tokens takes about \(decimals(minutes, minutes < 10 ? 1 : 0)) "
      + "minutes here; features \(size(plan.bytes)) on disk"
      + (bytesPerProbe > 0 ? ", fitting \(size(bytesPerProbe * fitWorkers)) of memory" : "")
  }
}

/// `340 MB` or `12.3 GB`.
func size(_ bytes: Int) -> String {
  bytes < 1_000_000_000
    ? "\(decimals(Double(bytes) / 1e6, 0)) MB" : "\(decimals(Double(bytes) / 1e9, 1)) GB"
}
