import Foundation
import Testing

@testable import Probing

@Suite("The temperature is the one that scipy finds")
struct CalibrationTests {
  private func scheme(_ fixture: StatisticsFixture.Tempered) -> ClassScheme {
    fixture.link == "softmax" ? .softmax : .oneVersusRest
  }

  @Test("two classes, one versus rest and softmax")
  func scipy() throws {
    for fixture in try StatisticsFixture.shared.get().temperatures {
      let found = Temperature(logits: fixture.logits, truth: fixture.truth, scheme: scheme(fixture))
      #expect(abs(found.value / fixture.temperature - 1) < 1e-4, "\(fixture.name)")
      #expect(abs(found.lossBefore - fixture.lossBefore) < 1e-12)
      #expect(abs(found.lossAfter - fixture.lossAfter) < 1e-10)
      #expect(found.n == fixture.truth.count && !found.isAtLimit)
    }
  }

  @Test("it divides the logits, sums to 1 and changes no prediction")
  func probabilities() throws {
    for fixture in try StatisticsFixture.shared.get().temperatures {
      let scheme = scheme(fixture)
      let found = Temperature(logits: fixture.logits, truth: fixture.truth, scheme: scheme)
      for logits in fixture.logits {
        let p = found.probabilities(logits: logits, scheme: scheme)
        let raw = LinearClassifier.probabilities(logits: logits, scheme: scheme)
        let divided = logits.map { $0 / found.value }
        #expect(p == LinearClassifier.probabilities(logits: divided, scheme: scheme))
        #expect(abs(p.reduce(0, +) - 1) < 1e-12)
        #expect(p.indices.max { p[$0] < p[$1] } == raw.indices.max { raw[$0] < raw[$1] })
      }
    }
  }

  @Test("logits that are calibrated, or all zero, or none, stay as they are")
  func unchanged() {
    #expect(Temperature(logits: [[0], [0]], truth: [0, 1]).value == 1)
    #expect(Temperature(logits: [], truth: []).value == 1)
    // Three of four are right where the log-odds are log 3.
    let calibrated = Temperature(
      logits: Array(repeating: [log(3.0)], count: 4), truth: [1, 1, 1, 0])
    #expect(abs(calibrated.value - 1) < 1e-3 && calibrated.lossAfter <= calibrated.lossBefore)
  }

  @Test("texts that are all told apart, or all mistaken, lead to a limit, which is said")
  func limits() {
    let (logits, truth) = ([[0.1], [-0.1], [0.2]], [1, 0, 1])
    let sure = Temperature(logits: logits, truth: truth)
    #expect(sure.isAtLimit && sure.value < 0.03)
    let wrong = Temperature(logits: logits.map { [-$0[0]] }, truth: truth)
    #expect(wrong.isAtLimit && wrong.value > 40)
  }

  @Test("golden sections find a valley's floor, also at an end")
  func valley() {
    #expect(abs(goldenSection(-3...5, tolerance: 1e-9) { ($0 - 1.5) * ($0 - 1.5) } - 1.5) < 1e-7)
    #expect(abs(goldenSection(0...1, tolerance: 1e-9) { $0 }) < 1e-8)
  }
}
