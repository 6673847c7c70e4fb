import Foundation

/// A model folder, from its path to a model that can be asked.
struct LoadBenchmark {
  let folder: URL

  func measurement() throws -> Measurement {
    var times: [Double] = []
    for _ in 0..<5 { times.append(try seconds { _ = try LoadedModel(folder: folder) }) }
    let median = quantile(0.5, of: times) * 1000
    return Measurement(
      "model load", median, "ms", detail: "weights and tokenizer, file in memory",
      share: median / 100, of: "100 ms")
  }
}
