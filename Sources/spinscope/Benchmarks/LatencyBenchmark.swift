import Probing
import Tensors
import Tokenizers
import Transformers

/// One sentence at a time, from its characters to the pooled features of every layer.
struct LatencyBenchmark {
  let loaded: LoadedModel
  let workers: Int

  /// Milliseconds of each sentence, after some that are not counted.
  func milliseconds(_ sentences: [String]) -> [Double] {
    let shape = loaded.model.shape
    var workspace = Workspace()
    let times = sentences.map { sentence in
      seconds {
        let ids = loaded.tokenizer.encode(sentence, maxLength: shape.maxTokens).ids
        var tap = PoolingTap(Pooling.usual(for: shape))
        loaded.model.forward(
          Batch([ids]), blocks: shape.blocks, workspace: &workspace, workers: workers, tap: &tap)
      } * 1000
    }
    return Array(times.dropFirst(times.count / 10))
  }

  /// The median and the slowest of a hundred, of sentences of 12 words.
  func measurements(_ texts: inout GeneratedTexts, _ ceilings: MachineCeilings) -> [Measurement] {
    let sentences = (0..<330).map { _ in texts.text(words: 12) }
    let times = milliseconds(sentences)
    let median = quantile(0.5, of: times)
    let shape = loaded.model.shape
    let tokens = sentences.reduce(0) {
      $0 + loaded.tokenizer.encode($1, maxLength: shape.maxTokens).ids.count
    }
    let operations = shape.operations(tokens: tokens / sentences.count)
    let rate = ceilings.products[16] ?? .nan
    return [
      Measurement(
        "one sentence, median", median, "ms", detail: "12 words, \(times.count) sentences",
        share: operations / rate / 1e6 / median, of: "products of 16 tokens"),
      Measurement("one sentence, p99", quantile(0.99, of: times), "ms"),
    ]
  }
}
