import Tokenizers

/// Text to ids, on one thread.
struct TokenizationBenchmark {
  let tokenizer: Tokenizer

  func measurement(_ texts: [String]) -> Measurement {
    let bytes = texts.reduce(0) { $0 + $1.utf8.count }
    var tokens = 0
    let time = medianSeconds(repeats: 3) {
      tokens = texts.reduce(0) { $0 + tokenizer.encode($1).ids.count }
    }
    return Measurement(
      "tokenization", Double(bytes) / time / 1e6, "MB/s",
      detail: "\(grouped(Int(Double(tokens) / time))) tokens/s, one thread")
  }
}
