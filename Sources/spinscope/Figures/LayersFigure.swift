import Probing
import Transformers

/// How much of the answer a linear probe reads at every layer, beside what such numbers are worth
/// without the model, and without an answer.
struct LayersFigure {
  private let run: Run

  init(_ run: Run) { self.run = run }

  var figure: Figure {
    let kinds = run.info.representations
    let all = kinds.map { poolings($0) + controls($0) }
    let rules =
      [Rule("SPIN", run.head.validation, .head)]
      + run.rules([.base, .tfIdf, .majority])
    let axis = Axis.accuracy(
      run.validationTexts, around: all.flatMap(\.values) + rules.map(\.value))
    return Figure(
      name: "layers", title: "What a linear probe reads at every layer: \(run.name)",
      description: description,
      panels: zip(kinds, all).map { kind, series in
        Panel(
          title: kind.plural, x: .names("layer", names(kind)), y: axis, series: series,
          rules: rules)
      }, columns: min(2, kinds.count), height: 330,
      legend: (all.max { $0.count < $1.count } ?? []).map(LegendEntry.init),
      notes: [
        "Band and bars: Wilson's 95 % interval. Untrained weights: probes on the same model with random "
          + "weights. Word labels can only be learned by memory for words; shuffled labels not at all. "
          + "Level lines are validation scores too; Base is the last hidden state alone."
      ])
  }

  private func names(_ kind: Representation) -> [String] {
    (0..<kind.layers(of: run.info.stacks)).map { "\(LayerAddress(kind, $0))" }
  }

  private func poolings(_ kind: Representation) -> [Series] {
    run.info.settings.poolings.map { pooling in
      Series(
        name: "\(pooling.rawValue) pooling", look: .of(pooling),
        points: run.probes(kind, pooling).map { probe in
          Point(
            Double(probe.key.layer), probe.validation,
            "\(LayerAddress(kind, probe.key.layer)), \(pooling.rawValue)")
        }, spread: pooling == run.head.pooling ? .band : .none)
    }
  }

  private func controls(_ kind: Representation) -> [Series] {
    let controls = run.scores.controls.filter { $0.representation == kind }
      .sorted { $0.layer < $1.layer }
    guard !controls.isEmpty else { return [] }
    func series(_ name: String, _ look: SeriesLook, _ score: (LayerControl) -> Score?) -> Series {
      Series(
        name: "\(name), \(run.head.pooling.rawValue)", look: look,
        points: controls.compactMap { control in
          score(control).map { Point(Double(control.layer), $0, "\(control.address), \(name)") }
        }, spread: .bars)
    }
    return [
      series("untrained weights", .untrained, \.untrained),
      series("word labels", .words, \.words), series("shuffled labels", .shuffled, \.shuffled),
    ].filter { !$0.points.isEmpty }
  }

  private var description: String {
    let best = run.probes.max { $0.validation.accuracy < $1.validation.accuracy }
    let place = best.map {
      "The best single layer is \(LayerAddress($0.key.representation, $0.key.layer)) under "
        + "\($0.key.pooling.rawValue) pooling: \(score($0.validation)). "
    }
    return (place ?? "") + "The head over all layers reaches \(score(run.head.validation))."
  }
}
