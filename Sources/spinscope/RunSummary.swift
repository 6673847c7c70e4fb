import Foundation
import Probing
import Terminal
import Transformers

/// A run's results as a table of plain text, each number with its interval or its n.
struct RunSummary {
  private let run: Run
  private var scores: Scores { run.scores }

  init(_ run: Run) { self.run = run }

  /// The whole table.
  var text: String {
    [factLines, layerLines, headLines, baselineLines, trustLines].map {
      $0.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  // MARK: What was fitted

  private var factLines: [String] {
    let info = run.info
    let shape = info.model.shape
    return [
      "model       \(shown(info.model.name)) · \(shape.family), \(shape.blocks) "
        + "\(decoder)blocks, width \(shape.width), \(grouped(shape.neurons)) activations a block",
      "texts       \(shown(info.data.name)) · "
        + Split.allCases.map {
          "\(grouped(info.data.counts[$0.rawValue] ?? 0)) \($0.rawValue)"
        }.joined(separator: ", ") + truncation,
      "classes     \(info.data.classes.map(shown).joined(separator: ", "))",
    ]
  }

  /// `+ 8 decoder `, where a decoder was read.
  private var decoder: String {
    let blocks = run.info.stacks.decoderBlocks
    return blocks > 0 ? "+ \(blocks) decoder " : ""
  }

  private var truncation: String {
    run.info.data.truncated == 0
      ? ""
      : " · \(grouped(run.info.data.truncated)) too long and cut ("
        + zip(run.info.data.truncatedByClass, run.info.data.classes)
        .map { "\(grouped($0)) \(shown($1))" }.joined(separator: ", ") + ")"
  }

  private var layerLines: [String] {
    let poolings = run.info.settings.poolings
    let heading = "layer         " + poolings.map { column("\($0.rawValue)") }.joined()
    return [heading]
      + run.info.representations.flatMap { representation in
        (0..<representation.layers(of: run.info.stacks)).map { layer in
          let cells = poolings.map { pooling in
            let probe = run.probes.first {
              $0.key == FeatureKey(representation, layer: layer, pooling: pooling)
            }
            return column(
              probe.map { percent($0.validation.accuracy) + plusMinus($0.validation) } ?? "–")
          }
          return padded("\(representation.letter)\(layer)", to: 14) + cells.joined()
        }
      }
  }

  // MARK: The head

  private var headLines: [String] {
    let head = run.head
    let one = scores.grid[scores.oneStandardError]
    return [
      "chosen      \(head.source.plural), \(head.pooling.rawValue) pooling, \(head.selection), "
        + "C \(significant(head.fitted.c)) of \(grouped(run.info.chosen.tried)) tried",
      "neurons     \(grouped(head.neurons.count)) of \(grouped(candidates)), "
        + "gap \(significant(head.fitted.relativeGap))" + convergence,
      "validation  \(score(scores.validation.score))",
      "test        \(score(scores.test)) · macro-F1 \(share(scores.testEvaluation.macroF1))"
        + (scores.testEvaluation.auroc.map { " · AUROC \(share($0))" } ?? ""),
      "calibration ECE \(share(scores.testEvaluation.calibrationError)) % of which luck "
        + "\(percent(scores.testEvaluation.calibrationErrorOfLuck)), Brier "
        + "\(decimals(scores.testEvaluation.brier.value, 3)), at temperature "
        + decimals(scores.temperature.value, 2),
      "simplest    \(one.source.plural), \(one.pooling.rawValue), \(one.selection), "
        + "\(neurons(one.neurons)): \(percent(one.validation.accuracy)) % on validation, "
        + "within one standard error",
      earlyExit,
    ]
  }

  /// Fits that stopped short of their tolerance are named, with what to change.
  private var convergence: String { Shortfall(run).map { "\nnot exact   \($0.line)" } ?? "" }

  private var earlyExit: String {
    let rule = scores.exitRule
    guard let outcome = rule.chosenTest, let last = scores.exitRule.test.last else { return "" }
    return "early exit  \(percent(outcome.score.accuracy)) % on test with "
      + "\(decimals(outcome.meanBlocks, 1)) of \(decimals(last.meanBlocks, 0)) blocks"
      + (timeShare(outcome, of: last).map { ", \($0) of the time" } ?? "")
      + ", at p ≥ \(decimals(rule.threshold, 2))"
  }

  /// The time that a text takes with early exits, as a share of that without, as measured.
  private func timeShare(_ outcome: ExitRule.Outcome, of full: ExitRule.Outcome) -> String? {
    guard let timings = run.timings else { return nil }
    let whole = timings.milliseconds(full, scores.exits)
    let part = timings.milliseconds(outcome, scores.exits)
    return whole > 0 ? "\(decimals(part / whole * 100, 0)) %" : nil
  }

  /// All neurons of what the head may read.
  private var candidates: Int {
    let shape = run.info.model.shape
    return run.head.source.representations.reduce(0) {
      $0 + $1.layers(of: run.info.stacks) * shape.width($1)
    }
  }

  // MARK: What it is held against

  private var baselineLines: [String] {
    let heading =
      padded("against", to: 38) + padded("test", to: 16) + "the head less it, on the same texts"
    return [heading]
      + scores.baselines.filter { $0.kind != .random }.map(baselineLine) + [randomLine]
  }

  private func baselineLine(_ baseline: Baseline) -> String {
    let difference = baseline.comparison.accuracyDifference
    return padded("\(baseline.kind.rawValue) (\(clipped(shown(baseline.detail), to: 26)))", to: 38)
      + padded(percent(baseline.test.accuracy) + plusMinus(baseline.test), to: 16)
      + "\(points(difference))  "
      + (baseline.comparison.verdict == .undecided
        ? "cannot be told apart" : baseline.comparison.verdict.rawValue)
  }

  /// The draws of random neurons in one line: their mean, and how far they spread.
  private var randomLine: String {
    let draws = scores.baselines.filter { $0.kind == .random }
    guard !draws.isEmpty else { return "" }
    let accuracies = draws.map(\.test.accuracy)
    let mean = accuracies.reduce(0, +) / Double(draws.count)
    let better = draws.count { $0.comparison.verdict == .better }
    return padded("as many random neurons (\(draws.count) draws)", to: 38)
      + padded("\(percent(mean))", to: 16)
      + "\(signed((scores.test.accuracy - mean) * 100, 1)) "
      + "[draws \(percent(accuracies.min() ?? 0)) … \(percent(accuracies.max() ?? 0))]  "
      + "better than \(better) of \(draws.count)"
  }

  // MARK: How far to trust it

  private var trustLines: [String] {
    var lines = [
      "verdict     \(scores.verdict)",
      "test texts  read \(scores.testReadings == 1 ? "once" : "\(scores.testReadings) times") "
        + "by this fit, n = \(grouped(scores.test.n))",
    ]
    if let control = bestControl {
      lines.append(
        "selectivity \(signed(control.selectivity * 100, 1)) points at \(control.address): the probe "
          + "over one on labels that only memory for words can learn "
          + "(\(percent(control.words.accuracy)) %)")
    }
    if let line = untrainedLine { lines.append(line) }
    if !run.scores.repeats.isEmpty { lines.append(repeats) }
    lines += AuditLines(run.info.data.audit, run.texts).overlaps.map { "note        \($0)" }
    return lines
  }

  /// What probes reach on the same model with random weights.
  private var untrainedLine: String? {
    let best = scores.controls.compactMap { control in control.untrained.map { (control, $0) } }
      .max { $0.1.accuracy < $1.1.accuracy }
    return best.map { control, score in
      "untrained   \(percent(score.accuracy))\(plusMinus(score)) % at \(control.address): the best "
        + "probe on the same model with random weights, n = \(grouped(score.n))"
        + (control.trained.map {
          "; with its own, of the same texts, \(percent($0.accuracy))\(plusMinus($0)) %"
        } ?? "")
    }
  }

  /// The control of the layer whose probe validates best.
  private var bestControl: LayerControl? {
    scores.controls.max { probe($0) < probe($1) }
  }

  private func probe(_ control: LayerControl) -> Double {
    control.selectivity + control.words.accuracy
  }

  private var repeats: String {
    func spread(_ name: String, _ accuracies: [Double]) -> String {
      let mean = accuracies.reduce(0, +) / Double(accuracies.count)
      let squares = accuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (squares / Double(max(1, accuracies.count - 1))).squareRoot()
      return "\(name) \(percent(mean)) ± \(percent(deviation))"
    }
    let all = scores.repeats
    return "repeats     \(all.count) draws, test %: "
      + [
        spread("chosen by loss", all.map(\.byLoss.test.accuracy)),
        spread("by accuracy", all.map(\.byAccuracy.test.accuracy)),
        spread("simplest", all.map(\.oneStandardError.test.accuracy)),
        spread("base", all.map(\.base.accuracy)),
        spread("best layer", all.map(\.bestLayer.accuracy)),
      ].joined(separator: ", ")
  }

  private func column(_ text: String) -> String {
    text.padding(toLength: 16, withPad: " ", startingAt: 0)
  }
}

extension Scores {
  /// How the head does against Base on the same test texts, in words.
  var verdict: String {
    guard let base else { return "" }
    let test = base.comparison.mcNemar
    let counts =
      "\(grouped(test.onlyFirst)) texts right that base has wrong, "
      + "\(grouped(test.onlySecond)) the other way"
    switch base.comparison.verdict {
    case .undecided: return "no clear difference from base: \(counts)"
    case .better: return "better than base: \(counts)"
    case .worse: return "worse than base: \(counts)"
    }
  }
}
