import Probing
import Terminal

/// What the first layers know together: the chosen head refitted at every depth, and what else
/// was tried.
struct DepthView {
  let state: ExplorerState
  /// The scale of the bars, the same as the probes'.
  let range: ClosedRange<Double>

  private var theme: Theme { state.theme }
  private var run: Run { state.run }
  /// Validation texts.
  private var held: String { grouped(run.head.validation.n) }

  /// The rows that it makes use of.
  func height(in available: Int) -> Int {
    available >= tall ? tall : min(available, 6)
  }

  /// With a row a depth.
  private var tall: Int { run.exits.count + 5 }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    if state.look.views.layers.isHidden { return drawHidden(&frame.canvas, area) }
    guard area.height >= tall else { return drawCompact(&frame, area) }
    guard area.width >= 110 else { return drawRows(&frame, area) }
    let (grid, rows) = area.splitRight(48)
    drawRows(&frame, rows)
    drawGrid(&frame.canvas, grid)
  }

  private func drawHidden(_ canvas: inout Canvas, _ area: Rect) {
    let inner = box(&canvas, area)
    canvas.write(
      clipped("hidden too: from which depth on does the answer stay?", to: inner.width), x: inner.x,
      y: inner.y, style: theme["text.dim"])
  }

  private func box(_ canvas: inout Canvas, _ area: Rect) -> Rect {
    let head = run.head
    return canvas.box(
      area, title: "Head by depth",
      subtitle:
        "\(head.source.plural), \(head.pooling.rawValue), \(head.selection), validation, n = \(held)",
      theme: theme
    ).insetBy(dx: 1, dy: 0)
  }

  // MARK: Three or four rows, where there is room for no more

  private func drawCompact(_ frame: inout ExplorerFrame, _ area: Rect) {
    let inner = box(&frame.canvas, area)
    drawColumns(&frame.canvas, inner)
    ExitSlider(state: state).draw(
      into: &frame, Rect(x: inner.x, y: inner.y + 2, width: inner.width, height: 1))
    guard inner.height >= 4 else { return }
    frame.canvas.write(
      clipped(keptLine, to: inner.width), x: inner.x, y: inner.y + 3, style: theme["text.dim"])
  }

  private func drawColumns(_ canvas: inout Canvas, _ inner: Rect) {
    let head = run.head
    let column = max(8, inner.width / max(run.exits.count, 1))
    for (place, exit) in run.exits.enumerated() where (place + 1) * column <= inner.width {
      let x = inner.x + place * column
      let last = head.source.lastLayer(depth: exit.depth, of: run.info.stacks)
      let end = last.representation.isDecoder ? "\(last)" : "\(last.layer)"
      let name = exit.depth == 0 ? "0 " : "0–\(end) "
      canvas.write(name, x: x, y: inner.y, style: theme["axis.label"])
      canvas.write(
        clipped(percent(exit.validation.accuracy), to: column - width(name)), x: x + width(name),
        y: inner.y,
        style: theme["text"])
      let share = (exit.validation.accuracy - range.lowerBound) / (1 - range.lowerBound)
      canvas.write(
        horizontalBar(fraction: share, width: column - 2, glyphs: theme.glyphs), x: x,
        y: inner.y + 1, style: theme[exit.depth == run.head.depth ? "bar.best" : "bar"])
    }
  }

  // MARK: A row a depth

  private func drawRows(_ frame: inout ExplorerFrame, _ area: Rect) {
    let inner = box(&frame.canvas, area)
    drawDepths(&frame.canvas, inner)
    ExitSlider(state: state).draw(
      into: &frame, Rect(x: inner.x, y: inner.maxY - 2, width: inner.width, height: 1))
    frame.canvas.write(
      clipped(keptLine, to: inner.width), x: inner.x, y: inner.maxY - 1, style: theme["text.dim"])
  }

  private func drawDepths(_ canvas: inout Canvas, _ inner: Rect) {
    let labels = 36
    let bars = Rect(
      x: inner.x + 8, y: inner.y + 1, width: max(0, inner.width - 8 - labels),
      height: run.exits.count)
    canvas.accuracyAxis(
      range, in: Rect(x: bars.x, y: inner.y, width: bars.width, height: 1), theme: theme)
    let source = run.head.source
    for (place, exit) in run.exits.enumerated() {
      let y = bars.y + place
      let score = exit.validation
      canvas.write(
        " \(source.range(to: exit.depth, of: run.info.stacks))", x: inner.x, y: y,
        style: theme["text"])
      canvas.accuracyBar(
        value: score.accuracy, low: score.low, high: score.high, range: range,
        in: Rect(x: bars.x, y: y, width: bars.width, height: 1), theme: theme)
      canvas.write(
        padded(percent(score.accuracy), to: 7, alignment: .right) + plusMinus(score)
          + padded(neurons(exit.neurons.count), to: 16, alignment: .right),
        x: bars.maxX + 1, y: y, style: theme[exit.depth == run.head.depth ? "chart.best" : "text"],
        maxWidth: inner.maxX - bars.maxX - 1)
    }
  }

  // MARK: What was tried

  /// Validation accuracy over pooling and selection, for heads on what is shown.
  private func drawGrid(_ canvas: inout Canvas, _ area: Rect) {
    let kind = HeadSource(state.representation).plural
    let inner = canvas.box(
      area, title: "Heads tried", subtitle: "\(kind), % of n = \(held)", theme: theme
    ).insetBy(dx: 1, dy: 0)
    let selections = run.info.settings.selections.suffix(max(0, (inner.width - 7) / 6))
    let isEta = selections.contains { $0.eta != nil }
    canvas.write(isEta ? "η" : "top", x: inner.x, y: inner.y, style: theme["axis.label"])
    for (column, selection) in selections.enumerated() {
      canvas.write(
        padded(selection.value, to: 6, alignment: .right), x: inner.x + 7 + column * 6, y: inner.y,
        style: theme["axis.label"])
    }
    for (row, pooling) in run.info.settings.poolings.enumerated() {
      canvas.write(pooling.rawValue, x: inner.x, y: inner.y + 1 + row, style: theme["text"])
      for (column, selection) in selections.enumerated() {
        drawCell(&canvas, pooling, selection, x: inner.x + 7 + column * 6, y: inner.y + 1 + row)
      }
    }
    let best = run.head
    canvas.write(
      clipped(
        "chosen by \(run.info.settings.choice.rawValue): \(best.source.rawValue) "
          + "\(best.pooling.rawValue) \(best.selection.value) of \(run.info.chosen.tried)",
        to: inner.width), x: inner.x, y: inner.maxY - 1, style: theme["text.dim"])
  }

  private func drawCell(
    _ canvas: inout Canvas, _ pooling: Pooling, _ selection: NeuronSelection, x: Int, y: Int
  ) {
    let source = HeadSource(state.representation)
    let point = run.scores.grid.last {
      $0.source == source && $0.pooling == pooling && $0.selection == selection
    }
    let head = run.head
    let isChosen =
      head.source == source && head.pooling == pooling && head.selection == selection
    let isShown =
      pooling == state.pooling && abs((selection.eta ?? 0) - state.eta) < 0.005
    var style = theme[isChosen ? "chart.best" : "text"]
    style.underline = isShown
    let text = point.map { percent($0.validation.accuracy) } ?? "–"
    canvas.write(text, x: x + 6 - width(text), y: y, style: style)
  }

  private var keptLine: String {
    let fitted = state.index.nearestHead(state.representation, state.pooling, eta: state.eta)
    let nearest =
      fitted.map {
        " · head at \($0.selection): \(percent($0.validation.accuracy))"
          + "\(plusMinus($0.validation)), \(neurons($0.neurons))"
      } ?? ""
    return "η \(decimals(state.eta, 2)) keeps \(state.keptTotal)\(nearest)"
  }
}
