import Foundation
import Probing
import Terminal
import Transformers

/// A run's results as a table of plain text, each number with its interval or its n.
struct RunSummary {
  private let run: Run

  init(_ run: Run) { self.run = run }

  /// The whole table.
  var text: String {
    let info = run.info
    let head = run.head
    var lines = [
      "model       \(shown(info.model.name)) · \(info.model.shape.family), \(info.model.shape.blocks) "
        + "blocks, width \(info.model.shape.width), \(grouped(info.model.shape.neurons)) activations a block",
      "texts       \(shown(info.data.name)) · "
        + Split.allCases.map {
          "\(grouped(info.data.counts[$0.rawValue] ?? 0)) \($0.rawValue)"
        }.joined(separator: ", ") + truncation,
      "classes     \(info.data.classes.map(shown).joined(separator: ", "))",
      "",
      "layer         " + run.info.settings.poolings.map { column("\($0.rawValue)") }.joined(),
    ]
    lines += layerLines
    lines += [
      "",
      "chosen      \(head.source.plural), \(head.pooling.rawValue) pooling, \(head.selection), "
        + "C \(significant(head.fitted.c)) of \(info.chosen.tried) tried",
      "neurons     \(grouped(head.neurons.count)) of \(grouped(candidates)), "
        + "gap \(significant(head.fitted.relativeGap))",
      "validation  \(score(head.validation))",
      "test        \(score(run.scores.test)) · macro-F1 \(percent(run.scores.testMacroF1)) · "
        + "read \(run.scores.testReadings == 1 ? "once" : "\(run.scores.testReadings) times") by this fit",
      "base        \(score(run.scores.baseTest)) on test: the last hidden state alone, "
        + "\(run.scores.basePooling.rawValue) pooling",
      "majority    \(score(run.scores.majority)) on validation",
    ]
    lines.append("verdict     \(run.scores.verdict)")
    if info.data.overlap > 0 {
      lines.append(
        "note        \(grouped(info.data.overlap)) validation and test texts stand in train too: "
          + "scores look better than they are")
    }
    return lines.joined(separator: "\n")
  }

  private var truncation: String {
    run.info.data.truncated == 0
      ? "" : " · \(run.info.data.truncated) cut at \(run.info.model.shape.maxTokens) tokens"
  }

  private var layerLines: [String] {
    run.info.settings.representations.flatMap { representation in
      (0..<representation.layers(blocks: run.info.model.shape.blocks)).map { layer in
        let cells = run.info.settings.poolings.map { pooling in
          let probe = run.probes.first {
            $0.key == FeatureKey(representation, layer: layer, pooling: pooling)
          }
          return column(
            probe.map { percent($0.validation.accuracy) + plusMinus($0.validation) } ?? "–")
        }
        return "\(representation.letter)\(layer)".padding(toLength: 14, withPad: " ", startingAt: 0)
          + cells.joined()
      }
    }
  }

  /// All neurons of what the head may read.
  private var candidates: Int {
    let shape = run.info.model.shape
    return run.head.source.representations.reduce(0) {
      $0 + $1.layers(blocks: shape.blocks) * ($1 == .hidden ? shape.width : shape.neurons)
    }
  }

  private func column(_ text: String) -> String {
    text.padding(toLength: 16, withPad: " ", startingAt: 0)
  }
}

extension Scores {
  /// How the head does against Base on the same test texts, by McNemar's test: of the texts that
  /// only one of them gets right, neither should have much more than half.
  var verdict: String {
    let (ours, theirs) = (Double(onlyHead), Double(onlyBase))
    let counts =
      "\(grouped(onlyHead)) texts right that base has wrong, \(grouped(onlyBase)) the other way"
    guard abs(ours - theirs) > 1.96 * (ours + theirs).squareRoot() else {
      return "no clear difference from base: \(counts)"
    }
    return "\(ours > theirs ? "better" : "worse") than base: \(counts)"
  }
}
