import Foundation
import Testing

@testable import Probing

@Suite("An evaluation agrees with scikit-learn")
struct EvaluationTests {
  static let names = ["balanced", "imbalanced", "constant", "three", "absent"]

  private func evaluated(_ name: String) throws -> (
    StatisticsFixture.Evaluated, Evaluation
  ) {
    let cases = try StatisticsFixture.shared.get().evaluations
    let expected = try #require(cases.first { $0.name == name })
    let evaluation = Evaluation(
      probabilities: expected.probabilities, truth: expected.truth,
      bootstrap: Bootstrap(resamples: 100))
    return (expected, evaluation)
  }

  @Test("every metric", arguments: names)
  func metrics(name: String) throws {
    let (expected, evaluation) = try evaluated(name)
    func near(_ a: Double?, _ b: Double?) -> Bool {
      guard let a, let b else { return a == nil && b == nil }
      return abs(a - b) < 1e-12
    }
    #expect(near(evaluation.score.accuracy, expected.accuracy))
    #expect(near(evaluation.balancedAccuracy.value, expected.balancedAccuracy))
    #expect(near(evaluation.macroF1.value, expected.macroF1))
    #expect(near(evaluation.auroc?.value, expected.auroc))
    #expect(near(evaluation.averagePrecision?.value, expected.averagePrecision))
    #expect(near(evaluation.logLoss.value, expected.logLoss))
    #expect(near(evaluation.score.loss, expected.logLoss))
    #expect(near(evaluation.brier.value, expected.brier))
    #expect(near(evaluation.calibrationError.value, expected.calibrationError))
    #expect(near(evaluation.calibrationErrorOfLuck, expected.calibrationErrorOfLuck))
  }

  @Test("every class and the confusion matrix", arguments: names)
  func classes(name: String) throws {
    let (expected, evaluation) = try evaluated(name)
    #expect(evaluation.confusion == expected.confusion)
    #expect(evaluation.classes.map(\.n) == expected.n)
    for (k, found) in evaluation.classes.enumerated() {
      #expect(found.predicted == expected.confusion.reduce(0) { $0 + $1[k] })
      #expect(abs(found.precision.value - expected.precision[k]) < 1e-12)
      #expect(abs(found.recall.value - expected.recall[k]) < 1e-12)
      #expect(abs(found.f1.value - expected.f1[k]) < 1e-12)
    }
  }

  @Test("the reliability curve, equal confidences in one bin", arguments: names)
  func reliability(name: String) throws {
    let (expected, evaluation) = try evaluated(name)
    #expect(evaluation.reliability.map(\.score.n) == expected.reliability.map(\.n))
    for (found, bin) in zip(evaluation.reliability, expected.reliability) {
      #expect(abs(found.confidence - bin.confidence) < 1e-12)
      #expect(abs(found.score.accuracy - bin.accuracy) < 1e-12)
    }
    let gap = evaluation.reliability.reduce(0) {
      $0 + Double($1.score.n) * abs($1.score.accuracy - $1.confidence)
    }
    #expect(
      abs(gap / Double(expected.truth.count) - evaluation.calibrationError.value) < 1e-12)
  }

  @Test("every interval holds its value and lies in the metric's range", arguments: names)
  func intervals(name: String) throws {
    let (_, evaluation) = try evaluated(name)
    let shares =
      [
        evaluation.balancedAccuracy, evaluation.macroF1, evaluation.calibrationError,
        evaluation.auroc, evaluation.averagePrecision,
      ].compactMap { $0 } + evaluation.classes.flatMap { [$0.precision, $0.recall, $0.f1] }
    for estimate in shares + [evaluation.logLoss, evaluation.brier] {
      #expect(0 <= estimate.low && estimate.low <= estimate.value + 1e-12)
      #expect(estimate.value <= estimate.high + 1e-12)
    }
    #expect(shares.allSatisfy { $0.high <= 1 })
  }

  @Test("the order of the texts changes nothing but rounding and draws", arguments: names)
  func order(name: String) throws {
    let (expected, evaluation) = try evaluated(name)
    let reversed = Evaluation(
      probabilities: expected.probabilities.reversed(), truth: expected.truth.reversed(),
      bootstrap: Bootstrap(resamples: 1))
    #expect(reversed.confusion == evaluation.confusion)
    #expect(reversed.auroc?.value == evaluation.auroc?.value)
    #expect(reversed.averagePrecision?.value == evaluation.averagePrecision?.value)
    let difference = reversed.calibrationError.value - evaluation.calibrationError.value
    #expect(abs(difference) < 1e-12)
    #expect(reversed.reliability.map(\.score) == evaluation.reliability.map(\.score))
  }

  @Test("texts of one class have no ranking, and all else is known")
  func oneClass() {
    let evaluation = Evaluation(
      probabilities: [[0.2, 0.8], [0.6, 0.4]], truth: [1, 1],
      bootstrap: Bootstrap(resamples: 10))
    #expect(evaluation.auroc == nil && evaluation.averagePrecision?.value == 1)
    #expect(evaluation.balancedAccuracy.value == 0.5 && evaluation.score.accuracy == 0.5)
  }

  @Test("certain and right is perfect; certain and wrong stays finite")
  func extremes() {
    let p = [[1.0, 0], [0, 1], [1, 0], [0, 1]]
    let right = Evaluation(
      probabilities: p, truth: [0, 1, 0, 1], bootstrap: Bootstrap(resamples: 9))
    #expect(right.auroc?.value == 1 && right.brier.value == 0 && right.logLoss.value == 0)
    #expect(right.calibrationError.value == 0 && right.calibrationErrorOfLuck == 0)
    #expect(right.reliability.count == 1)
    let wrong = Evaluation(
      probabilities: p, truth: [1, 0, 1, 0], bootstrap: Bootstrap(resamples: 9))
    #expect(wrong.auroc?.value == 0 && wrong.brier.value == 1)
    #expect(wrong.logLoss.value.isFinite && wrong.calibrationError.value == 1)
  }

  @Test("goes through JSON whole")
  func codable() throws {
    for name in Self.names {
      let (_, evaluation) = try evaluated(name)
      let bytes = try JSONEncoder().encode(evaluation)
      #expect(try JSONDecoder().decode(Evaluation.self, from: bytes) == evaluation)
    }
  }
}
