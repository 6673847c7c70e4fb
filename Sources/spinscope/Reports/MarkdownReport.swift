import Foundation
import Probing
import Transformers

/// A run as Markdown: what it means in one sentence, then everything that stands behind it.
struct MarkdownReport {
  let run: Run
  /// Where figures lie beside the report; nil leaves them out.
  var figures: ((ReportFigure) -> String)?

  var info: RunInfo { run.info }
  var scores: Scores { run.scores }
  var classes: [String] { info.data.classes.map(cell) }

  /// The whole report.
  var text: String {
    let sections: [(title: String, lines: [String])] = [
      ("Data", data), ("What was tried, and what was chosen", choice), ("Scores", results),
      ("Held against", baselines), ("Classes", confusion), ("Calibration", calibration),
      ("Early exit", exits), ("Layers", layers), ("Neurons of the head", neurons),
      ("What limits trust", limits), ("Again", reproduction),
    ]
    let body = sections.flatMap { ["## \($0.title)", ""] + $0.lines }
    return (["# \(cell(run.name))", "", verdict, ""] + body).joined(separator: "\n")
      .trimmingCharacters(in: .newlines)
  }

  /// The figure's image, if figures are written.
  func image(_ figure: ReportFigure) -> [String] {
    guard let figures else { return [] }
    return ["![\(cell(figure.figure(run).description))](\(figures(figure)))", ""]
  }

  // MARK: In one sentence

  /// What the head is worth on the test texts, against what is cheaper.
  private var verdict: String {
    let rivals: [(kind: Baseline.Kind, name: String)] = [
      (.base, "Base, the last layer alone"), (.bestLayer, "the best single layer"),
      (.tfIdf, "TF-IDF, without a model"),
    ]
    let phrases: [(verdict: Verdict, words: String, joint: String)] = [
      (.worse, "is worse than", " and "), (.undecided, "cannot be told apart from", " or "),
      (.better, "is better than", " and "),
    ]
    let parts = phrases.compactMap { phrase -> String? in
      let names = rivals.compactMap { rival -> String? in
        guard let comparison = scores.baseline(rival.kind)?.comparison,
          comparison.verdict == phrase.verdict
        else { return nil }
        return "\(rival.name) (\(points(comparison.accuracyDifference)) points)"
      }
      return names.isEmpty ? nil : "\(phrase.words) \(names.joined(separator: phrase.joint))"
    }
    return "**SPIN \(parts.joined(separator: "; it ")).** "
      + "Its head reads \(spinscope.neurons(run.head.neurons.count)) of "
      + "\(info.chosen.source.plural) and is right on \(score(scores.test)) test texts. "
      + "Differences are paired, with 95 % intervals; the words follow McNemar's test at 5 %."
      + random
  }

  /// Whether salient neurons are worth more than any others.
  private var random: String {
    let draws = scores.baselines.filter { $0.kind == .random }
    guard !draws.isEmpty else { return "" }
    let mean = draws.reduce(0) { $0 + $1.test.accuracy } / Double(draws.count)
    return
      " As many neurons drawn at random reach \(percent(mean)) % on average, and SPIN is better "
      + "than \(draws.count { $0.comparison.verdict == .better }) of \(draws.count) such draws."
  }

  // MARK: What went in

  private var data: [String] {
    let table = MarkdownTable(
      ["class"] + Split.allCases.map(\.rawValue), of: info.data.classes
    ) { name in
      [cell(name)]
        + Split.allCases.map { split in
          grouped(run.texts.count { $0.label == name && $0.split == split })
        }
    }
    let shape = info.model.shape
    let blocks = info.stacks.decoderBlocks
    let decoder = blocks > 0 ? " and \(blocks) of the decoder" : ""
    return [
      "\(cell(info.data.name)): \(grouped(run.texts.count)) texts, \(grouped(info.data.tokens)) tokens, "
        + "\(grouped(info.data.truncated)) cut at \(grouped(shape.maxTokens)) tokens. "
        + (info.data.isSplitBySeed
          ? "The split was drawn with seed \(info.data.source.seed)." : "The splits were given.")
        + " SHA-256 `\(info.data.sha256.prefix(16))…`.",
      "",
      "\(cell(info.model.name)): \(cell(shape.family)), \(shape.blocks) blocks\(decoder), width "
        + "\(grouped(shape.width)), \(grouped(shape.neurons)) activations a block. SHA-256 "
        + "`\(info.model.sha256.prefix(16))…`.", "",
    ] + table.lines
  }

  private var choice: [String] {
    let settings = info.settings
    let chosen = info.chosen
    let one = scores.grid[scores.oneStandardError]
    func list(_ names: [String]) -> String { names.joined(separator: ", ") }
    var table = MarkdownTable(["", "tried", "chosen"], words: 3)
    table.rows = [
      ["source", list(settings.sources.map(\.plural)), chosen.source.plural],
      ["pooling", list(settings.poolings.map(\.rawValue)), chosen.pooling.rawValue],
      [
        "neurons kept a layer, by \(cell(settings.saliency.symbol))",
        list(settings.selections.map(\.description)), chosen.selection.description,
      ],
      [
        "depth",
        settings.depths == .all ? "all" : "all layers, then every depth of the best",
        run.head.range,
      ],
      ["C", "\(settings.cGrid.count) a fit", significant(chosen.c)],
    ]
    return [
      "Validation \(settings.choice.rawValue) chose among \(grouped(chosen.tried)) fits; features "
        + (settings.classifier.scaling == .standard
          ? "standardised with the training mean and deviation." : "as they are."),
      "",
    ] + table.lines + [
      "The smallest head within one standard error of the best: \(one.source.plural), "
        + "\(one.pooling.rawValue), \(one.selection), \(spinscope.neurons(one.neurons)), "
        + "\(score(one.validation)) on validation.", "",
    ] + image(.grid) + image(.eta)
  }

  private var reproduction: [String] {
    [
      "With spinscope \(info.spinscope), in the folder where this was fitted; the same command "
        + "gives the same bytes, but for times:", "", "    " + shown(FitCommand(run).line), "",
    ]
  }
}
