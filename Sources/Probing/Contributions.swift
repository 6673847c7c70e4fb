import Tensors

extension LinearClassifier {
  /// What each feature adds to an output's logit, against a reference text: w (x − r).
  ///
  /// They sum to `logits(x) − logits(reference)`, and are the same in raw and in standardised
  /// units. With the training mean as reference they are the Shapley values of the features.
  /// Source: Lundberg & Lee 2017, arXiv:1705.07874, section 4.1.
  /// - Parameters:
  ///   - output: a row of the weights.
  ///   - x: raw features.
  ///   - reference: raw features to compare with, such as another text's; the training mean if nil.
  /// - Returns: one a feature, in units of the logit.
  public func contributions(
    output: Int, _ x: [Float], against reference: [Float]? = nil
  ) -> [Double] {
    let reference = reference ?? standardizer.mean
    precondition(x.count == weights.columns && reference.count == x.count, "\(x.count) features")
    return x.indices.map { j in
      Double(weights[output, j]) * (Double(x[j]) - Double(reference[j]))
        / Double(standardizer.scale[j])
    }
  }

  /// Why one class rather than another: (w_k − w_j)(x − r), feature by feature.
  ///
  /// In a softmax only such differences mean something: adding one vector to every class's weights
  /// changes all contributions and no probability. In one-versus-rest it is the difference of two
  /// log-odds.
  public func contrast(
    _ k: Int, over j: Int, _ x: [Float], against reference: [Float]? = nil
  ) -> [Double] {
    zip(
      contributions(output: k, x, against: reference),
      contributions(output: j, x, against: reference)
    ).map { $0 - $1 }
  }

  /// Contributions to a softmax's class k with the mean over the classes taken off, which is what
  /// does not change when one vector is added to every class's weights.
  public func centredContributions(
    output k: Int, _ x: [Float], against reference: [Float]? = nil
  ) -> [Double] {
    let all = (0..<weights.rows).map { contributions(output: $0, x, against: reference) }
    return x.indices.map { j in
      all[k][j] - all.reduce(0) { $0 + $1[j] } / Double(all.count)
    }
  }
}

/// How many neurons a layer's saliency amounts to: 1 / Σ p², p each neuron's share of it.
///
/// m neurons with equal saliency count m, one that has all of it counts 1; no η is needed.
/// Source: Herfindahl's index, inverted (the inverse Simpson index of ecology).
public func effectiveCount(_ saliency: [Double]) -> Double {
  let total = saliency.reduce(0, +)
  guard total > 0 else { return 0 }
  return 1 / saliency.reduce(0) { $0 + ($1 / total) * ($1 / total) }
}
