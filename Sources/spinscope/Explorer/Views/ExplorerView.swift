import Probing
import Terminal

/// One picture of the explorer.
struct ExplorerFrame: Equatable {
  var canvas: Canvas
  /// Where the terminal's cursor stands; nil while nothing is typed.
  var cursor: (x: Int, y: Int)?

  static func == (a: ExplorerFrame, b: ExplorerFrame) -> Bool {
    a.canvas == b.canvas && a.cursor?.x == b.cursor?.x && a.cursor?.y == b.cursor?.y
  }
}

/// The whole screen as a function of state and size: tabs, a screen, the sentence, trust, hints.
struct ExplorerView {
  let state: ExplorerState
  let theme: Theme

  /// Below this nothing useful fits.
  private static let smallest = Size(columns: 40, rows: 10)

  func frame(size: Size) -> ExplorerFrame {
    var frame = drawn(size: size)
    frame.canvas.restrict(to: theme.glyphs)
    return frame
  }

  private func drawn(size: Size) -> ExplorerFrame {
    var canvas = Canvas(size: size, style: theme["text"])
    guard size.columns >= Self.smallest.columns, size.rows >= Self.smallest.rows else {
      canvas.write("SpinScope needs 40×10", x: 0, y: 0, style: theme["text"])
      return ExplorerFrame(canvas: canvas, cursor: nil)
    }
    let (header, belowHeader) = canvas.rect.splitTop(1)
    let (footer, aboveFooter) = belowHeader.splitBottom(1)
    let (trust, aboveTrust) = aboveFooter.splitBottom(1)
    let (strip, body) = aboveTrust.splitBottom(size.rows >= 20 ? 4 : 3)
    drawHeader(&canvas, header)
    drawScreen(&canvas, body)
    let cursor = SentenceStrip(state: state, theme: theme).draw(into: &canvas, strip)
    drawTrust(&canvas, trust)
    drawFooter(&canvas, footer)
    if state.helpIsShown { HelpView(state: state, theme: theme).draw(into: &canvas, body) }
    return ExplorerFrame(canvas: canvas, cursor: state.isTyping ? cursor : nil)
  }

  private func drawScreen(_ canvas: inout Canvas, _ body: Rect) {
    switch state.tab {
    case .layers: LayersView(state: state, theme: theme).draw(into: &canvas, body)
    case .map: MapView(state: state, theme: theme).draw(into: &canvas, body)
    case .layer: LayerView(state: state, theme: theme).draw(into: &canvas, body)
    case .sentence: SentenceView(state: state, theme: theme).draw(into: &canvas, body)
    }
  }

  /// Tabs on the left, what is shown on the right, the run in between where there is room.
  private func drawHeader(_ canvas: inout Canvas, _ row: Rect) {
    var x = row.x + 1
    for tab in Tab.allCases {
      let title = theme.glyphs.superscript(tab.rawValue + 1) + tab.title
      x += canvas.write(
        title, x: x, y: row.y, style: theme[tab == state.tab ? "tab.active" : "tab"])
      x += 2
    }
    let shown = "\(state.pooling.rawValue) · η \(decimals(state.eta, 2))"
    let right = row.maxX - width(shown) - 1
    guard right > x else { return }
    canvas.write(shown, x: right, y: row.y, style: theme["text.strong"])
    let info = state.index.run.info
    let run = clipped(
      "\(spinscope.shown(info.model.name)) · \(spinscope.shown(info.data.name))",
      to: max(0, right - x - 3))
    canvas.write(run, x: right - width(run) - 3, y: row.y, style: theme["text.dim"])
  }

  /// What the numbers rest on.
  private func drawTrust(_ canvas: inout Canvas, _ row: Rect) {
    let run = state.index.run
    let test = run.scores.test
    let parts = [
      "test \(percent(test.accuracy))\(plusMinus(test)) (n \(grouped(test.n)), 95 %)",
      "read \(run.scores.testReadings == 1 ? "once" : "\(run.scores.testReadings) times") by this fit",
      "base \(percent(run.scores.baseTest.accuracy))\(plusMinus(run.scores.baseTest))",
      run.scores.verdict.hasPrefix("no")
        ? "no clear difference" : String(run.scores.verdict.prefix(6)),
      "\(run.info.chosen.tried) tried",
      run.info.data.isSplitBySeed ? "seed \(run.info.data.source.seed)" : "splits given",
      "standardised",
      "gap \(significant(run.head.fitted.relativeGap))",
    ]
    canvas.write(
      clipped(fitting(parts, row.width - 2), to: row.width - 2), x: row.x + 1, y: row.y,
      style: theme["text.dim"])
  }

  /// As many parts as fit, the first ones first.
  private func fitting(_ parts: [String], _ columns: Int) -> String {
    var line = ""
    for part in parts {
      let longer = line.isEmpty ? part : "\(line) · \(part)"
      if width(longer) > columns { break }
      line = longer
    }
    return line.isEmpty ? parts.first ?? "" : line
  }

  private func drawFooter(_ canvas: inout Canvas, _ row: Rect) {
    canvas.fill(row, style: theme["status"])
    // The key's colour on the bar's ground.
    var keyStyle = theme["hint.key"]
    keyStyle.background = theme["status"].background
    var x = row.x + 1
    for (label, name) in hints {
      guard x + width(label) + width(name) + 1 < row.maxX else { break }
      x += canvas.write(label, x: x, y: row.y, style: keyStyle)
      x += 1
      x += canvas.write(name, x: x, y: row.y, style: theme["status"])
      x += 2
    }
  }

  private var hints: [(label: String, name: String)] {
    if state.isTyping {
      return [("⏎ Esc", "done"), ("^W", "word"), ("^U", "clear"), ("^C", "quit")]
    }
    return ExplorerCommand.all.filter { $0.tabs.contains(state.tab) }.map { ($0.label, $0.name) }
      .map { label, name in
        // On the layer's screen the arrows walk the ranking and the layers.
        guard state.tab == .layer else { return (label, name) }
        return (label, ["↑↓": "neuron", "←→": "layer"][label] ?? name)
      }
  }
}
