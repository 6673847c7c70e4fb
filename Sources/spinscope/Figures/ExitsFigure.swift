import Probing

/// What stopping early costs and saves: every depth's head, and the rule that stops when sure.
struct ExitsFigure {
  private let run: Run
  private var scores: Scores { run.scores }

  init(_ run: Run) { self.run = run }

  var figure: Figure {
    let series = [depths, thresholds, chosen].filter { !$0.points.isEmpty }
    let rules = run.rules([.base, .tfIdf, .majority], of: \.test)
    return Figure(
      name: "exits", title: "Accuracy against time, stopping early: \(run.name)",
      description: description,
      panels: [
        Panel(
          title: "", x: .even(axisTitle, around: [0] + series.flatMap { $0.points.map(\.x) }),
          y: .accuracy(run.testTexts, around: series.values + rules.map(\.value)),
          series: series, rules: rules)
      ], columns: 1, height: 350,
      legend: series.map(LegendEntry.init), notes: [note])
  }

  private var axisTitle: String {
    run.timings == nil ? "blocks run, mean a text" : "milliseconds in the model, mean a text"
  }

  private var depths: Series {
    Series(
      name: "always at one depth", look: SeriesLook.series[0],
      points: scores.exits.map { exit in
        let place = run.head.source.lastLayer(depth: exit.depth, of: run.info.stacks).description
        return Point(
          time(blocks: exit.blocks), exit.test,
          "to \(place), \(neurons(exit.neurons))", label: place)
      }, spread: .band, hasLabelsBelow: true)
  }

  private var thresholds: Series {
    Series(
      name: "at the first depth with p ≥ threshold", look: SeriesLook.series[1],
      points: scores.exitRule.test.map { outcome in
        let threshold = decimals(outcome.threshold, 2)
        return Point(time(outcome), outcome.score, "p ≥ \(threshold)", label: threshold)
      })
  }

  private var chosen: Series {
    var points = scores.exitRule.chosenTest.map {
      [Point(time($0), $0.score, "chosen on validation: p ≥ \(decimals($0.threshold, 2))")]
    }
    points?[0].radius = 7.5
    return Series(
      name: "threshold that validation chose", look: .chosen, points: points ?? [],
      isJoined: false)
  }

  private func time(blocks: Int) -> Double {
    run.timings?.milliseconds(blocks: blocks) ?? Double(blocks)
  }

  private func time(_ outcome: ExitRule.Outcome) -> Double {
    run.timings?.milliseconds(outcome, scores.exits) ?? outcome.meanBlocks
  }

  private var note: String {
    let time = run.timings.map {
      "Time: median over \($0.texts) texts of \(grouped($0.tokens)) tokens, one at a time on one "
        + "thread, on the machine that fitted the run."
    }
    return
      "Band: Wilson's 95 % interval. Level lines are test scores too. The threshold was chosen on validation texts, of those "
      + "that cost at most one standard error. " + (time ?? "Times were not measured.")
  }

  private var description: String {
    guard let outcome = scores.exitRule.chosenTest, let full = scores.exitRule.test.last else {
      return "Accuracy of the head at every depth."
    }
    return
      "At p ≥ \(decimals(outcome.threshold, 2)) a text runs \(decimals(outcome.meanBlocks, 1)) "
      + "of \(decimals(full.meanBlocks, 0)) blocks on average: \(score(outcome.score)), against "
      + "\(score(full.score)) without stopping early."
  }
}
