import ArgumentParser
import Probing
import Tensors

/// The tables of a report.
enum ReportTable: String, CaseIterable, ExpressibleByArgument {
  case neurons, predictions, grid, layers

  /// The table of a run as CSV.
  func csv(_ run: Run) -> String {
    switch self {
    case .neurons: neurons(run)
    case .predictions: predictions(run)
    case .grid: grid(run)
    case .layers: layers(run)
    }
  }

  /// A line a neuron and output: what it weighs in the head, in its layer's probe, and alone.
  private func neurons(_ run: Run) -> String {
    let classifier = run.head.fitted.classifier
    let classes = run.info.data.classes
    let outputs = classes.count == 2 ? [classes[1]] : classes
    var rows = CSVRows([
      "neuron", "layer", "index", "mean", "scale", "class", "weight", "raw_weight",
      "mean_contribution", "variance_share", "suppressor", "auc", "auc_class", "cohens_d",
      "length_r", "probe_saliency", "probe_share", "stability", "twin", "twin_r",
    ])
    for (j, statistics) in run.neurons.enumerated() {
      let neuron = statistics.neuron
      let (alone, probe) = (statistics.alone, statistics.inProbe)
      for (k, name) in outputs.enumerated() {
        let weight = statistics.inHead?.dropFirst(k).first
        rows.add([
          neuron.description, neuron.layer, neuron.index, classifier.standardizer.mean[j],
          classifier.standardizer.scale[j], name, classifier.weights[k, j],
          classifier.rawWeight(k, j), weight?.meanContribution, weight?.varianceShare,
          weight?.isSuppressor, alone.auc, classes.dropFirst(alone.contrastedClass).first,
          alone.cohensD, alone.lengthCorrelation, probe?.saliency, probe?.share, probe?.stability,
          probe?.twin?.neuron.description, probe?.twin?.correlation,
        ])
      }
    }
    return rows.text
  }

  /// A line a text: what `classify` says of it.
  ///
  /// `id` is the text's place in `texts.jsonl`, which has it to the letter.
  private func predictions(_ run: Run) -> String {
    let classes = run.info.data.classes
    var rows = CSVRows(
      ["id", "split", "label", "predicted", "correct", "confidence"] + classes.map { "p_\($0)" }
        + ["text"])
    for (index, text) in run.texts.enumerated() {
      let p = run.probabilities(ofText: index)
      let k = p.indices.max { p[$0] < p[$1] } ?? 0
      let start: [any CSVValue] = [
        text.id, text.split.rawValue, text.label, classes[k], classes[k] == text.label,
        p[k],
      ]
      rows.add(start + p + [text.text])
    }
    return rows.text
  }

  /// A line a configuration that was tried, at the best C of each.
  private func grid(_ run: Run) -> String {
    let chosen = run.info.chosen
    let one = run.scores.grid[run.scores.oneStandardError]
    var rows = CSVRows([
      "source", "pooling", "selection", "depth", "c", "neurons", "relative_gap", "converged",
      "validation", "low", "high", "n", "loss", "macro_f1", "chosen", "one_standard_error",
    ])
    for point in run.configurations {
      let isChosen =
        point.source == chosen.source && point.pooling == chosen.pooling
        && point.selection == chosen.selection && point.depth == chosen.depth
      let start: [any CSVValue] = [
        point.source.rawValue, point.pooling.rawValue, point.selection.description, point.depth,
        point.c, point.neurons, point.relativeGap, point.converged,
      ]
      rows.add(start + cells(point.validation) + [isChosen, point == one])
    }
    return rows.text
  }

  /// A line a probe, with the controls of the chosen pooling.
  private func layers(_ run: Run) -> String {
    var rows = CSVRows([
      "layer", "pooling", "c", "weights", "relative_gap", "converged", "validation", "low", "high",
      "n", "loss", "macro_f1", "shuffled", "words", "selectivity", "untrained",
      "trained_alike",
    ])
    for probe in run.probes {
      let address = LayerAddress(probe.key.representation, probe.key.layer)
      let control = run.scores.controls.first {
        $0.address == address && $0.pooling == probe.key.pooling
      }
      let start: [any CSVValue] = [
        address.description, probe.key.pooling.rawValue, probe.fitted.c,
        probe.saliency().count { $0 > 0 }, probe.fitted.relativeGap, probe.fitted.converged,
      ]
      rows.add(
        start + cells(probe.validation)
          + [
            control?.shuffled.accuracy, control?.words.accuracy, control?.selectivity,
            control?.untrained?.accuracy, control?.trained?.accuracy,
          ])
    }
    return rows.text
  }

  private func cells(_ score: Score) -> [any CSVValue] {
    [score.accuracy, score.low, score.high, score.n, score.loss, score.macroF1]
  }
}
