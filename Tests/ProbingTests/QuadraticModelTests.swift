import Tensors
import Testing

@testable import Probing

@Suite("The model inside a Newton step is minimised")
struct QuadraticModelTests {
  @Test(
    "a minimum leaves no slope but the penalty's, whatever the number of outputs",
    arguments: [2, 3, 5], [1, 4, 12])
  func optimality(classes: Int, features: Int) {
    var noise = Noise(seed: 10)
    let texts = 60
    let x = noise.matrix(rows: features, columns: texts)
    let loss = MultinomialLoss(
      labels: (0..<texts).map { $0 % classes }, classes: classes,
      textWeights: (0..<texts).map { 1 + Double($0 % 3) })
    func rows(_ count: Int) -> [[Double]] {
      (0..<loss.outputs).map { _ in (0..<count).map { _ in Double(noise.next()) } }
    }
    let p = loss.probabilities(rows(texts))
    let weights = rows(features).map { $0.map { max($0, 0) } }
    // The loss's own: with slopes that do not sum to 0 over outputs there may be no minimum.
    let gradient = loss.slopes(p).map { multiply(x, $0) }
    // Every second feature of every second output is left out.
    let working = (0..<loss.outputs).map { k in
      (0..<features).filter { k % 2 == 0 || $0 % 2 == 0 }
    }
    let moves = QuadraticModel(x, working, loss, p)
      .minimise(gradient: gradient, from: weights, tolerance: 1e-5)
    // By the definition: the margins move, and the slopes with the loss's curvature.
    var direction = zip(working, moves).map { multiplyTransposed(x, rows: $0, $1) }
    let drift = loss.interceptMoves(p, after: direction)
    for k in direction.indices { direction[k] = direction[k].map { $0 + drift[k] } }
    let changes = loss.curvature(p, along: direction)
    for (k, features) in working.enumerated() {
      #expect(abs(changes[k].reduce(0, +)) < 1e-9)
      for (j, move) in zip(features, moves[k]) {
        let slope = (0..<texts).reduce(gradient[k][j]) { $0 + changes[k][$1] * Double(x[j, $1]) }
        let weight = weights[k][j] + move
        let violation = weight == 0 ? max(0, abs(slope) - 1) : abs(slope + (weight > 0 ? 1 : -1))
        #expect(violation < 0.05, "output \(k), feature \(j): slope \(slope) at \(weight)")
      }
    }
  }
}
