import Foundation
public import Tensors

/// Weights, intercepts and scaling of a linear classifier on pooled features.
///
/// Two classes have one row of weights, for the second class; more have one row each. Logits are
/// log-odds in units of nats: of the class against all others where outputs are one versus rest,
/// of one class against another, as differences, where they are a softmax.
public struct LinearClassifier: Sendable, Equatable, Codable {
  /// `(K', d)` for standardised features; K' is 1 for two classes, else the number of classes.
  public var weights: Matrix
  /// K' intercepts.
  public var intercepts: [Float]
  public var standardizer: Standardizer
  /// How several outputs become probabilities; one output is a sigmoid in either scheme.
  public var scheme: ClassScheme

  /// Keeps a fitted classifier.
  public init(
    weights: Matrix, intercepts: [Float], standardizer: Standardizer,
    scheme: ClassScheme = .oneVersusRest
  ) {
    precondition(weights.rows == intercepts.count, "\(weights.rows) rows of weights")
    self.weights = weights
    self.intercepts = intercepts
    self.standardizer = standardizer
    self.scheme = scheme
  }

  /// The weight of feature `j` for output `k`, per unit of the raw feature.
  public func rawWeight(_ k: Int, _ j: Int) -> Float { weights[k, j] / standardizer.scale[j] }

  /// The intercept that belongs to raw weights.
  public func rawIntercept(_ k: Int) -> Float {
    var value = Double(intercepts[k])
    for j in 0..<weights.columns {
      value -= Double(rawWeight(k, j)) * Double(standardizer.mean[j])
    }
    return Float(value)
  }

  /// The log-odds of one text, K' of them.
  public func logits(_ x: some RandomAccessCollection<Float>) -> [Double] {
    (0..<weights.rows).map { k in
      var logit = Double(intercepts[k])
      var j = 0
      for value in x {
        let w = weights.values[k * weights.columns + j]
        if w != 0 {
          logit += Double(w) * Double((value - standardizer.mean[j]) / standardizer.scale[j])
        }
        j += 1
      }
      return logit
    }
  }

  /// Probabilities of all classes, which sum to 1: as fitted, or at another temperature.
  ///
  /// More than two one-versus-rest outputs are divided by their sum.
  public func probabilities(
    _ x: some RandomAccessCollection<Float>, temperature: Double = 1
  ) -> [Double] {
    Self.probabilities(logits: logits(x).map { $0 / temperature }, scheme: scheme)
  }

  /// The probabilities that belong to some logits.
  public static func probabilities(
    logits: [Double], scheme: ClassScheme = .oneVersusRest
  ) -> [Double] {
    if logits.count == 1 { return [sigmoid(-logits[0]), sigmoid(logits[0])] }
    let largest = logits.max() ?? 0
    let odds = scheme == .softmax ? logits.map { exp($0 - largest) } : logits.map(sigmoid)
    let sum = odds.reduce(0, +)
    return odds.map { sum > 0 ? $0 / sum : 1 / Double(odds.count) }
  }

  /// The most probable class of each row of `(texts, d)` raw features.
  public func predictions(_ features: Matrix) -> [Int] {
    probabilities(rowsOf: features).map { p in p.indices.max { p[$0] < p[$1] } ?? 0 }
  }

  /// The probabilities of each row of `(texts, d)` raw features.
  public func probabilities(rowsOf features: Matrix) -> [[Double]] {
    (0..<features.rows).map { row in
      let start = row * features.columns
      return probabilities(features.values[start..<start + features.columns])
    }
  }
}

extension Score {
  /// Scores `classifier` on the rows of `(texts, d)` raw features.
  public init(_ classifier: LinearClassifier, _ features: Matrix, truth: [Int]) {
    let probabilities = classifier.probabilities(rowsOf: features)
    let predicted = probabilities.map { p in p.indices.max { p[$0] < p[$1] } ?? 0 }
    self.init(predicted, truth: truth)
    macroF1 = Probing.macroF1(
      predicted, truth: truth, classes: max(2, classifier.weights.rows))
    // A classifier that is certain and wrong loses much, but not everything.
    loss =
      zip(probabilities, truth).reduce(0) { $0 - log(max($1.0[$1.1], 1e-15)) }
      / Double(max(truth.count, 1))
  }
}
