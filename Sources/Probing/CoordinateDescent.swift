import Tensors

/// Coordinate descent on g·Δ + ½ Δᵀ H Δ + ‖w + Δ‖₁, with leaps.
///
/// Sweeps find out soon which weights are 0 and which sign the others have, and then take hundreds
/// of rounds to settle correlated ones. Once signs are known the rest is a linear system: every few
/// sweeps it is solved, and taken as far as it leads downhill.
///
/// Sources: Friedman, Hastie & Tibshirani 2010, JSS 33(1), section 2 (covariance updates);
/// Byrd, Chin, Nocedal & Oztoprak 2016, "A family of second-order methods for convex
/// ℓ1-regularized optimization" (steps in the subspace of the weights in use).
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

  /// Sweeps and leaps until the largest change of a slope is `tolerance` times the first sweep's.
  mutating func run(tolerance: Double, maxSweeps: Int) {
    let all = Array(weights.indices)
    let limit = tolerance * sweep(all)
    var sweeps = 1
    // After a leap that failed, sweeps go on for longer: there is nothing else.
    var round = 5
    while sweeps < maxSweeps {
      // Sweep over the weights in use until they rest, then look at all again.
      let used = inUse
      for _ in 0..<round {
        sweeps += 1
        if sweep(used) < limit { break }
      }
      sweeps += 1
      if sweep(all) <= limit { return }
      round = leap() ? 5 : 20
    }
  }

  /// The weights that are not 0.
  private var inUse: [Int] { weights.indices.filter { weights[$0] + moves[$0] != 0 } }

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

  // MARK: Leaps

  /// Moves the weights in use towards the minimum that they would have with their present signs,
  /// or part of the way; a weight that would change its sign stops at 0.
  ///
  /// - Returns: whether that led downhill.
  private mutating func leap() -> Bool {
    let used = inUse
    let signs = used.map { weights[$0] + moves[$0] > 0 ? 1.0 : -1 }
    guard let step = step(used, signs) else { return false }
    for share in [1, 0.5, 0.25, 0.125] {
      let changes = used.indices.map { i in
        let weight = weights[used[i]] + moves[used[i]]
        let target = weight + share * step[i]
        return target * signs[i] > 0 ? target - weight : -weight
      }
      // H is symmetric: its rows are its columns.
      let bend = multiplyTransposed(hessian, rows: used, changes)
      var gain = 0.0
      for (i, j) in used.enumerated() {
        gain += changes[i] * (slopes[j] + signs[i] + bend[j] / 2)
      }
      guard gain < 0 else { continue }
      for (i, j) in used.enumerated() { moves[j] += changes[i] }
      for j in slopes.indices { slopes[j] += bend[j] }
      return true
    }
    return false
  }

  /// Newton's step of the weights in use, whose penalty is linear while signs stay.
  private func step(_ used: [Int], _ signs: [Double]) -> [Double]? {
    var part = hessian.lowerPart(used)
    // H is rounded to single precision, and equal features make it singular.
    for i in used.indices { part[i, i] *= 1 + 1e-6 }
    let right = zip(used, signs).map { Float(-slopes[$0] - $1) }
    return solvePositiveDefinite(&part, right)?.map(Double.init)
  }
}

/// S_t(z) = sign(z) max(|z| − t, 0), the proximal operator of t|·|.
func softThreshold(_ z: Double, _ t: Double) -> Double {
  z > t ? z - t : (z < -t ? z + t : 0)
}
