import Foundation
import Probing
import Tensors
import Transformers

/// What a fit will need of the machine, known before it starts.
struct FitNeeds {
  private let plan: FeaturePlan
  private let scratch: FeaturePlan?
  private let workers: Int
  /// Bytes that one probe's features take while it is fitted: as read, and standardised.
  private let bytesPerProbe: Int

  /// - Parameters:
  ///   - plan: of the features that are made.
  ///   - scratch: of features that are made besides, and removed again, such as those of random
  ///     weights; nil without any.
  ///   - trainTexts: texts that a probe is fitted on; 0 where nothing is fitted.
  ///   - workers: threads at most.
  init(_ plan: FeaturePlan, scratch: FeaturePlan? = nil, trainTexts: Int, workers: Int) {
    self.plan = plan
    self.scratch = scratch
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
    let needed = plan.bytes + (scratch?.bytes ?? 0) - written
    guard let free = system?[.systemFreeSize] as? NSNumber, free.intValue < needed else { return }
    throw Failure(
      .failed,
      "\(folder.path): the features need \(size(needed)), and \(size(free.intValue)) are free; "
        + (plan.isHalf ? "choose another folder with -o" : "halve them with --half, or choose -o"))
  }

  /// One line about the work: its time at this machine's speed, its disk and its memory.
  ///
  /// The time is that of two batches of middling length, which are read for nothing behind one that
  /// warms the model up.
  /// - Parameters:
  ///   - reading: the texts.
  ///   - batches: those that are still to be read.
  /// - Returns: nil for work of a few seconds.
  func line(_ reading: TextReading, _ batches: [Int]) -> String? {
    let total = reading.prepared.tokens(of: batches)
    guard total > 50_000 else { return nil }
    let middle = batches.count / 2
    let sample = Array(batches[max(0, middle - 1)...middle])
    read(reading, [sample[0]])
    let started = ContinuousClock.now
    for batch in sample { read(reading, [batch]) }
    let seconds =
      (ContinuousClock.now - started) / .seconds(1)
      * Double(total) / Double(max(1, reading.prepared.tokens(of: sample)))
      / Double(min(workers, batches.count))
    return "reading \(grouped(total)) tokens takes about \(time(seconds)) here; \(space)"
  }

  /// One line about features that were made elsewhere and are copied; nil for work of a few seconds.
  var lineOfImport: String? { plan.bytes > 100_000_000 ? space : nil }

  private var space: String {
    "features \(size(plan.bytes)) on disk"
      + (bytesPerProbe > 0 ? ", fitting \(size(bytesPerProbe * fitWorkers)) of memory" : "")
  }

  private func read(_ reading: TextReading, _ batches: [Int]) {
    _ = reading.extractor.extract(
      reading.prepared, batches: batches, into: { _ in }, progress: { _ in true })
  }

  private func time(_ seconds: Double) -> String {
    guard seconds >= 90 else { return "\(Int(seconds.rounded(.up))) seconds" }
    return "\(decimals(seconds / 60, seconds < 600 ? 1 : 0)) minutes"
  }
}

/// `340 MB` or `12.3 GB`.
func size(_ bytes: Int) -> String {
  bytes < 1_000_000_000
    ? "\(decimals(Double(bytes) / 1e6, 0)) MB" : "\(decimals(Double(bytes) / 1e9, 1)) GB"
}
