import Testing

@testable import Probing

@Suite("Two classifiers on the same texts")
struct PairedComparisonTests {
  @Test("McNemar's p values are scipy's")
  func scipy() throws {
    for pair in try StatisticsFixture.shared.get().mcnemar {
      let test = McNemar(onlyFirst: pair.onlyFirst, onlySecond: pair.onlySecond)
      #expect(abs(test.exactP - pair.exactP) < 1e-9)
      #expect(abs(test.midP - pair.midP) < 1e-9)
      let swapped = McNemar(onlyFirst: pair.onlySecond, onlySecond: pair.onlyFirst)
      #expect(swapped.midP == test.midP && swapped.exactP == test.exactP)
    }
  }

  @Test("a verdict needs mid-p below 5 %, and says so in words")
  func verdicts() {
    #expect(McNemar(onlyFirst: 9, onlySecond: 2).verdict == .better)
    #expect(McNemar(onlyFirst: 2, onlySecond: 9).verdict == .worse)
    #expect(McNemar(onlyFirst: 42, onlySecond: 34).verdict == .undecided)
    #expect(McNemar(onlyFirst: 0, onlySecond: 0).verdict == .undecided)
    #expect(Verdict.better.words(texts: 500) == "better")
    #expect(Verdict.undecided.words(texts: 500) == "no difference that 500 texts could show")
    #expect(Verdict.undecided.words(texts: 1) == "no difference that 1 text could show")
  }

  /// Answers to 200 texts of two classes: the first is right on 80 %, the second on 60 %.
  private func answers() -> (first: [Int], second: [Int], truth: [Int]) {
    var noise = Noise(seed: 41)
    let truth = (0..<200).map { $0 % 2 }
    func right(_ share: Int) -> [Int] { truth.map { noise.below(100) < share ? $0 : 1 - $0 } }
    return (right(80), right(60), truth)
  }

  @Test("counts flips and bounds the difference of the accuracies")
  func comparison() {
    let (first, second, truth) = answers()
    let found = PairedComparison(first, second, truth: truth, bootstrap: Bootstrap(resamples: 500))
    let scores = [first, second].map { Score($0, truth: truth).accuracy }
    #expect(found.n == 200 && found.disagreements == zip(first, second).count { $0 != $1 })
    #expect(found.disagreements == found.mcNemar.onlyFirst + found.mcNemar.onlySecond)
    let difference = found.accuracyDifference
    #expect(abs(difference.value - (scores[0] - scores[1])) < 1e-12)
    #expect(difference.low > 0 && difference.low < difference.value)
    #expect(difference.high > difference.value && found.verdict == .better)
    // The normal interval of a difference of paired shares.
    let share = Double(found.disagreements) / 200
    let half = 1.96 * ((share - difference.value * difference.value) / 200).squareRoot()
    #expect(abs((difference.high - difference.low) / (2 * half) - 1) < 0.15)
  }

  @Test("of more than two classes, both may be wrong and differ")
  func disagreements() {
    let found = PairedComparison(
      [0, 1, 2, 1], [0, 2, 1, 1], truth: [0, 0, 2, 2], bootstrap: Bootstrap(resamples: 10))
    #expect(found.disagreements == 2 && found.mcNemar == McNemar(onlyFirst: 1, onlySecond: 0))
  }

  @Test("a classifier is no better than itself, in any metric")
  func same() throws {
    let fixture = try StatisticsFixture.shared.get().intervals
    for metric in Metric.allCases {
      let difference = pairedDifference(
        in: metric, fixture.probabilities, fixture.probabilities, truth: fixture.truth,
        bootstrap: Bootstrap(resamples: 20))
      #expect(difference == Estimate(0, low: 0, high: 0))
      #expect(difference.map { metric.verdict($0) } == .undecided)
    }
  }

  @Test("the paired interval of any metric finds a worse classifier, and is narrower than unpaired")
  func anyMetric() throws {
    let fixture = try StatisticsFixture.shared.get().intervals
    // The same opinions, held less firmly and with half of the evidence lost to a constant.
    let blunt = fixture.probabilities.map { p in [0.9, 0.1].enumerated().map { 0.5 * (p[$0] + $1) }
    }
    let bootstrap = Bootstrap(resamples: 300)
    for metric in [Metric.accuracy, .balancedAccuracy, .macroF1, .logLoss, .brier] {
      let found = pairedDifference(
        in: metric, fixture.probabilities, blunt, truth: fixture.truth, bootstrap: bootstrap)
      let difference = try #require(found)
      #expect(metric.verdict(difference) == .better, "\(metric)")
      let swapped = pairedDifference(
        in: metric, blunt, fixture.probabilities, truth: fixture.truth, bootstrap: bootstrap)
      #expect(metric.verdict(try #require(swapped)) == .worse, "\(metric)")
    }
    // Halving moves no text past another.
    let order = pairedDifference(
      in: .auroc, fixture.probabilities, blunt, truth: fixture.truth, bootstrap: bootstrap)
    #expect(abs(try #require(order).high) < 1e-12)
  }

  @Test("a metric that is undefined has no difference")
  func undefined() {
    let p = [[0.5, 0.2, 0.3], [0.1, 0.1, 0.8]]
    #expect(pairedDifference(in: .averagePrecision, p, p, truth: [0, 2]) == nil)
  }
}
