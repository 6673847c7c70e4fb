import Foundation
import Probing
import Tensors
import Transformers

/// What a fit will need of the machine, known before it starts.
struct FitNeeds {
  private let plan: FeaturePlan
  private let prepared: Extractor.PreparedTexts
  private let workers: Int
  /// Bytes that one probe's features take while it is fitted: as read, and standardised.
  private let bytesPerProbe: Int

  init(
    _ plan: FeaturePlan, _ prepared: Extractor.PreparedTexts, _ data: DataSet, workers: Int
  ) {
    self.plan = plan
    self.prepared = prepared
    self.workers = workers
    let train = data.texts.count { $0.split == .train }
    bytesPerProbe = 3 * 4 * train * max(plan.width, plan.neurons)
  }

  /// Probes that fit into memory side by side, at least one.
  var fitWorkers: Int {
    guard let free = availableMemory() else { return workers }
    return max(1, min(workers, free / 2 / max(bytesPerProbe, 1)))
  }

  /// Refuses work that the disk cannot hold.
  func check(on folder: URL) throws(Failure) {
    let system = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    guard let free = system?[.systemFreeSize] as? NSNumber, free.intValue < plan.bytes else {
      return
    }
    throw Failure(
      .failed,
      "\(folder.path): the features need \(size(plan.bytes)), and \(size(free.intValue)) are free; "
        + (plan.isHalf ? "choose another folder with -o" : "halve them with --half, or choose -o"))
  }

  /// One line about large work: its time at this machine's speed, its disk and its memory.
  ///
  /// The time is that of one batch of middling length, which is read for nothing.
  /// - Returns: nil for work of less than a minute or so.
  func line(speedOf extractor: Extractor) -> String? {
    let total = prepared.tokens(of: prepared.batches.indices)
    guard total > 200_000 else { return nil }
    let sample = [prepared.batches.count / 2]
    let started = ContinuousClock.now
    _ = extractor.extract(prepared, batches: sample, into: { _ in }, progress: { _ in true })
    let seconds = (ContinuousClock.now - started) / .seconds(1)
    let minutes =
      seconds * Double(total) / Double(max(1, prepared.tokens(of: sample)))
      / Double(min(workers, prepared.batches.count)) / 60
    return
      "reading \(grouped(total)) tokens takes about \(decimals(minutes, minutes < 10 ? 1 : 0)) "
      + "minutes here; features \(size(plan.bytes)) on disk, "
      + "fitting \(size(bytesPerProbe * fitWorkers)) of memory"
  }

  private func size(_ bytes: Int) -> String {
    bytes < 1_000_000_000
      ? "\(decimals(Double(bytes) / 1e6, 0)) MB" : "\(decimals(Double(bytes) / 1e9, 1)) GB"
  }
}
