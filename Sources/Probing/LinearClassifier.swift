import Foundation
public import Tensors

/// Weights, intercepts and scaling of a linear classifier on pooled features.
///
/// Two classes have one row of weights, for the second class; more have one row each, one versus
/// rest. Logits are log-odds in units of nats.
public struct LinearClassifier: Sendable, Equatable {
  /// `(K', d)` for standardised features; K' is 1 for two classes, else the number of classes.
  public var weights: Matrix
  /// K' intercepts.
  public var intercepts: [Float]
  public var standardizer: Standardizer

  /// Keeps a fitted classifier.
  public init(weights: Matrix, intercepts: [Float], standardizer: Standardizer) {
    precondition(weights.rows == intercepts.count, "\(weights.rows) rows of weights")
    self.weights = weights
    self.intercepts = intercepts
    self.standardizer = standardizer
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

  /// Probabilities of all classes, which sum to 1.
  ///
  /// More than two one-versus-rest outputs are divided by their sum.
  public func probabilities(_ x: some RandomAccessCollection<Float>) -> [Double] {
    Self.probabilities(logits: logits(x))
  }

  /// The probabilities that belong to some logits.
  public static func probabilities(logits: [Double]) -> [Double] {
    if logits.count == 1 { return [sigmoid(-logits[0]), sigmoid(logits[0])] }
    let odds = logits.map(sigmoid)
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
    self.init(
      probabilities.map { p in p.indices.max { p[$0] < p[$1] } ?? 0 }, truth: truth)
    // A classifier that is certain and wrong loses much, but not everything.
    loss =
      zip(probabilities, truth).reduce(0) { $0 - log(max($1.0[$1.1], 1e-15)) }
      / Double(max(truth.count, 1))
  }
}

/// A classifier that was fitted at one C, with what the solver says of it.
public struct FittedClassifier: Sendable, Equatable {
  public var classifier: LinearClassifier
  /// The loss's weight in the objective.
  public var c: Double
  /// The largest relative duality gap over the outputs.
  public var relativeGap: Double
  /// Newton steps over all outputs.
  public var iterations: Int
}

/// Fits classifiers on one feature matrix along a path of rising C, each started from the last.
public struct ClassifierPath: Sendable {
  private let standardizer: Standardizer
  private let problems: [LogisticRegression]

  /// Multiples of the C at which the first weight appears.
  ///
  /// The path stays at its strong end: with a few thousand texts, heads beyond some sixty times
  /// the smallest C fit the training texts alone.
  public static let multiples: [Double] = [1.5, 3, 6, 12, 24, 48]

  /// - Parameters:
  ///   - features: `(texts, d)` raw features of the training texts.
  ///   - labels: the class of each text.
  ///   - classes: the number of classes.
  public init(_ features: Matrix, labels: [Int], classes: Int) {
    let standardizer = Standardizer(features)
    let columns = standardizer.columns(of: features)
    let outputs = classes == 2 ? [1] : Array(0..<classes)
    self.standardizer = standardizer
    problems = outputs.map { k in
      LogisticRegression(columns: columns, positive: labels.map { $0 == k })
    }
  }

  /// One fit at each multiple of the smallest useful C; none if no feature tells the classes apart.
  public func fits(multiples: [Double] = multiples) -> [FittedClassifier] {
    let smallest = problems.map(\.smallestUsefulC).min() ?? .infinity
    guard smallest.isFinite else { return [] }
    var starts = [LogisticFit?](repeating: nil, count: problems.count)
    return multiples.map { multiple in
      let c = smallest * multiple
      let fits = zip(problems, starts).map { $0.fit(c: c, start: $1) }
      starts = fits
      return FittedClassifier(
        classifier: LinearClassifier(
          weights: Matrix(
            rows: fits.count, columns: fits[0].weights.count, values: fits.flatMap(\.weights)),
          intercepts: fits.map(\.intercept), standardizer: standardizer),
        c: c, relativeGap: fits.map(\.relativeGap).max() ?? 0,
        iterations: fits.reduce(0) { $0 + $1.iterations })
    }
  }
}
