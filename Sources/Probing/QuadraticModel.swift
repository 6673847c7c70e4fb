import Tensors

/// The second-order model of the logistic loss over a working set, with the intercept eliminated.
///
///     q(Δ) = g·Δ + ½ Δᵀ H Δ,   H = X (D − d dᵀ / Σd) Xᵀ,   D = diag(d)
///
/// where d are the loss's curvatures per text. Minimising over the intercept first gives the
/// second term of H; the gradient is unchanged, because the intercept is optimal.
struct QuadraticModel {
  /// H, `(k, k)`.
  private let hessian: Matrix
  private let curvatures: [Double]
  private let total: Double

  private static let maxSweeps = 400

  /// - Parameters:
  ///   - x: `(k, n)`, the working set's features.
  ///   - curvatures: d, one a text, all positive.
  init(_ x: Matrix, curvatures: [Double]) {
    self.curvatures = curvatures
    total = curvatures.reduce(0, +)
    let roots = curvatures.map { Float($0.squareRoot()) }
    let sums = multiply(x, curvatures)
    var weighted = x
    for j in 0..<x.rows {
      // Centring each feature by its weighted mean is what the intercept does to H.
      let mean = Float(sums[j] / total)
      for i in 0..<x.columns {
        weighted.values[j * x.columns + i] = (x.values[j * x.columns + i] - mean) * roots[i]
      }
    }
    hessian = gram(weighted)
  }

  /// The intercept's move when the margins move by `direction`.
  func interceptMove(_ direction: [Double]) -> Double {
    -zip(curvatures, direction).reduce(0) { $0 + $1.0 * $1.1 } / total
  }

  /// argmin over Δ of q(Δ) + ‖w + Δ‖₁, by cyclic coordinate descent.
  func minimise(gradient: [Double], from weights: [Double]) -> [Double] {
    let k = weights.count
    let h = hessian.values
    var moves = [Double](repeating: 0, count: k)
    // g + HΔ, in double precision: rounding of a million small updates would add up to a slope
    // that leads uphill.
    var slopes = gradient
    let first = sweep(Array(0..<k), h, weights, &moves, &slopes)
    for _ in 0..<Self.maxSweeps {
      // Sweep over the features in use until they rest, then look at all again.
      let used = (0..<k).filter { weights[$0] + moves[$0] != 0 }
      for _ in 0..<20 where sweep(used, h, weights, &moves, &slopes) < 1e-3 * first { break }
      if sweep(Array(0..<k), h, weights, &moves, &slopes) <= 1e-3 * first { break }
    }
    return moves
  }

  /// Minimises over each coordinate in turn.
  ///
  /// - Returns: the largest change, in units of the slope.
  private func sweep(
    _ coordinates: [Int], _ h: [Float], _ weights: [Double], _ moves: inout [Double],
    _ slopes: inout [Double]
  ) -> Double {
    let k = weights.count
    var largest = 0.0
    for j in coordinates {
      let curvature = Double(h[j * k + j])
      guard curvature > 1e-12 else { continue }
      let weight = weights[j] + moves[j]
      let target = softThreshold(weight - slopes[j] / curvature, 1 / curvature)
      let change = target - weight
      guard change != 0 else { continue }
      moves[j] = target - weights[j]
      addScaled(h.span.extracting(j * k..<(j + 1) * k), by: change, to: &slopes)
      largest = max(largest, abs(change) * curvature)
    }
    return largest
  }
}

/// y ← y + factor · x.
private func addScaled(_ x: Span<Float>, by factor: Double, to y: inout [Double]) {
  var y = y.mutableSpan
  for i in x.indices { y[i] += factor * Double(x[i]) }
}

/// S_t(z) = sign(z) max(|z| − t, 0), the proximal operator of t|·|.
func softThreshold(_ z: Double, _ t: Double) -> Double {
  z > t ? z - t : (z < -t ? z + t : 0)
}
