import Probing

// How good the head is, against what, and how sure.
extension MarkdownReport {
  // MARK: Scores

  var results: [String] {
    let pair = [scores.validation, scores.testEvaluation]
    var table = MarkdownTable(["", "validation", "test"])
    func add(_ name: String, _ value: (Evaluation) -> String?) {
      let cells = pair.map { value($0) ?? "–" }
      if cells.contains(where: { $0 != "–" }) { table.rows.append([name] + cells) }
    }
    func plain(_ estimate: Estimate) -> String {
      "\(decimals(estimate.value, 3)) [\(decimals(estimate.low, 3)), \(decimals(estimate.high, 3))]"
    }
    add("n") { grouped($0.score.n) }
    add("accuracy, %") { share($0.score) }
    add("balanced accuracy, %") { share($0.balancedAccuracy) }
    add("macro-F1, %") { share($0.macroF1) }
    add("AUROC, %") { $0.auroc.map(share) }
    add("average precision, %") { $0.averagePrecision.map(share) }
    add("log loss, nats") { plain($0.logLoss) }
    add("Brier") { plain($0.brier) }
    add("calibration error, %") { share($0.calibrationError) }
    return table.lines + [
      "95 % intervals: Wilson's for accuracy, bootstrap over texts for the rest. Validation scores "
        + "are those of what validation chose, and so a little too good.", "",
    ]
  }

  private func share(_ score: Score) -> String {
    "\(percent(score.accuracy)) [\(percent(score.low)), \(percent(score.high))]"
  }

  private func share(_ estimate: Estimate) -> String { spinscope.share(estimate) }

  // MARK: Baselines and controls

  var baselines: [String] {
    let table = MarkdownTable(
      [
        "", "reads", "features", "validation, %", "test, %", "SPIN less it, points", "McNemar p",
        "SPIN is",
      ], words: 2, of: scores.baselines
    ) { baseline in
      let comparison = baseline.comparison
      return [
        baseline.kind.rawValue, cell(baseline.detail), grouped(baseline.features),
        share(baseline.validation), share(baseline.test), points(comparison.accuracyDifference),
        significant(comparison.mcNemar.midP),
        comparison.verdict == .undecided ? "not told apart" : comparison.verdict.rawValue,
      ]
    }
    return table.lines
  }

  var layers: [String] {
    let probes = run.probes.filter { $0.key.pooling == run.head.pooling }
    let controls = Dictionary(
      scores.controls.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
    let table = MarkdownTable(
      [
        "layer", "probe, %", "C", "weights", "gap", "untrained, %", "trained alike, %",
        "word labels, %", "shuffled, %", "selectivity",
      ], of: probes
    ) { probe in
      let address = LayerAddress(probe.key.representation, probe.key.layer)
      let control = controls[address]
      return [
        address.description, share(probe.validation), significant(probe.fitted.c),
        grouped(probe.saliency().count { $0 > 0 }), significant(probe.fitted.relativeGap),
        control?.untrained.map { share($0) } ?? "–", control?.trained.map { share($0) } ?? "–",
        control.map { share($0.words) } ?? "–", control.map { share($0.shuffled) } ?? "–",
        control.map { signed($0.selectivity * 100, 1) } ?? "–",
      ]
    }
    return [
      "One probe a layer under \(run.head.pooling.rawValue) pooling, on "
        + "\(run.validationTexts); `--table layers` has the other poolings. Untrained: the same model "
        + "with random weights; trained alike: the true ones, fitted on the same texts, at most 1,000. Word labels can only be learned by memory for words; selectivity is what "
        + "the probe has over them, in points.", "",
    ] + image(.layers) + table.lines
  }

  // MARK: Classes

  var confusion: [String] {
    let evaluation = scores.testEvaluation
    let matrix = MarkdownTable(
      ["test texts of"] + classes.map { "taken for \($0)" }, of: zip(classes, evaluation.confusion)
    ) { name, counts in [name] + counts.map(grouped) }
    let table = MarkdownTable(
      ["class", "n", "precision, %", "recall, %", "F1, %"], of: zip(classes, evaluation.classes)
    ) { name, result in
      [
        name, grouped(result.n), share(result.precision), share(result.recall), share(result.f1),
      ]
    }
    return matrix.lines + table.lines
  }

  // MARK: Calibration

  var calibration: [String] {
    let temperature = scores.temperature
    let table = MarkdownTable(
      ["test texts", "calibration error, %", "luck alone, %", "Brier", "log loss"],
      of: [
        ("as fitted", run.evaluation(of: .test)),
        ("at the temperature, as classify prints them", scores.testEvaluation),
      ]
    ) { name, evaluation in
      [
        name, share(evaluation.calibrationError), percent(evaluation.calibrationErrorOfLuck),
        decimals(evaluation.brier.value, 3), decimals(evaluation.logLoss.value, 3),
      ]
    }
    return [
      "Temperature \(decimals(temperature.value, 2)), from \(grouped(temperature.n)) validation texts"
        + (temperature.isAtLimit ? ", at the limit of what is looked for" : "")
        + ": below 1 the head is less sure than it could be.", "",
    ] + image(.reliability) + table.lines
  }

  // MARK: Early exit

  var exits: [String] {
    let rule = scores.exitRule
    let timings = run.timings
    func time(_ value: Double?) -> String { value.map { decimals($0, 2) } ?? "–" }
    let depths = MarkdownTable(
      ["layers", "neurons", "blocks", "ms a text", "validation, %", "test, %"], of: scores.exits
    ) { exit in
      [
        run.head.source.range(to: exit.depth, of: run.info.stacks), grouped(exit.neurons),
        grouped(exit.blocks),
        time(timings?.milliseconds(blocks: exit.blocks)), share(exit.validation),
        share(exit.test),
      ]
    }
    let thresholds = MarkdownTable(
      ["stop at p ≥", "blocks, mean", "ms a text", "test, %", "same answer, %"], of: rule.test
    ) { outcome in
      [
        decimals(outcome.threshold, 2) + (outcome.threshold == rule.threshold ? ", chosen" : ""),
        decimals(outcome.meanBlocks, 2), time(timings?.milliseconds(outcome, scores.exits)),
        share(outcome.score), percent(outcome.agreement),
      ]
    }
    return image(.exits) + depths.lines + thresholds.lines
  }
}
