import Probing

/// Every head that was fitted: what it reads, from which layers, how many neurons, how well it does.
///
/// After the authors' "what-which-where" plot: colour is depth, the marker pooling, the size η.
struct GridFigure {
  private let run: Run
  private let sources: [HeadSource]
  private let deepest: Int

  init(_ run: Run) {
    self.run = run
    sources = run.info.settings.sources
    deepest = max(run.configurations.map(\.depth).max() ?? 1, 1)
  }

  var figure: Figure {
    let series = sources.map { source in
      run.info.settings.poolings.map { points(source, $0) } + chosen(source)
    }
    let rules = run.rules([.base, .bestLayer])
    let x = Axis.logarithmic(
      "neurons of the head", around: series.flatMap { $0.flatMap { $0.points.map(\.x) } })
    let y = Axis.accuracy(
      run.validationTexts, around: series.flatMap(\.values) + rules.map(\.value))
    return Figure(
      name: "grid", title: "Every configuration: \(run.name)", description: description,
      panels: zip(sources, series).map { source, series in
        Panel(title: source.plural, x: x, y: y, series: series, rules: rules)
      }, columns: sources.count, height: 340, legend: legend,
      notes: [
        "Larger markers: more of every layer's saliency kept. "
          + "\(grouped(run.configurations.count)) configurations, each at the best of "
          + "\(run.info.settings.cGrid.count) C: the best of so many looks better than it is. "
          + "Wilson's 95 % interval is \(plusMinus(run.head.validation).drop { $0 == " " }) at the "
          + "chosen one."
      ])
  }

  private func points(_ source: HeadSource, _ pooling: Pooling) -> Series {
    Series(
      name: "\(pooling.rawValue) pooling", look: .of(pooling),
      points: run.configurations.filter { $0.source == source && $0.pooling == pooling }
        .map(point), isJoined: false)
  }

  private func point(_ configuration: Scores.GridPoint) -> Point {
    let selections = run.info.settings.selections
    let rank = selections.firstIndex(of: configuration.selection) ?? 0
    var point = Point(
      Double(configuration.neurons), configuration.validation,
      "\(configuration.source.range(to: configuration.depth, of: run.info.stacks)), \(configuration.pooling.rawValue), "
        + "\(configuration.selection), \(neurons(configuration.neurons))")
    point.color = .ramp(Double(configuration.depth) / Double(deepest))
    point.radius = 2.6 + 2.4 * Double(rank) / Double(max(selections.count - 1, 1))
    return point
  }

  private func chosen(_ source: HeadSource) -> [Series] {
    let head = run.info.chosen
    guard head.source == source else { return [] }
    var ring = Point(Double(head.neurons), run.head.validation, "chosen")
    ring.radius = 8
    return [Series(name: "chosen", look: .chosen, points: [ring], isJoined: false)]
  }

  private var legend: [LegendEntry] {
    let gray = SeriesLook(color: .faint)
    let poolings = run.info.settings.poolings.map { pooling in
      var look = gray
      look.marker = SeriesLook.of(pooling).marker
      return LegendEntry("\(pooling.rawValue) pooling", look)
    }
    let depths = Set(run.configurations.map(\.depth)).sorted()
    let step = max(1, (depths.count + 6) / 7)
    let colors = stride(from: depths.count - 1, through: 0, by: -step).reversed().map { place in
      var look = gray
      look.marker = .circle
      return LegendEntry(
        "depth \(depths[place])", look, color: .ramp(Double(depths[place]) / Double(deepest)))
    }
    return poolings + [LegendEntry("chosen", .chosen)] + colors
  }

  private var description: String {
    let best = run.configurations.max { $0.validation.accuracy < $1.validation.accuracy }
    let top = best.map {
      "The best of \(grouped(run.configurations.count)) reads \(neurons($0.neurons)) of "
        + "\($0.source.plural): \(score($0.validation)). "
    }
    return (top ?? "") + "The chosen head reads \(neurons(run.head.neurons.count)): "
      + "\(score(run.head.validation))."
  }
}
