import Foundation
import Probing
import Tensors

/// Makes the pooled features of a fit's texts, or of some, or goes on where an earlier fit stopped.
///
/// Every row has its place in the files from the start. A batch whose rows are written is entered
/// in the ledger beside them; a fit that was stopped reads only the others. Batches depend on the
/// texts alone, so that the files are the same in the end.
struct FeatureMaker {
  let reading: TextReading
  let folder: URL
  /// What the files hold.
  let plan: FeaturePlan
  /// The batches to read.
  let batches: [Int]
  /// The texts whose rows the files hold, in order; nil for all.
  let texts: [Int]?

  /// Makes the features of all texts.
  init(_ reading: TextReading, folder: URL) {
    self.reading = reading
    self.folder = folder
    plan = reading.plan
    batches = Array(reading.prepared.batches.indices)
    texts = nil
  }

  /// Makes those of some batches, in files that have room for no others.
  init(_ reading: TextReading, folder: URL, batches: [Int]) {
    self.reading = reading
    self.folder = folder
    self.batches = batches
    let texts = reading.texts(of: batches)
    self.texts = texts
    var plan = reading.plan
    plan.texts = texts.count
    self.plan = plan
  }

  /// The batches that are not done yet.
  var missing: [Int] {
    let done = BatchLedger.read(folder, reading.identity.fingerprint) ?? [:]
    return batches.filter { done[$0] == nil }
  }

  /// Bytes of the files that are there already.
  var bytesOnDisk: Int {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.reduce(0) { sum, name in
      let path = folder.appendingPathComponent(name).path
      let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
      return sum + (size?.intValue ?? 0)
    }
  }

  /// Reads what is missing.
  ///
  /// - Parameter progress: called after every batch, in tokens of `batches`; return `false` to stop.
  /// - Returns: whether everything is there now.
  /// - Throws: `Failure` if files cannot be written.
  func fill(_ progress: (WorkProgress) -> Bool) throws(Failure) -> Bool {
    try explaining {
      let ledger = try ledger()
      let missing = batches.filter { ledger.done[$0] == nil }
      guard !missing.isEmpty else { return true }
      let all = reading.prepared.tokens(of: reading.prepared.batches.indices)
      let others = all - reading.prepared.tokens(of: batches)
      let writer = try writer()
      let isWhole = try reading.extractor.extract(reading.prepared, batches: missing) { batch in
        var sum: UInt64 = 0
        for (key, matrix) in batch.pooled {
          sum &+= try writer.put(matrix, of: batch.texts, key)
        }
        try ledger.enter(batch.number, sum: sum)
      } progress: {
        progress(WorkProgress($0.phase, done: $0.done - others, total: $0.total - others))
      }
      try writer.close()
      return isWhole
    }
  }

  /// Opens the ledger, and empties the folder if it holds features of another identity.
  func ledger() throws(Failure) -> BatchLedger {
    try BatchLedger(folder, reading.identity.fingerprint)
  }

  /// Opens the files, and reserves their room on disk.
  func writer() throws(RunError) -> FeatureWriter {
    try FeatureStore(folder: folder).writer(for: plan, holding: texts)
  }

  /// Maps the features, which must all be there.
  func open() throws(Failure) -> Features {
    try explaining { try FeatureStore(folder: folder).open(plan) }
  }
}
