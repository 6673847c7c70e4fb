import Tensors

/// Cyclic coordinate descent on g·Δ + ½ Δᵀ H Δ + ‖w + Δ‖₁.
///
/// Source: Friedman, Hastie & Tibshirani 2010, JSS 33(1), section 2 (covariance updates).
struct CoordinateDescent {
  /// Δ.
  private(set) var moves: [Double]
  private let hessian: Matrix
  private let weights: [Double]
  /// g + HΔ, in double precision: rounding of a million small updates would add up to a slope
  /// that leads uphill.
  private var slopes: [Double]

  /// - Parameters:
  ///   - hessian: H, `(m, m)`, positive semidefinite.
  ///   - slopes: g.
  ///   - weights: w.
  init(_ hessian: Matrix, slopes: [Double], from weights: [Double]) {
    precondition(
      hessian.rows == weights.count && slopes.count == weights.count,
      "\(slopes.count) slopes and \(weights.count) weights for \(hessian.rows) rows")
    self.hessian = hessian
    self.slopes = slopes
    self.weights = weights
    moves = weights.map { _ in 0 }
  }

  /// Sweeps until the largest change of a slope is `tolerance` times the first sweep's.
  mutating func run(tolerance: Double, maxSweeps: Int) {
    let all = Array(weights.indices)
    let limit = tolerance * sweep(all)
    var sweeps = 1
    while sweeps < maxSweeps {
      // Sweep over the weights in use until they rest, then look at all again.
      let used = all.filter { weights[$0] + moves[$0] != 0 }
      for _ in 0..<20 {
        sweeps += 1
        if sweep(used) < limit { break }
      }
      sweeps += 1
      if sweep(all) <= limit { return }
    }
  }

  /// Minimises over each coordinate in turn.
  ///
  /// - Returns: the largest change, in units of the slope.
  private mutating func sweep(_ coordinates: [Int]) -> Double {
    var largest = 0.0
    for j in coordinates {
      let curvature = Double(hessian[j, j])
      guard curvature > 1e-12 else { continue }
      let weight = weights[j] + moves[j]
      let target = softThreshold(weight - slopes[j] / curvature, 1 / curvature)
      let change = target - weight
      guard change != 0 else { continue }
      moves[j] = target - weights[j]
      addScaled(hessian, row: j, by: change, to: &slopes)
      largest = max(largest, abs(change) * curvature)
    }
    return largest
  }
}

/// S_t(z) = sign(z) max(|z| − t, 0), the proximal operator of t|·|.
func softThreshold(_ z: Double, _ t: Double) -> Double {
  z > t ? z - t : (z < -t ? z + t : 0)
}
