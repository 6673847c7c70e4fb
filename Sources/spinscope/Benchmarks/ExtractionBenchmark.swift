import Probing
import Tensors
import Tokenizers
import Transformers

/// Reading texts with pooling of every layer, as `fit` does it.
struct ExtractionBenchmark {
  let loaded: LoadedModel
  let workers: Int

  private var shape: ModelShape { loaded.model.shape }
  private var poolings: [Pooling] { Pooling.usual(for: shape) }

  /// The seconds of each round over `texts`, tokenization left out, and what was read.
  func rounds(_ texts: [String], repeats: Int) -> (seconds: [Double], tokens: [Int]) {
    let extractor = Extractor(
      model: loaded.model, tokenizer: loaded.tokenizer, poolings: poolings, workers: workers)
    let prepared = extractor.prepare(texts)
    let times = (0..<repeats).map { _ in
      seconds {
        _ = extractor.extract(prepared, batches: Array(prepared.batches.indices)) {
          (_: Extractor.PooledBatch) throws(Never) in
        } progress: { _ in
          true
        }
      }
    }
    return (times, prepared.facts.map(\.tokens))
  }

  /// Texts of many lengths.
  func mixed(_ name: String, _ texts: [String], _ ceilings: MachineCeilings) -> Measurement {
    let (times, tokens) = rounds(texts, repeats: 4)
    return measurement(
      "extraction, \(name)", seconds: quantile(0.5, of: Array(times.dropFirst())), tokens, ceilings)
  }

  /// One batch on one worker: `texts` texts of `length` tokens.
  func batch(texts: Int, length: Int, _ ceilings: MachineCeilings) -> Measurement? {
    guard length <= shape.maxTokens else { return nil }
    var generator = SplitMix64(seed: 42)
    let batch = Batch(
      (0..<texts).map { _ in
        (0..<length).map { _ in Int32.random(in: 0..<Int32(shape.vocabulary), using: &generator) }
      })
    var workspace = Workspace()
    let time = medianSeconds(repeats: max(3, 4096 / (texts * length))) {
      var tap = PoolingTap(poolings)
      loaded.model.forward(batch, blocks: shape.blocks, workspace: &workspace, tap: &tap)
    }
    return measurement(
      "extraction, \(texts) × \(length)", seconds: time, Array(repeating: length, count: texts),
      ceilings, workers: 1)
  }

  private func measurement(
    _ part: String, seconds: Double, _ tokens: [Int], _ ceilings: MachineCeilings,
    workers: Int? = nil
  ) -> Measurement {
    let total = tokens.reduce(0, +)
    let rate = tokens.reduce(0) { $0 + shape.operations(tokens: $1) } / seconds / 1e9
    // A batch on one worker has that worker's part of the ceiling.
    let peak = ceilings.peak * Double(workers ?? ceilings.workers) / Double(ceilings.workers)
    return Measurement(
      part, Double(total) / seconds, "tokens/s",
      detail:
        "\(grouped(tokens.count)) texts, \(grouped(total)) tokens, \(decimals(rate, 1)) GFLOP/s",
      share: rate / peak, of: "the best product")
  }
}
