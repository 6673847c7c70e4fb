import Probing
import Tensors

/// One L1 regression on made-up features, on one thread.
struct ProbeFitBenchmark {
  private let texts = 2000
  private let width = 1536
  private let tolerance = 1e-4

  func measurement(_ ceilings: MachineCeilings) -> Measurement {
    let problem = ProbeProblem(texts: texts, width: width, seed: 42)
    let regression = L1Regression(
      columns: problem.x.transposed, labels: problem.labels, classes: 2)
    var steps = 0
    let time = medianSeconds(repeats: 3) {
      steps = regression.fit(c: 1, tolerance: tolerance).iterations
    }
    let bytes = Double(steps * texts * width * 4)
    return Measurement(
      "probe fit", time * 1000, "ms",
      detail: "\(grouped(texts)) × \(grouped(width)) to a gap of 1e-4, \(steps) Newton steps",
      share: bytes / (ceilings.bandwidth / Double(ceilings.workers) * 1e9) / time,
      of: "reading x once a step")
  }
}
