import Testing

@testable import Probing

@Suite("Texts that drive a neuron")
struct NeuronTextsTests {
  private let values: [Float] = [0.5, -1, 3, 0.5, 2, -1, 0, 9]
  private let labels = [0, 0, 1, 0, 1, 0, 1, 0]
  /// All but the last, which is not looked at.
  private var texts: NeuronTexts { NeuronTexts(values, among: Array(0..<7)) }

  @Test("stand by falling value, equals by place")
  func order() {
    #expect(texts.order == [2, 4, 0, 3, 6, 1, 5])
    #expect(texts.places(.top, count: 3) == [2, 4, 0])
    #expect(texts.places(.bottom, count: 3) == [5, 1, 6])
    #expect(texts.places(.quantiles, count: 4) == [2, 0, 6, 5])
    #expect(texts.places(.quantiles, count: 1) == [2])
    for sample in NeuronTexts.Sample.allCases {
      #expect(texts.places(sample, count: 100).sorted() == Array(0..<7), "\(sample)")
      #expect(texts.places(sample, count: 0).isEmpty)
      #expect(NeuronTexts(values, among: []).places(sample, count: 3).isEmpty)
    }
  }

  @Test("random ones are the same every time, and not the first")
  func random() {
    let many = NeuronTexts((0..<100).map(Float.init), among: Array(0..<100))
    let drawn = many.places(.random, count: 10)
    #expect(drawn == many.places(.random, count: 10) && Set(drawn).count == 10)
    #expect(drawn != Array(0..<10) && drawn != Array((90..<100).reversed()))
  }

  @Test("are counted by class, at the top and in every bin")
  func counts() {
    #expect(texts.balance(ofTop: 2, labels: labels, classes: 2) == [0, 2])
    #expect(texts.balance(ofTop: 100, labels: labels, classes: 3) == [4, 3, 0])
    // Bins of width 1 from −1 to 3; the highest value falls into the last.
    #expect(texts.histogram(bins: 4, labels: labels, classes: 2) == [[2, 2, 0, 0], [0, 1, 0, 2]])
    #expect(
      NeuronTexts([5, 5], among: [0, 1]).histogram(bins: 2, labels: [0, 1], classes: 2)
        == [[1, 0], [1, 0]])
    #expect(NeuronTexts([], among: []).histogram(bins: 2, labels: [], classes: 1) == [[0, 0]])
  }

  @Test("a detector takes the threshold that divides best, and counts its mistakes")
  func detector() {
    let above = NeuronDetector(
      1, isAbove: true, values, labels: labels, train: Array(0..<7), held: Array(0..<8))
    #expect(above.threshold == 1.25)
    #expect(above.precision == Score(correct: 2, of: 3) && above.falsePositives == [7])
    #expect(above.recall == Score(correct: 2, of: 3))
    let below = NeuronDetector(
      0, isAbove: false, values, labels: labels, train: Array(0..<7), held: Array(0..<7))
    #expect(below.threshold == 1.25 && below.recall == Score(correct: 4, of: 4))
    #expect(below.precision == Score(correct: 4, of: 5) && below.falsePositives == [6])
  }

  @Test("a detector of values that are all the same finds everything or nothing")
  func constant() {
    let detector = NeuronDetector(
      1, isAbove: true, [2, 2, 2], labels: [0, 1, 0], train: [0, 1, 2], held: [0, 1, 2])
    #expect(detector.recall.accuracy == 1 && detector.falsePositives == [0, 2])
    let empty = NeuronDetector(1, isAbove: true, [], labels: [], train: [], held: [])
    #expect(empty.precision.n == 0 && empty.falsePositives.isEmpty)
  }
}
