import Foundation
import Probing
import Tensors
import Transformers

/// Makes the pooled features of a fit's texts, or goes on where an earlier fit stopped.
///
/// Every row has its place in the files from the start. A batch whose rows are written is entered
/// in `batches.done`; a fit that was stopped reads only the others. Batches depend on the texts
/// alone, so that the files are the same in the end.
struct FeatureMaker {
  let loaded: LoadedModel
  let texts: [String]
  let plan: FeaturePlan
  let extractor: Extractor
  /// The features' folder; the ledger lies beside the files.
  let folder: URL
  /// A sum of everything that the features depend on.
  let fingerprint: String

  init(
    _ loaded: LoadedModel, weightsSum: String, texts: [String], plan: FeaturePlan, folder: URL,
    workers: Int
  ) {
    self.loaded = loaded
    self.texts = texts
    self.plan = plan
    self.folder = folder
    extractor = Extractor(
      model: loaded.model, tokenizer: loaded.tokenizer, poolings: plan.poolings, workers: workers)
    let parts =
      [weightsSum, Self.tokenizerSum(loaded.folder), spinscopeVersion, plan.type.rawValue]
      + plan.poolings.map(\.rawValue) + texts
    fingerprint = SHA256.of(Array(parts.joined(separator: "\0").utf8))
  }

  /// The features of all texts, mapped, and what became of each text.
  ///
  /// - Returns: nil if `progress` stopped the work.
  func make(
    _ prepared: Extractor.PreparedTexts, _ progress: (WorkProgress) -> Bool
  ) throws(Failure) -> Features? {
    try explaining {
      let ledger = try BatchLedger(folder, fingerprint)
      let missing = prepared.batches.indices.filter { !ledger.done.contains($0) }
      let store = FeatureStore(folder: folder)
      if !missing.isEmpty {
        let writer = try store.writer(for: plan)
        let isWhole = try extractor.extract(prepared, batches: missing) { batch in
          for (key, matrix) in batch.pooled { try writer.put(matrix, of: batch.texts, key) }
          try ledger.enter(batch.number)
        } progress: {
          progress($0)
        }
        try writer.close()
        guard isWhole else { return nil }
      }
      return try store.open(plan)
    }
  }

  /// Of what turns texts into ids; a file that is not there counts as empty.
  private static func tokenizerSum(_ folder: URL) -> String {
    let files = [
      "tokenizer.json", "tokenizer_config.json", "vocab.txt", "vocab.json", "merges.txt",
    ]
    return files.map { name in
      (try? SHA256.ofFile(folder.appendingPathComponent(name).path)) ?? ""
    }.joined(separator: " ")
  }
}

/// Which batches a folder of features holds already.
final class BatchLedger {
  static let name = "batches.done"

  private(set) var done: Set<Int> = []
  private let handle: FileHandle

  /// Opens the ledger of a folder, or empties the folder if what it holds belongs to other texts.
  init(_ folder: URL, _ fingerprint: String) throws(Failure) {
    let file = folder.appendingPathComponent(Self.name)
    let lines = (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
    if lines.first.map(String.init) == fingerprint {
      // A line that was cut off by a kill does not end in a full stop.
      done = Set(lines.dropFirst().filter { $0.hasSuffix(".") }.compactMap { Int($0.dropLast()) })
    } else {
      try? FileManager.default.removeItem(at: folder)
    }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      if done.isEmpty { try Data((fingerprint + "\n").utf8).write(to: file) }
      handle = try FileHandle(forWritingTo: file)
      try handle.seekToEnd()
      if !done.isEmpty { try handle.write(contentsOf: Data("\n".utf8)) }
    } catch {
      throw Failure(.failed, "\(file.path): cannot be written: \(error.localizedDescription)")
    }
  }

  /// Says that all rows of a batch are written.
  func enter(_ batch: Int) throws {
    try handle.write(contentsOf: Data("\(batch).\n".utf8))
  }
}
