import ArgumentParser
import Foundation
import Probing
import StrictJSON
import Tensors
import Transformers

/// `spinscope bench probe`: the time that one L1 regression takes.
struct ProbeBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Time the L1 regression of probes and heads, on one thread.",
    discussion: """
      FEATURES is a safetensors file with x [texts, features] and y [texts], the classes, both \
      F32; without it, features are made up. One JSON object a line says for each tolerance how \
      many seconds a fit took from zero, features in memory, and what it reached: objective \
      ‖W‖₁ + C Σ loss, relative duality gap, Newton steps, weights that are not 0.
      """)

  @Argument(help: "The features to fit, as they are: scale them before.")
  var features: String?

  @Option(help: "Texts to make up.")
  var texts = 2000

  @Option(help: "Features to make up.")
  var width = 1536

  @Option(help: "Seeds what is made up.")
  var seed: UInt64 = 42

  @Option(help: "The loss's weight.")
  var c = 1.0

  @Option(help: "The relative duality gap to reach; may be given several times.")
  var tolerance = [1e-4, 1e-6]

  @Option(help: "A safetensors file that takes the last fit: weights and intercepts.")
  var weights: String?

  func validate() throws {
    guard texts > 1, width > 0 else { throw ValidationError("--texts and --width: too few") }
    guard c > 0, tolerance.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--c and --tolerance: above 0")
    }
  }

  func run() throws {
    let problem =
      try explaining { try features.map(ProbeProblem.init(path:)) }
      ?? ProbeProblem(texts: texts, width: width, seed: seed)
    let regression = L1Regression(
      columns: problem.x.transposed, labels: problem.labels, classes: problem.classes)
    var last: L1Fit?
    for tolerance in tolerance {
      let start = ContinuousClock.now
      let fit = regression.fit(c: c, tolerance: tolerance)
      try writeResult(line(fit, tolerance, ContinuousClock.now - start))
      last = fit
    }
    if let weights, let last { try write(last, to: weights) }
  }

  private func line(_ fit: L1Fit, _ tolerance: Double, _ time: Duration) -> String {
    let nonzero = fit.weights.reduce(0) { $0 + $1.count { $0 != 0 } }
    return "{\"c\": \(c), \"tolerance\": \(tolerance), \"seconds\": \(time / .seconds(1)), "
      + "\"objective\": \(fit.objective), \"gap\": \(fit.relativeGap), "
      + "\"iterations\": \(fit.iterations), \"nonzero\": \(nonzero)}"
  }

  private func write(_ fit: L1Fit, to path: String) throws {
    var writer = SafetensorsWriter()
    writer.add(
      "weights",
      Matrix(
        rows: fit.weights.count, columns: fit.weights[0].count,
        values: fit.weights.flatMap { $0 }))
    writer.add("intercepts", fit.intercepts)
    do { try writer.write(to: URL(fileURLWithPath: path)) } catch {
      throw Failure(.failed, "\(path): cannot be written: \(error.systemReason)")
    }
  }
}
