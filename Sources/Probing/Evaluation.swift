public import Tensors

/// Everything that a classifier's probabilities say about it on labelled texts, with 95 % intervals.
///
/// Shares of texts have Wilson's interval, the rest that of `Bootstrap`. The definitions are those
/// of scikit-learn, which the tests compare with.
public struct Evaluation: Sendable, Codable, Equatable {
  /// The share of texts that are right, with the log loss and macro-F1 that stand below too.
  public var score: Score
  /// The mean over the classes of the share of each class's texts that are right.
  public var balancedAccuracy: Estimate
  /// The mean over the classes of F1, the harmonic mean of precision and recall.
  public var macroF1: Estimate
  /// The area under the ROC curve: how often a text of the class is given more of it than another.
  ///
  /// For more than two classes, the mean of one class against the rest. Nil if all texts are of one
  /// class.
  public var auroc: Estimate?
  /// The area under the precision–recall curve of the second class; two classes only.
  public var averagePrecision: Estimate?
  /// The mean of −log p of the true class, in nats.
  public var logLoss: Estimate
  /// The mean squared error of the probabilities.
  ///
  /// (p − y)², 0 … 1, for two classes; summed over the classes, 0 … 2, for more.
  /// Source: Brier 1950, "Verification of forecasts expressed in terms of probability".
  public var brier: Estimate
  /// How far confidence and accuracy are apart, as a mean over bins of equally many texts: ECE.
  ///
  /// It is never below 0, so few texts make it look larger than it is: see
  /// `calibrationErrorOfLuck`.
  /// Source: Naeini, Cooper & Hauskrecht 2015; equal-mass bins: Nixon et al. 2019, arXiv:1904.01685.
  public var calibrationError: Estimate
  /// The ECE that a perfectly calibrated classifier would show on as many texts.
  public var calibrationErrorOfLuck: Double
  /// One a class.
  public var classes: [ClassScore]
  /// How many texts of class `[truth]` were taken for class `[predicted]`.
  public var confusion: [[Int]]
  /// The bins of `calibrationError`, by rising confidence.
  public var reliability: [ReliabilityBin]

  /// Evaluates predictions.
  ///
  /// 25,000 texts of two classes with 1,000 resamples take about half a second on one core; each
  /// further class adds its ranking.
  /// - Parameters:
  ///   - probabilities: of all classes, one row a text; at least one text.
  ///   - truth: the class of each text.
  ///   - bins: bins of the calibration error; equal confidences share one, so there may be fewer.
  ///   - bootstrap: how the texts are drawn again.
  ///   - workers: threads at most; the result does not depend on them.
  public init(
    probabilities: [[Double]], truth: [Int], bins: Int = 10, bootstrap: Bootstrap = Bootstrap(),
    workers: Int = availableWorkers()
  ) {
    precondition(!truth.isEmpty && bins > 0, "\(truth.count) texts in \(bins) bins")
    let table = PredictionTable(probabilities: probabilities, truth: truth, bins: bins)
    let metrics: [Metric] = [
      .balancedAccuracy, .macroF1, .auroc, .averagePrecision, .logLoss, .brier, .calibrationError,
    ]
    let estimates = bootstrap.estimates(strata: truth, workers: workers) { weights in
      let confusion = table.confusion(weights)
      return metrics.map { table.value(of: $0, weights) }
        + (0..<table.classes).map { confusion.f1($0) }
    }
    // Only the two measures of the ranking can be undefined.
    let none = Estimate(0, low: 0, high: 1)
    let whole = table.confusion(table.once)
    score = Score(table.predicted, truth: truth)
    score.loss = estimates[4]?.value
    score.macroF1 = estimates[1]?.value
    balancedAccuracy = estimates[0] ?? none
    macroF1 = estimates[1] ?? none
    auroc = estimates[2]
    averagePrecision = estimates[3]
    logLoss = estimates[4] ?? none
    brier = estimates[5] ?? none
    calibrationError = estimates[6] ?? none
    calibrationErrorOfLuck = table.calibrationErrorOfLuck
    classes = (0..<table.classes).map { k in
      ClassScore(k, whole, f1: estimates[metrics.count + k] ?? none)
    }
    confusion = (0..<table.classes).map { whole.row($0) }
    reliability = table.reliability
  }
}

/// How a classifier does on one class.
public struct ClassScore: Sendable, Codable, Equatable {
  /// Texts of the class.
  public var n: Int
  /// Texts that were taken for it.
  public var predicted: Int
  /// The share of these that are of the class; 0 if there is none.
  public var precision: Estimate
  /// The share of the class's texts that were found; 0 if there is none.
  public var recall: Estimate
  /// The harmonic mean of both.
  public var f1: Estimate

  init(_ k: Int, _ confusion: Confusion, f1: Estimate) {
    n = confusion.texts(of: k)
    predicted = confusion.predictions(of: k)
    precision = Estimate(Score(correct: confusion.hits(k), of: predicted))
    recall = Estimate(Score(correct: confusion.hits(k), of: n))
    self.f1 = f1
  }
}

/// Texts of which a classifier is about equally sure: one point of the reliability curve.
public struct ReliabilityBin: Sendable, Codable, Equatable {
  /// The mean probability of the predicted class.
  public var confidence: Double
  /// The share that is right, which equals the confidence if that can be trusted.
  public var score: Score
}
