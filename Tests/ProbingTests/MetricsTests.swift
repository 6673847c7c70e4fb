import Testing

@testable import Probing

@Suite("Scores agree with scipy and scikit-learn")
struct MetricsTests {
  /// Ends of `scipy.stats.binomtest(correct, n).proportion_ci(method="wilson")`.
  @Test(
    "Wilson's interval",
    arguments: [
      (0, 1, 0.0, 0.7934506856227626), (1, 1, 0.20654931437723745, 1.0),
      (1, 3, 0.06149194472039626, 0.7923403991979523),
      (5, 10, 0.236593090512564, 0.7634069094874361), (0, 40, 0.0, 0.08762160119728662),
      (37, 40, 0.8013576647568945, 0.9741639742254118),
      (791, 872, 0.8860174925610635, 0.9246315042973439), (872, 872, 0.995613979240185, 1.0),
    ])
  func wilson(correct: Int, n: Int, low: Double, high: Double) {
    let score = Score(correct: correct, of: n)
    #expect(abs(score.low - low) < 1e-9 && abs(score.high - high) < 1e-9)
    #expect(score.accuracy == Double(correct) / Double(n) && score.n == n)
    #expect(0 <= score.low && score.low <= score.accuracy + 1e-15)
    #expect(score.accuracy <= score.high + 1e-15 && score.high <= 1)
    #expect(abs(score.halfWidth - (high - low) / 2) < 1e-9)
  }

  @Test("nothing is known of no text")
  func none() {
    let score = Score(correct: 0, of: 0)
    #expect(score.low == 0 && score.high == 1 && score.accuracy == 0)
    #expect(score.standardError == 0)
  }

  @Test("predictions are counted against the truth")
  func counts() {
    let score = Score([0, 1, 1, 2], truth: [0, 1, 2, 2])
    #expect(score.accuracy == 0.75 && score.n == 4)
    #expect(abs(score.standardError - (0.75 * 0.25 / 4).squareRoot()) < 1e-15)
  }

  /// Values of `sklearn.metrics.f1_score(truth, predicted, average="macro", labels=range(classes),
  /// zero_division=0)`.
  @Test(
    "macro F1, a class without texts counting 0",
    arguments: [
      ([0, 0, 1, 1, 1, 2, 1, 2, 0, 1], [0, 0, 0, 1, 1, 1, 1, 2, 2, 2], 3, 0.5777777777777778),
      ([0, 0, 1, 1, 1, 2, 1, 2, 0, 1], [0, 0, 0, 1, 1, 1, 1, 2, 2, 2], 4, 0.43333333333333335),
      ([1, 1, 1, 1, 1, 1, 1], [1, 0, 1, 1, 0, 0, 1], 2, 0.36363636363636365),
      ([0, 1, 1, 1], [0, 0, 1, 1], 2, 0.7333333333333334), ([0, 1, 2], [0, 1, 2], 3, 1),
    ])
  func macro(predicted: [Int], truth: [Int], classes: Int, expected: Double) {
    #expect(abs(macroF1(predicted, truth: truth, classes: classes) - expected) < 1e-15)
  }
}
