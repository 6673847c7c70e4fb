import Foundation

/// What a classifier is measured by, each defined where it is computed.
public enum Metric: String, Sendable, Codable, CaseIterable {
  case accuracy, balancedAccuracy, macroF1, auroc, averagePrecision, logLoss, brier,
    calibrationError

  /// Whether more of it is better.
  public var isBetterWhenHigher: Bool {
    switch self {
    case .accuracy, .balancedAccuracy, .macroF1, .auroc, .averagePrecision: true
    case .logLoss, .brier, .calibrationError: false
    }
  }
}

/// A classifier's probabilities on labelled texts, laid out so that a metric of any resample of
/// the texts is one pass over them.
struct PredictionTable: Sendable {
  let classes: Int
  let truth: [Int]
  /// The most probable class of each text, the first of equals.
  let predicted: [Int]
  /// For each class, the texts by its probability; two classes need the second's alone.
  private let rankings: [Ranking]
  /// For each of these, which texts are of the class.
  private let positive: [[Bool]]
  private let losses: [Double]
  private let squaredErrors: [Double]
  private let confidences: [Double]
  private let bins: [Int]
  private let binCount: Int

  init(probabilities: [[Double]], truth: [Int], bins binCount: Int) {
    let classes = probabilities.first?.count ?? 0
    precondition(probabilities.count == truth.count, "\(truth.count) labels")
    precondition(classes > 1 && probabilities.allSatisfy { $0.count == classes }, "ragged rows")
    precondition(truth.allSatisfy { 0..<classes ~= $0 }, "a class beyond \(classes)")
    self.classes = classes
    self.truth = truth
    self.binCount = binCount
    predicted = probabilities.map { p in p.indices.max { p[$0] < p[$1] } ?? 0 }
    let outputs = classes == 2 ? [1] : Array(0..<classes)
    rankings = outputs.map { k in Ranking(probabilities.map { $0[k] }) }
    positive = outputs.map { k in truth.map { $0 == k } }
    losses = zip(probabilities, truth).map { -log(max($0[$1], 1e-15)) }
    squaredErrors = zip(probabilities, truth).map(Self.squaredError)
    confidences = zip(probabilities, predicted).map { $0[$1] }
    // Equal confidences share a bin, so that nothing depends on the order of the texts.
    let count = Double(truth.count)
    bins = midranks(confidences).map { Int(($0 + 0.5) * Double(binCount) / count) }
  }

  /// (p₁ − y)² for two classes, Σₖ (pₖ − yₖ)² for more.
  private static func squaredError(_ p: [Double], _ truth: Int) -> Double {
    if p.count == 2 { return (1 - p[truth]) * (1 - p[truth]) }
    return p.indices.reduce(0) { sum, k in
      let difference = p[k] - (k == truth ? 1 : 0)
      return sum + difference * difference
    }
  }

  /// Every text counted once.
  var once: [Int32] { Array(repeating: 1, count: truth.count) }

  /// A metric of the texts, each counted as often as `weights` say; nil where it is undefined.
  func value(of metric: Metric, _ weights: [Int32]) -> Double? {
    switch metric {
    case .accuracy: confusion(weights).accuracy
    case .balancedAccuracy: confusion(weights).balancedAccuracy
    case .macroF1: confusion(weights).macroF1
    case .auroc: auroc(weights)
    case .averagePrecision:
      classes == 2 ? rankings[0].averagePrecision(positive: positive[0], weights: weights) : nil
    case .logLoss: mean(of: losses, weights)
    case .brier: mean(of: squaredErrors, weights)
    case .calibrationError: calibrationError(weights)
    }
  }

  /// How many texts of each class were taken for each class.
  func confusion(_ weights: [Int32]) -> Confusion {
    Confusion(predicted, truth: truth, classes: classes, weights: weights)
  }

  /// The mean over the classes of one class against the rest; nil if no class can be told.
  private func auroc(_ weights: [Int32]) -> Double? {
    let areas = zip(rankings, positive).compactMap { $0.auroc(positive: $1, weights: weights) }
    return areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)
  }

  private func mean(of values: [Double], _ weights: [Int32]) -> Double {
    var sum = 0.0
    var count = 0
    for i in weights.indices {
      sum += Double(weights[i]) * values[i]
      count += Int(weights[i])
    }
    return sum / Double(count)
  }

  // MARK: Calibration

  /// Σ over the bins of nᵦ / n · |accuracy − mean confidence|.
  private func calibrationError(_ weights: [Int32]) -> Double {
    var gaps = [Double](repeating: 0, count: binCount)
    var count = 0
    for i in weights.indices {
      let weight = Double(weights[i])
      gaps[bins[i]] += weight * ((predicted[i] == truth[i] ? 1 : 0) - confidences[i])
      count += Int(weights[i])
    }
    return gaps.reduce(0) { $0 + abs($1) } / Double(count)
  }

  /// The bins of the calibration error, by rising confidence.
  var reliability: [ReliabilityBin] {
    let members = Dictionary(grouping: truth.indices) { bins[$0] }
    return members.sorted { $0.key < $1.key }.map { _, texts in
      ReliabilityBin(
        confidence: texts.reduce(0) { $0 + confidences[$1] } / Double(texts.count),
        score: Score(correct: texts.count { predicted[$0] == truth[$0] }, of: texts.count))
    }
  }

  /// The calibration error that luck alone gives a perfectly calibrated classifier with these
  /// confidences.
  ///
  /// Its bin's number of right texts has the variance Σ c (1 − c), and a normal variable with
  /// deviation s is on average √(2/π) s away from its mean.
  var calibrationErrorOfLuck: Double {
    var variances = [Double](repeating: 0, count: binCount)
    for (bin, c) in zip(bins, confidences) { variances[bin] += c * (1 - c) }
    let deviations = variances.reduce(0) { $0 + $1.squareRoot() }
    return (2 / Double.pi).squareRoot() * deviations / Double(truth.count)
  }
}
