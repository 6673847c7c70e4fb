import Testing

@testable import Probing

@Suite("Controls and baselines")
struct ControlsTests {
  private let labels = (0..<300).map { [0, 0, 0, 1, 1, 2][$0 % 6] }

  @Test("class shares are those of the labels")
  func shares() {
    #expect(classShares(labels, classes: 4) == [0.5, 1.0 / 3, 1.0 / 6, 0])
    #expect(classShares([], classes: 2) == [0, 0])
  }

  @Test("shuffled labels keep their counts, follow the seed and say nothing of the true ones")
  func shuffled() {
    let shuffled = shuffledLabels(labels, seed: 1)
    #expect(shuffled.sorted() == labels.sorted())
    #expect(
      shuffled == shuffledLabels(labels, seed: 1) && shuffled != shuffledLabels(labels, seed: 2))
    // By chance, Σ shares² = 0.39 of them agree.
    let agreeing = Score(shuffled, truth: labels)
    #expect(agreeing.low < 0.39 && 0.39 < agreeing.high)
  }

  @Test("a word keeps its control label in every text, and classes come as often as they should")
  func words() {
    let texts = (0..<400).map { "the w\($0 / 2) of" }
    let shares = [0.7, 0.3]
    let train = Array(0..<400)
    let control = wordControlLabels(texts, train: train, shares: shares, seed: 3)
    for i in stride(from: 0, to: 400, by: 2) { #expect(control[i] == control[i + 1]) }
    let score = Score(correct: (0..<200).count { control[2 * $0] == 1 }, of: 200)
    #expect(score.low < 0.3 && 0.3 < score.high)
    #expect(control == wordControlLabels(texts, train: train, shares: shares, seed: 3))
    #expect(control != wordControlLabels(texts, train: train, shares: shares, seed: 4))
    // Words that no two training texts have do not count, and texts without words get one label.
    let unknown = wordControlLabels(
      ["xx yy", "zz", ""], train: [0, 1, 2], shares: shares, seed: 3)
    #expect(Set(unknown).count == 1)
    #expect(wordControlLabels(["aa", "aa"], train: [0], shares: [0, 1], seed: 1) == [1, 1])
  }

  @Test("length is tokens, words and characters")
  func lengths() {
    let x = lengthFeatures(["a  film,\tseen", "", "żółw"], tokens: [6, 2, 4])
    #expect(x.row(0) == [6, 3, 13] && x.row(1) == [2, 0, 0] && x.row(2) == [4, 1, 4])
  }

  @Test("selectivity is the paired difference of the real task and its control")
  func selectivity() {
    let task = (0..<100).map { $0 % 10 != 0 }
    let control = (0..<100).map { $0 % 2 == 0 }
    let found = PairedComparison(
      right: task, control, strata: task.map { _ in 0 }, bootstrap: Bootstrap(resamples: 200))
    #expect(abs(found.accuracyDifference.value - 0.4) < 1e-12)
    #expect(found.accuracyDifference.low > 0.2 && found.accuracyDifference.high < 0.6)
  }
}
