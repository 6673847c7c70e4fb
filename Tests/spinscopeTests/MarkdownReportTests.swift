import Foundation
import Probing
import Testing

@testable import spinscope

@Suite("A run as Markdown")
struct MarkdownReportTests {
  @Test("looks as it did")
  func golden() throws {
    try compareWithGolden(
      MarkdownReport(run: try Run(folder: TinyRun.folder)).text + "\n", "report.md")
  }

  private func report(_ change: (inout Run) -> Void) throws -> String {
    var run = try TinyRun.run()
    change(&run)
    return MarkdownReport(run: run).text
  }

  @Test("the first sentence says against what SPIN wins, loses, and neither")
  func verdict() throws {
    let counts: [Baseline.Kind: McNemar] = [
      .base: McNemar(onlyFirst: 2, onlySecond: 40),
      .bestLayer: McNemar(onlyFirst: 5, onlySecond: 5),
      .tfIdf: McNemar(onlyFirst: 40, onlySecond: 2),
    ]
    let text = try report { run in
      for i in run.scores.baselines.indices {
        guard let counts = counts[run.scores.baselines[i].kind] else { continue }
        run.scores.baselines[i].comparison.mcNemar = counts
      }
    }
    let line = try #require(text.split(separator: "\n").dropFirst().first)
    let parts = [
      "is worse than Base", "; it cannot be told apart from the best", "; it is better than TF-IDF",
    ]
    let places = try parts.map { try #require(line.range(of: $0)).lowerBound }
    #expect(places == places.sorted() && line.hasPrefix("**SPIN is worse than Base"))
  }

  @Test("every table has as many cells in each row as in its heading")
  func tables() throws {
    var columns: Int?
    for line in try report({ _ in }).split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        columns = nil
        continue
      }
      let count = line.count { $0 == "|" } - line.ranges(of: "\\|").count
      #expect(count == columns ?? count, "\(line)")
      columns = count
    }
  }

  @Test("what files name is neither markup nor a new cell")
  func hostile() throws {
    let text = try report { run in
      run.info.data.name = "a|b <img src=x> [x](y) `c`\u{1B}"
    }
    #expect(text.contains("a\\|b \\<img src=x\\> \\[x\\](y) \\`c\\`␛"))
    #expect(!text.contains("\u{1B}"))
  }

  @Test("what limits trust is said where it holds, and only there")
  func limits() throws {
    let plain = try report { $0.info.isHalf = false }
    var texts = try TinyRun.run().texts
    let known = try #require(texts.first { $0.split == .train })
    for index in texts.indices.filter({ texts[$0].split == .test }).prefix(7) {
      texts[index].text = known.text
    }
    let audit = DataAudit(try DataSet(texts, from: "the test"))
    let flawed = try report {
      $0.info.data.audit = audit
      $0.info.isHalf = true
    }
    for fact in ["7 validation and test texts repeat a train text", "kept as F16"] {
      #expect(!plain.contains(fact) && flawed.contains(fact))
    }
  }

  @Test("figures are linked where they are written")
  func figures() throws {
    let run = try TinyRun.run()
    let text = MarkdownReport(run: run, figures: { "\($0.rawValue).svg" }).text
    for figure in ReportFigure.allCases {
      #expect(text.contains("](\(figure.rawValue).svg)"))
    }
    #expect(!MarkdownReport(run: run).text.contains("!["))
  }
}
