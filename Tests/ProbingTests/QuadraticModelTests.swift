import Tensors
import Testing

@testable import Probing

@Suite("The model inside a Newton step is minimised")
struct QuadraticModelTests {
  @Test("a minimum leaves no slope but the penalty's", arguments: [1, 2, 5, 12])
  func optimality(features: Int) {
    var noise = Noise(seed: 10)
    let texts = 30
    let x = noise.matrix(rows: features, columns: texts)
    let d = (0..<texts).map { _ in 0.5 + 0.2 * Double(noise.next()) }
    let weights = (0..<features).map { $0 % 2 == 0 ? Double(noise.next()) : 0 }
    let gradient = (0..<features).map { _ in 4 * Double(noise.next()) }
    let model = QuadraticModel(x, curvatures: d)
    let moves = model.minimise(gradient: gradient, from: weights)
    let total = d.reduce(0, +)
    for j in 0..<features {
      // HΔ by the definition: X (D − d dᵀ / Σd) Xᵀ Δ.
      let direction = (0..<texts).map { i in
        (0..<features).reduce(0.0) { $0 + Double(x[$1, i]) * moves[$1] }
      }
      let mean = zip(d, direction).reduce(0) { $0 + $1.0 * $1.1 } / total
      #expect(abs(model.interceptMove(direction) + mean) < 1e-12)
      let slope = (0..<texts).reduce(gradient[j]) {
        $0 + Double(x[j, $1]) * d[$1] * (direction[$1] - mean)
      }
      let weight = weights[j] + moves[j]
      let violation = weight == 0 ? max(0, abs(slope) - 1) : abs(slope + (weight > 0 ? 1 : -1))
      #expect(violation < 0.05, "feature \(j): slope \(slope) at \(weight)")
    }
  }

  @Test("soft thresholding shrinks towards zero and stays there")
  func threshold() {
    #expect([3, 1, 0.5, 0, -0.5, -3].map { softThreshold($0, 1) } == [2, 0, 0, 0, 0, -2])
  }
}
