import Probing
import Terminal

/// How sure a depth must be to answer, and what stopping there costs and saves on validation.
struct ExitSlider {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var rule: ExitRule { state.run.scores.exitRule }

  func draw(into frame: inout ExplorerFrame, _ row: Rect) {
    guard let outcome = state.exitOutcome, !row.isEmpty else { return }
    let label = label(outcome)
    let x = frame.canvas.write(
      clipped(label, to: row.width), x: row.x, y: row.y, style: theme["text.strong"])
    let (track, rest) = row.splitLeft(x).rest.splitLeft(min(11, max(0, row.width - x)))
    let tried = rule.validation.map(\.threshold)
    frame.canvas.slider(
      fraction: place(of: outcome.threshold, tried), in: track, theme: theme)
    frame.onDrag(track) { x, _ in
      let share = Canvas.sliderFraction(x: track.x + x, in: track)
      return .setThreshold(tried[Int((share * Double(tried.count - 1)).rounded())])
    }
    frame.canvas.write(
      fitting(facts(outcome), rest.width - 1), x: rest.x + 1, y: row.y, style: theme["text"])
  }

  /// Where it lies among those that were tried, 0 … 1.
  private func place(of threshold: Double, _ tried: [Double]) -> Double {
    let above = tried.firstIndex { $0 >= threshold } ?? tried.count - 1
    guard above > 0, tried[above] > threshold else {
      return Double(max(0, above)) / Double(max(1, tried.count - 1))
    }
    let part = (threshold - tried[above - 1]) / (tried[above] - tried[above - 1])
    return (Double(above - 1) + part) / Double(max(1, tried.count - 1))
  }

  /// As wide for any threshold that was tried, so that the slider stays under the mouse that drags it.
  private func label(_ outcome: ExitRule.Outcome) -> String {
    guard outcome.threshold < 1 else { return "never exit   " }
    let percents = outcome.threshold * 100
    let isWhole = abs(percents - percents.rounded()) < 0.005
    return "exit at \(decimals(percents, isWhole ? 0 : 1)) %  "
  }

  /// The score, blocks, time, and how often the answer is that of the whole head.
  private func facts(_ outcome: ExitRule.Outcome) -> [String] {
    let blocks = rule.validation.last.map { decimals($0.meanBlocks, 0) } ?? "–"
    let facts = [
      "\(percent(outcome.score.accuracy))\(plusMinus(outcome.score))",
      "\(decimals(outcome.meanBlocks, 1)) of \(blocks) blocks",
    ]
    return facts + (time(outcome).map { ["\($0) % time"] } ?? [])
      + ["\(percent(outcome.agreement)) % same answers"]
      + (outcome.threshold == rule.threshold ? ["chosen"] : [])
  }

  /// Measured time against that of never stopping early, in percent.
  private func time(_ outcome: ExitRule.Outcome) -> String? {
    guard let timings = state.run.timings, let last = rule.validation.last else { return nil }
    let full = timings.milliseconds(last, state.run.scores.exits)
    guard full > 0 else { return nil }
    return decimals(timings.milliseconds(outcome, state.run.scores.exits) / full * 100, 0)
  }
}

/// As many parts as fit, the first ones first, with a dot between them.
func fitting(_ parts: [String], _ columns: Int) -> String {
  var line = ""
  for part in parts {
    let longer = line.isEmpty ? part : "\(line) · \(part)"
    if width(longer) > columns { break }
    line = longer
  }
  return line.isEmpty ? clipped(parts.first ?? "", to: columns) : line
}
