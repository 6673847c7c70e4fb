import Probing

/// Whether a classifier that says 80 % is right 80 times of 100, before and after its temperature.
struct ReliabilityFigure {
  private let run: Run

  init(_ run: Run) { self.run = run }

  var figure: Figure {
    let temperature = decimals(run.scores.temperature.value, 2)
    let parts = [
      ("as fitted", run.evaluation(of: .test)),
      ("at temperature \(temperature)", run.scores.testEvaluation),
    ]
    let series = parts.map { points($0.1) }
    let x = Axis.even(
      "mean probability of the answer, %",
      around: series.flatMap { $0.points.map(\.x) },
      limits: 0...100)
    let y = Axis.accuracy(run.testTexts, around: series.values + [x.domain.upperBound])
    return Figure(
      name: "reliability", title: "Is it as sure as it is right? \(run.name)",
      description: "Of the test texts, bins of about equally many by rising confidence. "
        + parts.map { "\($0.0): \(error($0.1))" }.joined(separator: "; ") + ".",
      panels: zip(parts, series).map { part, series in
        Panel(
          title: part.0, x: x, y: y, series: [diagonal(x, y), series], remarks: remarks(part.1))
      }, columns: 2, height: 330,
      legend: [LegendEntry(diagonal(x, y)), LegendEntry(series[0])],
      notes: [
        "Numbers: texts in a bin; bars: Wilson's 95 % interval. Luck: the calibration error that a "
          + "perfectly calibrated classifier would show on as many texts. The temperature is from "
          + "validation texts."
      ])
  }

  private func points(_ evaluation: Evaluation) -> Series {
    Series(
      name: "bins of test texts", look: SeriesLook.series[0],
      points: evaluation.reliability.map { bin in
        Point(
          bin.confidence * 100, bin.score, "says \(percent(bin.confidence)) %",
          label: grouped(bin.score.n))
      }, spread: .bars, hasLabelsBelow: true)
  }

  /// Where confidence and accuracy are equal, as far as both axes go.
  private func diagonal(_ x: Axis, _ y: Axis) -> Series {
    let ends = [
      max(x.domain.lowerBound, y.domain.lowerBound), min(x.domain.upperBound, y.domain.upperBound),
    ]
    return Series(
      name: "as sure as right", look: .majority, points: ends.map { Point(x: $0, y: $0, title: "") }
    )
  }

  private func error(_ evaluation: Evaluation) -> String {
    "calibration error \(share(evaluation.calibrationError)) %, of which luck "
      + "\(percent(evaluation.calibrationErrorOfLuck))"
  }

  private func remarks(_ evaluation: Evaluation) -> [String] {
    [
      "ECE \(share(evaluation.calibrationError)) %",
      "luck alone \(percent(evaluation.calibrationErrorOfLuck)) %",
      "Brier \(decimals(evaluation.brier.value, 3))",
    ]
  }
}
