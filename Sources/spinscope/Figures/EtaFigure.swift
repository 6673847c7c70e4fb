import Probing

/// What keeping more of every layer's neurons brings, and how many neurons that is.
struct EtaFigure {
  private typealias Configuration = Scores.GridPoint

  private let run: Run
  private let sources: [HeadSource]

  init(_ run: Run) {
    self.run = run
    sources = run.info.settings.sources
  }

  var figure: Figure {
    let accuracy: [[Series]] = sources.map { source in
      draws(source) + series(source, spread: .bars) { Point($1, $0.validation, $2) }
    }
    let neurons = sources.map { source in
      series(source, spread: .none) { point, x, name in
        Point(
          x: x, y: Double(point.neurons), title: "\(name): \(spinscope.neurons(point.neurons))")
      }
    }
    let rules = run.rules([.base, .tfIdf, .majority])
    let upper = Axis.accuracy(
      run.validationTexts, around: accuracy.flatMap(\.values) + rules.map(\.value))
    let lower = Axis.logarithmic("neurons of the head", around: neurons.flatMap(\.values))
    return Figure(
      name: "eta", title: "What keeping more neurons brings: \(run.name)",
      description: description,
      panels: zip(sources, accuracy).map { source, series in
        Panel(title: source.plural, x: axis, y: upper, series: series, rules: rules)
      }
        + neurons.map { Panel(title: "", x: axis, y: lower, series: $0) }, columns: sources.count,
      height: 215, legend: legend(accuracy),
      notes: [
        "Bars: Wilson's 95 % interval. Of every source, pooling and selection the depth that "
          + "validates best is shown. Level lines are validation scores too."
          + (run.scores.repeats.contains { $0.curve != nil }
            ? " Faint lines: the chosen source and pooling on other draws of texts." : "")
      ])
  }

  private func legend(_ series: [[Series]]) -> [LegendEntry] {
    let poolings = run.info.settings.poolings.map { pooling in
      LegendEntry(Series(name: "\(pooling.rawValue) pooling", look: .of(pooling), points: []))
    }
    let draw = series.joined().first { $0.name == "other draws" }
    return poolings + [LegendEntry("chosen", .chosen)] + (draw.map { [LegendEntry($0)] } ?? [])
  }

  private var axis: Axis {
    let selections = run.info.settings.selections
    let title =
      selections.contains { $0.eta != nil }
      ? "η: share of saliency kept" : "neurons kept a layer, at most"
    return .names(title, selections.map(\.value))
  }

  /// One series a pooling, and a ring around the configuration that was chosen.
  private func series(
    _ source: HeadSource, spread: Series.Spread,
    _ point: (Configuration, _ x: Double, _ name: String) -> Point
  ) -> [Series] {
    let poolings = run.info.settings.poolings
    var chosen: [Series] = []
    let lines = poolings.enumerated().map { number, pooling in
      var line = Series(
        name: "\(pooling.rawValue) pooling", look: .of(pooling), points: [], spread: spread,
        shift: (Double(number) - Double(poolings.count - 1) / 2) * 4)
      for (place, selection) in run.info.settings.selections.enumerated() {
        guard let best = best(source, pooling, selection) else { continue }
        let name = "\(source.plural), \(pooling.rawValue), \(selection)"
        line.points.append(point(best, Double(place), name))
        if isChosen(best), let last = line.points.last {
          var ring = last
          ring.radius = 7
          chosen.append(
            Series(
              name: "chosen", look: .chosen, points: [ring], isJoined: false, shift: line.shift))
        }
      }
      return line
    }
    return lines + chosen
  }

  /// What the chosen source and pooling do on other draws of texts, a faint line each.
  private func draws(_ source: HeadSource) -> [Series] {
    guard source == run.info.chosen.source else { return [] }
    let selections = run.info.settings.selections
    return run.scores.repeats.enumerated().compactMap { number, drawn in
      drawn.curve.map { curve in
        Series(
          name: "other draws", look: .draw,
          points: curve.compactMap { known in
            selections.firstIndex(of: known.selection).map {
              Point(Double($0), known.validation, "draw \(number + 1)")
            }
          })
      }
    }
  }

  /// The depth that validates best.
  private func best(
    _ source: HeadSource, _ pooling: Pooling, _ selection: NeuronSelection
  ) -> Configuration? {
    run.configurations.filter {
      $0.source == source && $0.pooling == pooling && $0.selection == selection
    }.min { $0.validation.isBetter(than: $1.validation, by: run.info.settings.choice) }
  }

  private func isChosen(_ point: Configuration) -> Bool {
    let chosen = run.info.chosen
    return point.source == chosen.source && point.pooling == chosen.pooling
      && point.selection == chosen.selection
  }

  private var description: String {
    let chosen = run.info.chosen
    return "Validation accuracy above and neurons below, by how much of each layer is kept. "
      + "Chosen: \(chosen.source.plural), \(chosen.pooling.rawValue) pooling, \(chosen.selection), "
      + "\(neurons(chosen.neurons)), \(score(run.head.validation))."
  }
}
