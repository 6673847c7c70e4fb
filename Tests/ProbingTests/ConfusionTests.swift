import Testing

@testable import Probing

@Suite("Confusion matrices")
struct ConfusionTests {
  @Test("rows are true classes, columns predicted ones")
  func counts() {
    let confusion = Confusion([0, 1, 1, 2, 0], truth: [0, 0, 1, 1, 0], classes: 3)
    #expect((0..<3).map { confusion.row($0) } == [[2, 1, 0], [0, 1, 1], [0, 0, 0]])
    #expect((0..<3).map { confusion.texts(of: $0) } == [3, 2, 0])
    #expect((0..<3).map { confusion.predictions(of: $0) } == [2, 2, 1])
    #expect(confusion.accuracy == 0.6)
    #expect(abs(confusion.balancedAccuracy - (2.0 / 3 + 0.5) / 2) < 1e-15)
    #expect((0..<3).map { confusion.f1($0) } == [0.8, 0.5, 0])
  }

  @Test("a weight is a repetition, and no text is no division by zero")
  func weights() {
    let weighted = Confusion([0, 1, 0], truth: [0, 0, 1], classes: 2, weights: [2, 0, 3])
    #expect(weighted == Confusion([0, 0, 0, 0, 0], truth: [0, 0, 1, 1, 1], classes: 2))
    let none = Confusion([], truth: [], classes: 2)
    #expect(none.accuracy == 0 && none.balancedAccuracy == 0 && none.macroF1 == 0)
  }
}
