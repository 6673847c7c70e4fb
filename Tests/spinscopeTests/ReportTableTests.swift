import Foundation
import Probing
import Testing

@testable import spinscope

@Suite("Tables of a run")
struct ReportTableTests {
  @Test("look as they did", arguments: ReportTable.allCases)
  func golden(table: ReportTable) throws {
    try compareWithGolden(table.csv(try TinyRun.run()) + "\n", "\(table.rawValue).csv")
  }

  /// The records by column; only for tables without quoted cells in the columns asked for.
  private func records(_ table: ReportTable, _ run: Run) -> [[String: String]] {
    let lines = table.csv(run).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(zip(lines[0], $0), uniquingKeysWith: { a, _ in a }) }
  }

  @Test("predictions are right as often as the run's scores say, and their probabilities sum to 1")
  func predictions() throws {
    let run = try TinyRun.run()
    let records = records(.predictions, run)
    #expect(records.compactMap { $0["id"] } == run.texts.map { "\($0.id)" })
    for (split, score) in [("test", run.scores.test), ("validation", run.head.validation)] {
      let texts = records.filter { $0["split"] == split }
      let right = texts.count { $0["correct"] == "true" }
      #expect(texts.count == score.n)
      #expect(abs(Double(right) / Double(texts.count) - score.accuracy) < 1e-12)
    }
    for record in records {
      let p = run.info.data.classes.compactMap { Double(record["p_\($0)"] ?? "") }
      #expect(p.count == 2 && abs(p.reduce(0, +) - 1) < 1e-12)
      #expect((record["label"] == record["predicted"]) == (record["correct"] == "true"))
    }
  }

  @Test("one configuration of the grid is the chosen one, and one the smallest as good")
  func grid() throws {
    let run = try TinyRun.run()
    let records = records(.grid, run)
    #expect(records.count == run.configurations.count)
    let chosen = records.filter { $0["chosen"] == "true" }
    #expect(chosen.count == 1 && chosen[0]["neurons"] == "\(run.head.neurons.count)")
    #expect(records.count { $0["one_standard_error"] == "true" } == 1)
  }

  @Test("there is a line a neuron, and a line a probe")
  func counts() throws {
    let run = try TinyRun.run()
    #expect(records(.neurons, run).map { $0["neuron"] } == run.head.neurons.map { "\($0)" })
    #expect(records(.layers, run).count == run.probes.count)
  }
}
