import Probing
import Terminal

/// The last two rows: what the numbers rest on, and the keys that mean something now.
struct FooterView {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  // MARK: Trust

  func drawTrust(into frame: inout ExplorerFrame, _ row: Rect) {
    guard !row.isEmpty else { return }
    let line = state.notice ?? fitting(trust, row.width - 2)
    if state.notice != nil { frame.canvas.fill(row, style: theme["text"]) }
    frame.canvas.write(
      clipped(line, to: row.width - 2), x: row.x + 1, y: row.y,
      style: theme[state.notice == nil ? "text.dim" : "warn"])
  }

  private var trust: [String] {
    let run = state.run
    let test = run.scores.test
    return [
      "test \(percent(test.accuracy))\(plusMinus(test)) (n \(grouped(test.n)), 95 %)",
      "read \(run.scores.testReadings == 1 ? "once" : "\(run.scores.testReadings) times") by this fit",
      "base \(percent(run.scores.baseTest.accuracy))\(plusMinus(run.scores.baseTest))",
      run.scores.verdict.hasPrefix("no")
        ? "no clear difference" : String(run.scores.verdict.prefix(6)),
      "\(run.info.chosen.tried) tried",
      run.info.data.isSplitBySeed ? "seed \(run.info.data.source.seed)" : "splits given",
      run.info.settings.classifier.scaling == .standard ? "standardised" : "raw features",
      "gap \(significant(run.head.fitted.relativeGap))",
    ]
  }

  // MARK: Hints

  func drawHints(into frame: inout ExplorerFrame, _ row: Rect) {
    frame.canvas.fill(row, style: theme["status"])
    // The key's colour on the bar's ground.
    var keyStyle = theme["hint.key"]
    keyStyle.background = theme["status"].background
    var x = row.x + 1
    let hints = hints
    // Whatever else there is room for, the way to all keys stays.
    var reserved = hints.first { $0.label == helpLabel }.map { columns(of: $0) + 2 } ?? 0
    for hint in hints {
      if hint.label == helpLabel { reserved = 0 }
      guard x + columns(of: hint) + reserved < row.maxX else { continue }
      let start = x
      x += frame.canvas.write(hint.label, x: x, y: row.y, style: keyStyle)
      x += 1
      x += frame.canvas.write(hint.word, x: x, y: row.y, style: theme["status"])
      if let action = hint.action {
        frame.onClick(Rect(x: start, y: row.y, width: x - start, height: 1), action)
      }
      x += 2
    }
  }

  private var helpLabel: String {
    state.keymap.rows.first { $0.entries.contains { $0.id == "help" } }?.label ?? ""
  }

  private func columns(of hint: Hint) -> Int { width(hint.label) + width(hint.word) + 1 }

  private struct Hint {
    var label: String
    var word: String
    var action: ExplorerAction?
  }

  private var hints: [Hint] {
    if state.isTyping {
      return [("⏎ Esc", "done"), ("^W", "word"), ("^U", "clear"), ("^C", "quit")]
        .map { Hint(label: $0.0, word: $0.1) }
    }
    return ActionTable.rows.filter { $0.footer.contains(state.place.tab) }.map { row in
      // Of a pair, a click does the second: down, right, more.
      Hint(label: row.label, word: row.word, action: row.entries.last?.action)
    }
  }
}
