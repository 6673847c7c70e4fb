import Foundation

/// The multinomial logistic loss as a function of the margins z, and its dual.
///
///     Σᵢ aᵢ (log Σₖ exp zᵢₖ − zᵢ,yᵢ),   pᵢₖ = exp zᵢₖ / Σₗ exp zᵢₗ
///
/// Margins and all that is shaped like them are `[outputs][texts]`. Of two classes the first is
/// the reference: its margin is 0, and only the second is an output. Of more, all are outputs, and
/// all margins of a text may shift together.
struct MultinomialLoss: Sendable {
  let outputs: Int
  /// The output of each text's class; −1 for the reference.
  private let targets: [Int]
  /// a: how much each text counts.
  private var textWeights: [Double]

  private var hasReference: Bool { outputs == 1 }

  init(labels: [Int], classes: Int, textWeights: [Double]) {
    precondition(classes >= 2, "\(classes) classes")
    precondition(labels.allSatisfy { 0 <= $0 && $0 < classes }, "a label beyond \(classes)")
    precondition(textWeights.count == labels.count, "\(textWeights.count) weights of texts")
    outputs = classes == 2 ? 1 : classes
    targets = classes == 2 ? labels.map { $0 - 1 } : labels
    self.textWeights = textWeights
  }

  /// The loss times `c`.
  func scaled(by c: Double) -> MultinomialLoss {
    var scaled = self
    scaled.textWeights = textWeights.map { $0 * c }
    return scaled
  }

  // MARK: Value, slopes and dual

  func value(_ margins: [[Double]]) -> Double {
    let sums = logSums(margins)
    var value = 0.0
    for (i, target) in targets.enumerated() {
      value += textWeights[i] * (sums[i] - (target < 0 ? 0 : margins[target][i]))
    }
    return value
  }

  /// p of each output.
  func probabilities(_ margins: [[Double]]) -> [[Double]] {
    let sums = logSums(margins)
    return margins.map { row in row.indices.map { exp(row[$0] - sums[$0]) } }
  }

  /// log Σₖ exp zᵢₖ of each text, without overflow.
  private func logSums(_ margins: [[Double]]) -> [Double] {
    targets.indices.map { i in
      var largest = hasReference ? 0 : margins[0][i]
      for row in margins { largest = max(largest, row[i]) }
      var sum = hasReference ? exp(-largest) : 0
      for row in margins { sum += exp(row[i] - largest) }
      return largest + log(sum)
    }
  }

  /// ∂/∂z: aᵢ (pᵢₖ − [yᵢ = k]).
  func slopes(_ p: [[Double]]) -> [[Double]] {
    var slopes = p
    for (i, target) in targets.enumerated() {
      if target >= 0 { slopes[target][i] -= 1 }
      for k in 0..<outputs { slopes[k][i] *= textWeights[i] }
    }
    return slopes
  }

  /// The dual's value at `share` times `slopes`: Σ aᵢ H(qᵢ), H the entropy in nats over all
  /// classes, qᵢₖ = [yᵢ = k] + share · slopeᵢₖ / aᵢ.
  ///
  /// - Returns: nil where some q is no distribution.
  func dual(_ slopes: [[Double]], share: Double) -> Double? {
    var value = 0.0
    for (i, target) in targets.enumerated() {
      let a = textWeights[i]
      var rest = 1.0
      for k in 0..<outputs {
        let q = (k == target ? 1 : 0) + share * slopes[k][i] / a
        guard q > -1e-12 else { return nil }
        value += a * surprise(q)
        rest -= q
      }
      if hasReference {
        guard rest > -1e-12 else { return nil }
        value += a * surprise(rest)
      }
    }
    return value
  }

  /// −q log q, in nats.
  private func surprise(_ q: Double) -> Double { q > 0 ? -q * log(q) : 0 }

  // MARK: Curvature

  /// ∂²/∂zₖ∂zₗ of each text: aᵢ pᵢₖ ([k = l] − pᵢₗ).
  func curvature(_ p: [[Double]], _ k: Int, _ l: Int) -> [Double] {
    targets.indices.map { textWeights[$0] * p[k][$0] * ((k == l ? 1 : 0) - p[l][$0]) }
  }

  /// The curvature of one output, kept off 0.
  func positiveCurvature(_ p: [[Double]], _ k: Int) -> [Double] {
    curvature(p, k, k).map { max($0, 1e-12) }
  }

  /// How the slopes change, to first order, when the margins move by `direction`.
  func curvature(_ p: [[Double]], along direction: [[Double]]) -> [[Double]] {
    var changes = direction
    for i in targets.indices {
      var mean = 0.0
      for k in 0..<outputs { mean += p[k][i] * direction[k][i] }
      for k in 0..<outputs { changes[k][i] = textWeights[i] * p[k][i] * (direction[k][i] - mean) }
    }
    return changes
  }

  /// The second derivatives by the intercepts, which are positive definite: shifting all outputs
  /// together changes nothing, so this direction is given the mean curvature of the others.
  func interceptCurvature(_ p: [[Double]]) -> CholeskyFactor {
    var sums = (0..<outputs).map { k in
      (0..<outputs).map { l in curvature(p, k, l).reduce(0, +) }
    }
    if !hasReference {
      let mean = (0..<outputs).reduce(0) { $0 + sums[$1][$1] } / Double(outputs * outputs)
      for k in 0..<outputs {
        for l in 0..<outputs { sums[k][l] += mean }
      }
    }
    return CholeskyFactor(sums)
  }

  /// The Newton step of the intercepts once the margins have moved by `direction`, of which the
  /// first order counts.
  func interceptMoves(_ p: [[Double]], after direction: [[Double]]) -> [Double] {
    let sums = curvature(p, along: direction).map { $0.reduce(0, +) }
    return interceptCurvature(p).solve(sums).map { -$0 }
  }

  /// The Newton step of the intercepts; bounded, because far out the curvature vanishes.
  func interceptMoves(_ p: [[Double]]) -> [Double] {
    let total = textWeights.reduce(0, +)
    let sums = slopes(p).map { $0.reduce(0, +) }
    guard sums.contains(where: { abs($0) > 1e-14 * total }) else { return sums.map { _ in 0 } }
    return interceptCurvature(p).solve(sums).map { max(-5, min(5, -$0)) }
  }
}

/// σ(x) = 1 / (1 + e^−x), without overflow.
func sigmoid(_ x: Double) -> Double {
  x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
}
