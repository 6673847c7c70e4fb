import ArgumentParser
import Probing

/// The figures of a report.
enum ReportFigure: String, CaseIterable, ExpressibleByArgument {
  case layers, eta, exits, reliability, grid

  /// The figure of a run.
  func figure(_ run: Run) -> Figure {
    switch self {
    case .layers: LayersFigure(run).figure
    case .eta: EtaFigure(run).figure
    case .exits: ExitsFigure(run).figure
    case .reliability: ReliabilityFigure(run).figure
    case .grid: GridFigure(run).figure
    }
  }
}

extension Point {
  /// The accuracy of something, in percent, with its interval.
  init(_ x: Double, _ result: Score, _ name: String, label: String = "") {
    let (low, high) = (min(result.low, result.high), max(result.low, result.high))
    self.init(
      x: x, y: result.accuracy * 100, range: low * 100...high * 100,
      title: "\(name): \(score(result))", label: label)
  }
}

extension Rule {
  /// The accuracy of something as a level line, named with its value.
  init(_ name: String, _ result: Score, _ look: SeriesLook) {
    self.init(
      name: "\(name) \(percent(result.accuracy))", value: result.accuracy * 100, look: look)
  }
}

extension [Series] {
  /// Every value that an axis of these must hold, intervals included.
  var values: [Double] {
    flatMap { series in
      series.points.flatMap { point in
        [point.y]
          + (series.spread == .none
            ? [] : point.range.map { [$0.lowerBound, $0.upperBound] } ?? [])
      }
    }
  }
}

extension Run {
  /// What the head is held against, on validation texts unless told otherwise, as level lines.
  func rules(
    _ kinds: [Baseline.Kind], of score: KeyPath<Baseline, Score> = \.validation
  ) -> [Rule] {
    let looks: [Baseline.Kind: (String, SeriesLook)] = [
      .base: ("Base", .base), .bestLayer: ("best layer", .bestLayer), .tfIdf: ("TF-IDF", .tfIdf),
      .majority: ("majority", .majority),
    ]
    return kinds.compactMap { kind in
      guard let baseline = scores.baseline(kind), let (name, look) = looks[kind] else { return nil }
      return Rule(name, baseline[keyPath: score], look)
    }
  }

  /// `minilm on reviews`.
  var name: String { "\(info.model.name) on \(info.data.name)" }

  /// `on n = 500 validation texts`.
  var validationTexts: String { "n = \(grouped(head.validation.n)) validation texts" }
  var testTexts: String { "n = \(grouped(scores.test.n)) test texts" }
}

extension SeriesLook {
  /// The look of a pooling, the same in every figure of a run.
  static func of(_ pooling: Pooling) -> SeriesLook {
    series[(Pooling.allCases.firstIndex(of: pooling) ?? 0) % series.count]
  }
}

extension Axis {
  /// Accuracies in percent.
  static func accuracy(_ texts: String, around values: [Double]) -> Axis {
    .even("accuracy, %, \(texts)", around: values, limits: 0...100)
  }
}
