public import Tensors

/// What a classifier's output makes of one neuron.
public struct NeuronWeight: Sendable, Codable, Equatable {
  /// Per deviation of the neuron over the training texts, in units of the logit.
  public var standardized: Double
  /// Per unit of the neuron.
  public var raw: Double
  /// The mean over the texts of |w (x − mean)|: how far it moves a logit, in units of the logit.
  public var meanContribution: Double
  /// w Cov(x, z) / Var(z), z the logit: its part of what makes logits differ from text to text.
  ///
  /// Over the neurons these sum to 1; one is negative where others more than undo the neuron.
  public var varianceShare: Double
  /// Whether high values are commoner in the class but count against it, or the reverse.
  ///
  /// The weight's sign is then not that of the difference of class means: the neuron corrects
  /// others, and read alone its weight misleads.
  public var isSuppressor: Bool
}

extension LinearClassifier {
  /// What the classifier makes of each of its features.
  ///
  /// - Parameters:
  ///   - features: `(texts, d)` raw features of labelled texts.
  ///   - labels: the class of each text.
  /// - Returns: `[feature][output]`.
  public func neuronWeights(_ features: Matrix, labels: [Int]) -> [[NeuronWeight]] {
    precondition(features.columns == weights.columns, "\(features.columns) features")
    let perOutput = (0..<weights.rows).map { k -> [NeuronWeight] in
      let parts = parts(features, output: k)
      let positive = weights.rows == 1 ? 1 : k
      let differences = meanDifferences(features, labels.map { $0 == positive })
      return (0..<weights.columns).map { j in
        NeuronWeight(
          standardized: Double(weights[k, j]), raw: Double(rawWeight(k, j)),
          meanContribution: parts.meanContributions[j], varianceShare: parts.varianceShares[j],
          isSuppressor: Double(weights[k, j]) * differences[j] < 0)
      }
    }
    return (0..<weights.columns).map { j in perOutput.map { $0[j] } }
  }

  /// Each feature's part in an output's logits: the mean of |φ|, and Cov(φ, z) / Var(z), for the
  /// contributions φ = w (x − mean), which sum to z but for a constant; zeros where z is constant.
  private func parts(
    _ features: Matrix, output: Int
  ) -> (meanContributions: [Double], varianceShares: [Double]) {
    let w = (0..<weights.columns).map {
      Double(weights[output, $0]) / Double(standardizer.scale[$0])
    }
    let active = w.indices.filter { w[$0] != 0 }
    func contribution(_ row: Int, _ j: Int) -> Double {
      w[j] * (Double(features[row, j]) - Double(standardizer.mean[j]))
    }
    let z = (0..<features.rows).map { row in active.reduce(0) { $0 + contribution(row, $1) } }
    let mean = Moments(z).mean
    var sizes = [Double](repeating: 0, count: w.count)
    var products = sizes
    for row in 0..<features.rows {
      for j in active {
        let part = contribution(row, j)
        sizes[j] += abs(part)
        products[j] += part * (z[row] - mean)
      }
    }
    // Σ φ_j = z, so the products sum to that of z with itself: its variance.
    let total = products.reduce(0, +)
    return (
      sizes.map { $0 / Double(max(features.rows, 1)) },
      products.map { total > 0 ? $0 / total : 0 }
    )
  }

  /// The mean of each feature in a class less its mean in the rest.
  private func meanDifferences(_ features: Matrix, _ positive: [Bool]) -> [Double] {
    let ones = Double(positive.count { $0 })
    let others = Double(positive.count) - ones
    guard ones > 0, others > 0 else { return Array(repeating: 0, count: features.columns) }
    return multiplyTransposed(features, positive.map { $0 ? 1 / ones : -1 / others })
  }
}
