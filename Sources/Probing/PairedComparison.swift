import Foundation
public import Tensors

/// McNemar's test of two classifiers on the same texts.
///
/// Texts that both get right or both get wrong say nothing. Of the others, if neither is better,
/// each classifier is right on Binomial(m, ½) of the m.
/// Source: Fagerland, Lydersen & Laake 2013, "The McNemar test for binary matched-pairs data":
/// mid-p keeps its level where the exact test is too careful and χ² is not careful enough.
public struct McNemar: Sendable, Codable, Equatable {
  /// Texts that the first alone gets right.
  public var onlyFirst: Int
  /// Texts that the second alone gets right.
  public var onlySecond: Int

  /// Keeps the two counts, which are all that the test looks at.
  public init(onlyFirst: Int, onlySecond: Int) {
    precondition(onlyFirst >= 0 && onlySecond >= 0, "\(onlyFirst) against \(onlySecond) texts")
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
  }

  /// The two-sided mid-p value: the exact one, less the probability of the very counts seen.
  ///
  /// 1 where no text tells the two apart.
  public var midP: Double {
    if onlyFirst + onlySecond == 0 { return 1 }
    return onlyFirst == onlySecond ? 1 - binomial(smaller) / 2 : 2 * tail - binomial(smaller)
  }

  /// The two-sided exact p value.
  public var exactP: Double { min(1, 2 * tail) }

  /// Which is better, as far as mid-p can tell at 5 %.
  public var verdict: Verdict {
    midP < 0.05 ? (onlyFirst > onlySecond ? .better : .worse) : .undecided
  }

  private var smaller: Int { min(onlyFirst, onlySecond) }

  /// P(X ≤ the smaller count).
  private var tail: Double { (0...smaller).reduce(0) { $0 + binomial($1) } }

  /// P(X = k) for X ~ Binomial(m, ½).
  private func binomial(_ k: Int) -> Double {
    let m = onlyFirst + onlySecond
    let logChoices = lgamma(Double(m + 1)) - lgamma(Double(k + 1)) - lgamma(Double(m - k + 1))
    return exp(logChoices - Double(m) * log(2))
  }
}

/// What a comparison of two classifiers on the same texts allows to say of the first.
public enum Verdict: String, Sendable, Codable, Equatable {
  case better, worse
  /// The texts are too few to tell, or there is nothing to tell.
  case undecided

  /// `better`, `worse`, or `no difference that 500 texts could show`.
  public func words(texts: Int) -> String {
    self == .undecided
      ? "no difference that \(texts) text\(texts == 1 ? "" : "s") could show" : rawValue
  }
}

/// Two classifiers on the same texts.
public struct PairedComparison: Sendable, Codable, Equatable {
  /// Texts.
  public var n: Int
  /// Texts that each alone gets right, and the test of them.
  public var mcNemar: McNemar
  /// Texts on which the two answers differ, right or wrong.
  public var disagreements: Int
  /// The first's accuracy less the second's.
  public var accuracyDifference: Estimate
  /// Which is better, by McNemar's test.
  public var verdict: Verdict { mcNemar.verdict }

  /// Compares two classifiers' answers.
  ///
  /// - Parameters:
  ///   - first: the class that the first predicts of each text.
  ///   - second: the class that the second predicts.
  ///   - truth: the class of each text.
  ///   - bootstrap: how the texts are drawn again.
  ///   - workers: threads at most; the result does not depend on them.
  public init(
    _ first: [Int], _ second: [Int], truth: [Int], bootstrap: Bootstrap = Bootstrap(),
    workers: Int = availableWorkers()
  ) {
    self.init(
      right: zip(first, truth).map { $0 == $1 }, zip(second, truth).map { $0 == $1 },
      strata: truth, bootstrap: bootstrap, workers: workers)
    disagreements = zip(first, second).count { $0 != $1 }
  }

  /// Compares which texts two classifiers get right, though their questions may differ, as those
  /// of a control task do.
  ///
  /// - Parameters:
  ///   - first: whether the first is right on each text.
  ///   - second: whether the second is.
  ///   - strata: the class of each text.
  ///   - bootstrap: how the texts are drawn again.
  ///   - workers: threads at most; the result does not depend on them.
  public init(
    right first: [Bool], _ second: [Bool], strata: [Int], bootstrap: Bootstrap = Bootstrap(),
    workers: Int = availableWorkers()
  ) {
    precondition(first.count == second.count && first.count == strata.count, "unequal counts")
    precondition(!first.isEmpty, "no text to compare on")
    n = first.count
    mcNemar = McNemar(
      onlyFirst: zip(first, second).count { $0 && !$1 },
      onlySecond: zip(first, second).count { !$0 && $1 })
    disagreements = mcNemar.onlyFirst + mcNemar.onlySecond
    let signs: [Int] = zip(first, second).map { $0 == $1 ? 0 : $0 ? 1 : -1 }
    let estimates = bootstrap.estimates(strata: strata, workers: workers) { weights in
      var sum = 0
      for i in weights.indices { sum += Int(weights[i]) * signs[i] }
      return [Double(sum) / Double(signs.count)]
    }
    accuracyDifference = estimates[0] ?? Estimate(0, low: -1, high: 1)
  }
}

/// The first's metric less the second's on the same texts, with the interval of the paired
/// bootstrap: both are measured on the same draws, so that what makes a draw easy cancels.
///
/// - Parameters:
///   - metric: what to measure.
///   - first: the first's probabilities of all classes, one row a text.
///   - second: the second's.
///   - truth: the class of each text.
///   - bins: bins of the calibration error.
///   - bootstrap: how the texts are drawn again.
///   - workers: threads at most; the result does not depend on them.
/// - Returns: nil where the metric is undefined, as AUROC is of texts of one class.
public func pairedDifference(
  in metric: Metric, _ first: [[Double]], _ second: [[Double]], truth: [Int], bins: Int = 10,
  bootstrap: Bootstrap = Bootstrap(), workers: Int = availableWorkers()
) -> Estimate? {
  let tables = [first, second].map { PredictionTable(probabilities: $0, truth: truth, bins: bins) }
  return bootstrap.estimates(strata: truth, workers: workers) { weights in
    guard let a = tables[0].value(of: metric, weights), let b = tables[1].value(of: metric, weights)
    else { return [nil] }
    return [a - b]
  }[0]
}

extension Metric {
  /// What a difference in this metric says of the first: nothing where its interval holds 0.
  public func verdict(_ difference: Estimate) -> Verdict {
    guard difference.low > 0 || difference.high < 0 else { return .undecided }
    return (difference.value > 0) == isBetterWhenHigher ? .better : .worse
  }
}
