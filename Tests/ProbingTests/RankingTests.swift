import Testing

@testable import Probing

@Suite("Rankings")
struct RankingTests {
  /// Scores with many ties, classes and how often each text counts.
  private func sample(_ noise: inout Noise) -> ([Double], [Bool], [Int32]) {
    let n = 2 + noise.below(30)
    return (
      (0..<n).map { _ in Double(noise.below(8)) }, (0..<n).map { _ in noise.below(3) == 0 },
      (0..<n).map { _ in Int32(noise.below(4)) }
    )
  }

  @Test("AUROC is the share of pairs in the right order, ties counting half")
  func pairs() {
    var noise = Noise(seed: 31)
    for _ in 0..<200 {
      let (scores, positive, weights) = sample(&noise)
      var (sum, count) = (0.0, 0.0)
      for i in scores.indices where positive[i] {
        for j in scores.indices where !positive[j] {
          let weight = Double(weights[i] * weights[j])
          sum += weight * (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0)
          count += weight
        }
      }
      let area = Ranking(scores).auroc(positive: positive, weights: weights)
      #expect((area == nil) == (count == 0))
      #expect(area.map { abs($0 - sum / count) < 1e-12 } ?? true)
    }
  }

  @Test("a text that counts twice is a text that is there twice")
  func weights() {
    var noise = Noise(seed: 32)
    for _ in 0..<200 {
      let (scores, positive, weights) = sample(&noise)
      let repeated = scores.indices.flatMap { Array(repeating: $0, count: Int(weights[$0])) }
      let (once, whole) = (Ranking(scores), Ranking(repeated.map { scores[$0] }))
      let labels = repeated.map { positive[$0] }
      #expect(once.auroc(positive: positive, weights: weights) == whole.auroc(positive: labels))
      let precision = once.averagePrecision(positive: positive, weights: weights)
      let expected = whole.averagePrecision(positive: labels)
      #expect((precision == nil) == (expected == nil))
      #expect(abs((precision ?? 0) - (expected ?? 0)) < 1e-12)
    }
  }

  @Test("turning the scores round turns the area round")
  func reversed() {
    let (scores, positive) = ([3.0, 1, 2, 2, 5], [true, false, true, false, false])
    let area = Ranking(scores).auroc(positive: positive) ?? .nan
    let other = Ranking(scores.map { -$0 }).auroc(positive: positive) ?? .nan
    #expect(abs(area + other - 1) < 1e-15)
  }

  @Test("middle ranks")
  func ranks() {
    #expect(midranks([3, 1, 3, 0, 3]) == [3, 1, 3, 0, 3])
    #expect(midranks([2, 2]) == [0.5, 0.5] && midranks([]).isEmpty)
  }

  @Test("Kendall's τ: 1, −1, ties, and a case by hand")
  func kendall() {
    #expect(rankAgreement([1, 2, 3], [10, 20, 30]) == 1)
    #expect(rankAgreement([1, 2, 3], [3, 2, 1]) == -1)
    #expect(rankAgreement([1, 1, 1], [3, 2, 1]) == nil)
    // Six pairs: four in the same order, two not.
    #expect(abs((rankAgreement([1, 2, 3, 4], [2, 1, 4, 3]) ?? 0) - 1.0 / 3) < 1e-12)
    // One tie in the first: (2 − 0) / √(2 · 3).
    #expect(abs((rankAgreement([1, 1, 2], [1, 2, 3]) ?? 0) - 2 / 6.0.squareRoot()) < 1e-12)
  }
}
