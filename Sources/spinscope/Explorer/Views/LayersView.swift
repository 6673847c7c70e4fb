import Probing
import Terminal

/// Where does the answer appear? A probe's score at every layer, and the head's by depth.
struct LayersView {
  let state: ExplorerState
  let theme: Theme

  private var index: RunIndex { state.index }

  func draw(into canvas: inout Canvas, _ area: Rect) {
    let (bottom, top) = (
      area.splitBottom(area.height >= 14 ? 5 : 0).bottom,
      area.splitBottom(area.height >= 14 ? 5 : 0).rest
    )
    if area.width >= 90 {
      let (kept, probes) = top.splitRight(30)
      drawProbes(&canvas, probes, showsKept: false)
      drawKept(&canvas, kept)
    } else {
      drawProbes(&canvas, top, showsKept: true)
    }
    if bottom.height > 0 { drawExits(&canvas, bottom) }
  }

  // MARK: Probes

  private func drawProbes(_ canvas: inout Canvas, _ area: Rect, showsKept: Bool) {
    let n = state.ranked?.probe.validation.n ?? 0
    let inner = canvas.box(
      area, title: "Probe accuracy by layer", number: 1,
      subtitle: "validation, n = \(grouped(n)), 95 %",
      trailing: state.representation == .hidden ? "hidden states" : "activations", theme: theme,
      focused: true)
    let (rows, axis, note) = (
      inner.insetBy(dx: 1, dy: 0).splitTop(1).rest.splitBottom(inner.height >= 5 ? 1 : 0).rest,
      inner.insetBy(dx: 1, dy: 0).splitTop(1).top,
      inner.insetBy(dx: 1, dy: 0).splitBottom(inner.height >= 5 ? 1 : 0).bottom
    )
    let labels = showsKept ? 26 : 18
    let bars = Rect(x: rows.x + 5, y: rows.y, width: max(0, rows.width - 5 - labels), height: rows.height)
    drawAxis(&canvas, Rect(x: bars.x, y: axis.y, width: bars.width, height: 1))
    if showsKept {
      canvas.write(
        padded("kept", to: 6, alignment: .right), x: rows.maxX - 6, y: axis.y,
        style: theme["axis.label"])
    }
    for (row, layer) in visibleLayers(rows.height).enumerated() {
      drawProbe(&canvas, layer, y: rows.y + row, rows, bars, showsKept: showsKept)
    }
    if note.height > 0 { drawControls(&canvas, note) }
  }

  private func drawProbe(
    _ canvas: inout Canvas, _ layer: Int, y: Int, _ rows: Rect, _ bars: Rect, showsKept: Bool
  ) {
    let isHere = layer == state.layer
    let name = (isHere ? "▸" : " ") + "\(state.representation.letter)\(layer)"
    canvas.write(
      theme.glyphs == .ascii && isHere ? ">" + name.dropFirst() : name, x: rows.x, y: y,
      style: theme[isHere ? "text.strong" : "text"])
    guard let ranked = index.probe(state.representation, layer, state.pooling) else {
      canvas.write("no feature tells the classes apart", x: bars.x, y: y, style: theme["text.dim"])
      return
    }
    let score = ranked.probe.validation
    let isBest = layer == index.bestLayer(state.representation, state.pooling)
    canvas.accuracyBar(
      value: score.accuracy, low: score.low, high: score.high, range: range,
      in: Rect(x: bars.x, y: y, width: bars.width, height: 1), best: isBest, theme: theme)
    let mark = isBest ? (theme.glyphs == .ascii ? " <" : " ◀") : "  "
    canvas.write(
      padded(percent(score.accuracy), to: 7, alignment: .right) + plusMinus(score) + mark,
      x: bars.maxX + 1, y: y, style: theme[isBest ? "chart.best" : "text"])
    if showsKept {
      canvas.write(
        padded(grouped(ranked.kept(eta: state.eta)), to: 6, alignment: .right), x: rows.maxX - 6,
        y: y, style: theme["text"])
    }
    if isHere {
      canvas.restyle(Rect(x: rows.x, y: y, width: 5, height: 1)) { $0.reverse = true }
    }
  }

  /// Layers around the cursor, as many as fit.
  private func visibleLayers(_ rows: Int) -> Range<Int> {
    let count = index.layers(state.representation)
    guard count > rows else { return 0..<count }
    let start = min(max(0, state.layer - rows / 2), count - rows)
    return start..<start + rows
  }

  /// From a round number below every score and the majority's to 100 %.
  private var range: ClosedRange<Double> {
    let lows = (0..<index.layers(state.representation)).compactMap {
      index.probe(state.representation, $0, state.pooling)?.probe.validation.low
    }
    let least = min(lows.min() ?? 0.5, index.run.scores.majority.accuracy)
    return max(0, (least * 10).rounded(.down) / 10)...1
  }

  private func drawAxis(_ canvas: inout Canvas, _ row: Rect) {
    let (low, span) = (range.lowerBound, 1 - range.lowerBound)
    let step = span > 0.5 ? 0.2 : 0.1
    var nextFree = row.x
    var value = low
    while value < 1.0001 {
      let label = "\(Int((value * 100).rounded()))"
      let x = row.x + Int((value - low) / span * Double(row.width)) - (value > low ? 1 : 0)
      if x >= nextFree, x + label.count <= row.maxX + 3 {
        canvas.write(label, x: x, y: row.y, style: theme["axis.label"])
        nextFree = x + label.count + 2
      }
      value += step
    }
    canvas.write(" %", x: row.maxX + 3, y: row.y, style: theme["axis.label"])
  }

  private func drawControls(_ canvas: inout Canvas, _ row: Rect) {
    let scores = index.run.scores
    let text = "majority \(percent(scores.majority.accuracy))   last layer alone "
      + "\(percent(scores.baseValidation.accuracy))\(plusMinus(scores.baseValidation))   "
      + "head \(percent(index.run.head.validation.accuracy))\(plusMinus(index.run.head.validation))"
    canvas.write(clipped(text, to: row.width), x: row.x, y: row.y, style: theme["chart.control"])
  }

  // MARK: Kept neurons

  private func drawKept(_ canvas: inout Canvas, _ area: Rect) {
    let inner = canvas.box(
      area, title: "Kept neurons", subtitle: "η \(decimals(state.eta, 2))", theme: theme
    ).insetBy(dx: 1, dy: 0)
    let rows = inner.splitTop(1).rest.splitBottom(inner.height >= 5 ? 1 : 0).rest
    let counts = (0..<index.layers(state.representation)).map {
      index.probe(state.representation, $0, state.pooling)?.kept(eta: state.eta) ?? 0
    }
    let most = max(counts.max() ?? 1, 1)
    for (row, layer) in visibleLayers(rows.height).enumerated() {
      let bar = horizontalBar(
        fraction: Double(counts[layer]) / Double(most), width: max(0, rows.width - 7),
        glyphs: theme.glyphs)
      canvas.write(bar, x: rows.x, y: rows.y + row, style: theme["meter"])
      canvas.write(
        padded(grouped(counts[layer]), to: 6, alignment: .right), x: rows.maxX - 6,
        y: rows.y + row, style: theme["text"])
    }
    guard inner.height >= 5 else { return }
    canvas.write(
      clipped(keptTotal, to: inner.width), x: inner.x, y: inner.maxY - 1,
      style: theme["text.strong"])
  }

  private var keptTotal: String {
    let kept = index.kept(state.representation, state.pooling, eta: state.eta)
    let all = index.layers(state.representation) * index.width(state.representation)
    return "\(grouped(kept)) of \(grouped(all)) = \(decimals(Double(kept) / Double(all) * 100, 1)) %"
  }

  // MARK: The head by depth

  private func drawExits(_ canvas: inout Canvas, _ area: Rect) {
    let exits = index.run.exits
    let head = index.run.head
    let inner = canvas.box(
      area, title: "Head by depth",
      subtitle: "layers 0 … k together, \(head.representation == .hidden ? "hidden states" : "activations"), "
        + "\(head.pooling.rawValue), η \(decimals(head.eta, 2)), validation",
      theme: theme
    ).insetBy(dx: 1, dy: 0)
    let column = max(8, inner.width / max(exits.count, 1))
    for (place, exit) in exits.enumerated() where (place + 1) * column <= inner.width {
      let x = inner.x + place * column
      let share = (exit.validation.accuracy - range.lowerBound) / (1 - range.lowerBound)
      canvas.write(
        "\(head.representation.letter)\(exit.depth)", x: x, y: inner.y, style: theme["axis.label"])
      canvas.write(
        padded(percent(exit.validation.accuracy), to: column - 4), x: x + 3, y: inner.y,
        style: theme["text"])
      canvas.write(
        horizontalBar(fraction: share, width: column - 2, glyphs: theme.glyphs), x: x,
        y: inner.y + 1, style: theme["bar"])
    }
    canvas.write(clipped(keptLine, to: inner.width), x: inner.x, y: inner.y + 2, style: theme["text.dim"])
  }

  private var keptLine: String {
    let fitted = index.nearestHead(state.representation, state.pooling, eta: state.eta)
    let nearest =
      fitted.map {
        "head at η \(decimals($0.eta, 2)): \(percent($0.validation.accuracy))\(plusMinus($0.validation))"
          + " with \(grouped($0.neurons)) neurons"
      } ?? ""
    return "η \(decimals(state.eta, 2)) keeps \(keptTotal) · \(nearest)"
  }
}
