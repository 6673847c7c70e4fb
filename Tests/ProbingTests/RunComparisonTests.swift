import Foundation
import Testing
import Transformers

@testable import Probing

@Suite("Two runs on the same texts")
struct RunComparisonTests {
  /// A run with its table, as its own features give it.
  static func side(_ name: String) throws -> RunComparison.Side {
    let run = try Tiny.run(name)
    let folder = try TemporaryFolder()
    return .init(run, try TextTable(run, try Tiny.features(of: run, in: folder.url)))
  }

  @Test("a run against itself differs in nothing")
  func itself() throws {
    let side = try Self.side("max")
    let comparison = try RunComparison(side, against: side)
    #expect(comparison.n == 15 && comparison.unmatched == 0 && comparison.flips.isEmpty)
    #expect(comparison.first == comparison.second)
    #expect(comparison.accuracy.verdict == .undecided)
    #expect(comparison.differences.map(\.metric) == RunComparison.metrics)
    #expect(comparison.differences.allSatisfy { $0.estimate == Estimate(0, low: 0, high: 0) })
    #expect(comparison.neurons?.overlap == 1)
    #expect(comparison.layers.count == 7 && comparison.layers.allSatisfy { $0.first == $0.second })
  }

  @Test("two poolings are compared text by text, whatever the order of the texts")
  func poolings() throws {
    let (a, b) = (try Self.side("max"), try Self.side("first"))
    let comparison = try RunComparison(a, against: b)
    let shuffled = RunComparison.Side(
      b.run, TextTable(rows: b.table.rows.reversed()))
    #expect(try RunComparison(a, against: shuffled).accuracy == comparison.accuracy)
    let back = try RunComparison(b, against: a)
    #expect(back.accuracy.mcNemar.onlyFirst == comparison.accuracy.mcNemar.onlySecond)
    #expect(back.flips.map(\.text) == comparison.flips.map(\.text))
    #expect(comparison.flips.count == comparison.accuracy.disagreements)
    for flip in comparison.flips {
      #expect(a.table.rows[flip.place].text == flip.text && flip.first != flip.second)
    }
    let shared = Set(a.run.head.neurons).intersection(b.run.head.neurons)
    #expect(comparison.neurons?.shared.count == shared.count)
  }

  @Test("baselines of a run are compared with each other as with the head")
  func baselines() throws {
    let head = try Self.side("max")
    let base = try RunComparison.Side(head.run, head.table, baseline: .base)
    let words = try RunComparison.Side(head.run, head.table, baseline: .tfIdf)
    let baseline = try #require(head.run.scores.base)
    let known = try RunComparison(head, against: base)
    #expect(known.accuracy == baseline.comparison)
    #expect(known.second.accuracy == baseline.test.accuracy)
    #expect(!known.isOfHeads && known.neurons == nil && known.layers.isEmpty)
    #expect(known.differences.map(\.metric) == [.macroF1])
    let pair = try RunComparison(words, against: base)
    #expect(pair.first.accuracy == head.run.scores.baseline(.tfIdf)?.test.accuracy)
    #expect(pair.second.accuracy == baseline.test.accuracy)
    #expect(pair.n == 15 && pair.unmatched == 0)
    #expect(throws: RunComparisonError.self) {
      try RunComparison(words, against: base, on: .validation)
    }
  }

  @Test("a run that does not say what a baseline answers is refused, and so are impossible answers")
  func withoutAnswers() throws {
    for answers in [nil, [0], [Int](repeating: 7, count: 15)] as [[Int]?] {
      var side = try Self.side("max")
      for i in side.run.scores.baselines.indices {
        side.run.scores.baselines[i].answers = answers
      }
      #expect(throws: RunComparisonError.self) {
        try RunComparison.Side(side.run, side.table, baseline: .base)
      }
    }
  }

  @Test("texts that one of them does not hold, or labels otherwise, are left out and counted")
  func unmatched() throws {
    let a = try Self.side("max")
    var rows = a.table.rows
    let test = rows.indices.filter { rows[$0].split == .test }
    rows[test[0]].split = .train
    rows[test[1]] = TextRow(
      id: 0, text: rows[test[1]].text, split: .test, label: 1 - rows[test[1]].label,
      probabilities: [0.5, 0.5])
    let comparison = try RunComparison(a, against: .init(a.run, TextTable(rows: rows)))
    #expect(comparison.n == 13 && comparison.unmatched == 3)
  }

  @Test("runs of other classes, or without a text in common, are refused")
  func refused() throws {
    let (a, three) = (try Self.side("max"), try Self.side("three"))
    #expect(throws: RunComparisonError(description: "the runs tell other classes apart")) {
      try RunComparison(a, against: three)
    }
    let error = #expect(throws: RunComparisonError.self) {
      try RunComparison(a, against: .init(a.run, TextTable(rows: [])), on: .validation)
    }
    #expect(error?.description.contains("no validation text") == true)
  }

  @Test("neurons of another model are not compared")
  func otherModel() throws {
    let a = try Self.side("max")
    var b = a
    b.run.info.model.sha256 = "1"
    #expect(try RunComparison(a, against: b).neurons == nil)
  }
}
