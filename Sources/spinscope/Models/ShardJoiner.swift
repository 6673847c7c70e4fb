import Foundation
import Probing
import Tensors

/// Brings the features of shards into those of the whole fit.
///
/// A shard of another model, of other texts or of other settings is an error, since reading its texts
/// again may take hours that nobody expects. A shard that is missing, unfinished or damaged is said
/// and its texts are left to be read. Every batch is copied only if the sum of its rows is right.
struct ShardJoiner {
  private let output: URL
  private let reading: TextReading
  private let folders: [ShardFolder]
  private let note: (String) -> Void

  /// Finds the shards beside the run `output`; `note` takes lines about what they hold and lack.
  init(_ output: URL, _ reading: TextReading, note: @escaping (String) -> Void) {
    self.output = output
    self.reading = reading
    self.note = note
    folders = ShardFolder.all(of: output)
  }

  /// Copies every batch that a shard has and the fit has not.
  func join(into maker: FeatureMaker, _ report: (WorkProgress) -> Void) throws(Failure) {
    guard !folders.isEmpty, !maker.missing.isEmpty else { return }
    var known: [ShardFolder] = []
    for folder in folders where try check(folder) { known.append(folder) }
    try explaining {
      let ledger = try maker.ledger()
      let before = ledger.done.count
      let writer = try maker.writer()
      let total = known.count * reading.plan.keys.count
      for (index, folder) in known.enumerated() {
        try copy(folder, ledger, writer) { done in
          report(
            WorkProgress(
              "joining shards", done: index * reading.plan.keys.count + done, total: total))
        }
      }
      try writer.close()
      report(WorkProgress("joining shards", done: total, total: total))
      if ledger.done.count > before { note(joined(ledger)) }
    }
    for line in lacks(Set(maker.missing)) { note(line) }
  }

  /// Removes the shards of a run, once it holds their features and is written.
  static func removeShards(of output: URL) {
    for folder in ShardFolder.all(of: output) {
      guard let lock = try? folder.lock() else { continue }
      try? FileManager.default.removeItem(at: folder.url)
      lock.release()
    }
    let parent = ShardFolder.parent(output)
    if (try? FileManager.default.contentsOfDirectory(atPath: parent.path))?.isEmpty == true {
      try? FileManager.default.removeItem(at: parent)
    }
  }

  /// Whether a shard says what it was read from.
  ///
  /// - Throws: `Failure` if it belongs to another fit, or is still being read.
  private func check(_ folder: ShardFolder) throws(Failure) -> Bool {
    try folder.lock().release()
    guard let info = folder.info else { return false }
    if let difference = info.identity.difference(from: reading.identity) {
      throw Failure(
        .input,
        "\(folder.url.path): this shard has \(difference); read it again, or remove it")
    }
    if info.kernels != kernelName {
      note(
        "shard \(folder.shard) was read by \(shown(info.kernels)) kernels, this machine has "
          + "\(kernelName): its numbers are those of one machine only up to rounding")
    }
    return true
  }

  /// Copies one shard's rows, a matrix after the other, and enters the batches that are whole.
  ///
  /// What cannot be read is left out; only writing fails the work.
  private func copy(
    _ folder: ShardFolder, _ ledger: BatchLedger, _ writer: FeatureWriter,
    _ report: (_ matrices: Int) -> Void
  ) throws {
    let lock = try folder.lock()
    defer { lock.release() }
    let part = folder.maker(reading)
    let expected = BatchLedger.read(part.folder, reading.identity.fingerprint) ?? [:]
    let wanted = part.batches.filter { expected[$0] != nil && ledger.done[$0] == nil }
    guard !wanted.isEmpty else { return }
    var sums: [Int: UInt64] = [:]
    do {
      sums = try copyRows(of: wanted, part, writer, report)
    } catch {
      guard !error.isOnWriting else { throw error }
      note("shard \(folder.shard) is damaged: \(error)")
      return
    }
    for batch in wanted where sums[batch] == expected[batch] {
      try ledger.enter(batch, sum: sums[batch] ?? 0)
    }
    let damaged = wanted.count { ledger.done[$0] == nil }
    if damaged > 0 {
      note(
        "shard \(folder.shard) is damaged: the rows of \(grouped(damaged)) of its "
          + "\(grouped(part.batches.count)) batches are not those that were written")
    }
  }

  /// Copies the rows of some batches of a shard.
  ///
  /// - Returns: the sum of each batch's rows as they were read.
  private func copyRows(
    of wanted: [Int], _ part: FeatureMaker, _ writer: FeatureWriter,
    _ report: (_ matrices: Int) -> Void
  ) throws(RunError) -> [Int: UInt64] {
    let texts = part.texts ?? []
    var batches: [Int: Int] = [:]
    for batch in wanted { for text in reading.prepared.batches[batch] { batches[text] = batch } }
    let places = texts.map { batches[$0] }
    var sums: [Int: UInt64] = [:]
    let store = FeatureStore(folder: part.folder)
    for (done, key) in part.plan.keys.enumerated() {
      let sum = RowSum(key)
      try store.forEachRow(of: key, in: part.plan) { row, bytes throws(RunError) in
        guard let batch = places[row] else { return }
        try writer.put(bytes, of: texts[row], key)
        sums[batch, default: 0] &+= sum.of(bytes, text: texts[row])
      }
      report(done + 1)
    }
    return sums
  }

  private func joined(_ ledger: BatchLedger) -> String {
    let texts = reading.texts(of: Array(ledger.done.keys)).count
    return "shards bring \(grouped(texts)) of \(grouped(reading.plan.texts)) texts"
  }

  /// Which shards lack something that has to be read here.
  private func lacks(_ missing: Set<Int>) -> [String] {
    let there = Set(folders.map(\.shard))
    let total = reading.prepared.batches.count
    return Set(there.map(\.count)).sorted().flatMap { count in
      (1...count).compactMap { number in
        guard let shard = Shard(number, of: count) else { return nil }
        let batches = shard.batches(of: total).filter { missing.contains($0) }
        guard !batches.isEmpty else { return nil }
        let texts = grouped(reading.texts(of: batches).count)
        return there.contains(shard)
          ? "shard \(shard) is not whole; \(texts) of its texts are read here"
          : "shard \(shard) is not there; its \(texts) texts are read here"
      }
    }
  }
}
