import Probing
import Terminal

/// Where does the answer appear? A probe's score at every layer, and the head's by depth.
struct LayersView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  private var index: RunIndex { state.index }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let wanted = index.layers(state.representation) + 4
    let lower = area.height >= 14 ? max(5, area.height - wanted) : 0
    let (bottom, top) = area.splitBottom(lower)
    if area.width >= 90 {
      let (kept, probes) = top.splitRight(30)
      drawProbes(&frame, probes, showsKept: false)
      drawKept(&frame.canvas, kept)
    } else {
      drawProbes(&frame, top, showsKept: true)
    }
    guard lower > 0 else { return }
    let depth = DepthView(state: state, range: range)
    let (upper, rest) = bottom.splitTop(depth.height(in: bottom.height))
    depth.draw(into: &frame.canvas, upper)
    if rest.height >= 7 {
      MapView(state: state, isFocused: false).draw(into: &frame, rest)
    }
  }

  // MARK: Probes

  private func drawProbes(_ frame: inout ExplorerFrame, _ area: Rect, showsKept: Bool) {
    let n = state.ranked?.probe.validation.n ?? 0
    let inner = frame.canvas.box(
      area, title: "Probe accuracy by layer", number: 1,
      subtitle: "validation, n = \(grouped(n)), 95 %",
      trailing: state.representation.plural, theme: theme,
      focused: true)
    let (rows, axis, note) = (
      inner.insetBy(dx: 1, dy: 0).splitTop(1).rest.splitBottom(inner.height >= 5 ? 1 : 0).rest,
      inner.insetBy(dx: 1, dy: 0).splitTop(1).top,
      inner.insetBy(dx: 1, dy: 0).splitBottom(inner.height >= 5 ? 1 : 0).bottom
    )
    let labels = showsKept ? 31 : 23
    let bars = Rect(
      x: rows.x + 5, y: rows.y, width: max(0, rows.width - 5 - labels), height: rows.height)
    frame.canvas.accuracyAxis(
      range, in: Rect(x: bars.x, y: axis.y, width: bars.width, height: 1), theme: theme)
    if showsKept {
      frame.canvas.write(
        padded("kept", to: 6, alignment: .right), x: rows.maxX - 6, y: axis.y,
        style: theme["axis.label"])
    }
    for (row, layer) in visibleLayers(rows.height).enumerated() {
      drawProbe(&frame.canvas, layer, y: rows.y + row, rows, bars, showsKept: showsKept)
      frame.onClick(
        Rect(x: rows.x, y: rows.y + row, width: rows.width, height: 1), .point(state.place(layer)))
    }
    if note.height > 0 { drawControls(&frame.canvas, note) }
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

  private func drawControls(_ canvas: inout Canvas, _ row: Rect) {
    let scores = index.run.scores
    let text =
      "majority \(percent(scores.majority.accuracy))   last layer alone "
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
      clipped(state.keptTotal, to: inner.width), x: inner.x, y: inner.maxY - 1,
      style: theme["text.strong"])
  }

  // MARK: In words

  var meaning: String {
    "Each bar is the share of validation texts that a linear probe on that layer alone gets right, "
      + "with its 95 % interval. η decides how many neurons of each layer are kept: the fewest whose "
      + "squared weights reach η of the layer's total."
  }

  var summary: String {
    let best = index.bestLayer(state.representation, state.pooling)
    guard let probe = index.probe(state.representation, best, state.pooling)?.probe else {
      return "No layer tells the classes apart."
    }
    return "The probe of \(LayerAddress(state.representation, best)) reads the answer best: "
      + "\(score(probe.validation)). η \(decimals(state.eta, 2)) keeps \(state.keptTotal) neurons."
  }

  var table: DataTable {
    let probes = (0..<index.layers(state.representation)).compactMap {
      index.probe(state.representation, $0, state.pooling)
    }
    return DataTable(
      name: "layers",
      columns: ["layer", "pooling", "accuracy", "low", "high", "n", "kept", "C"],
      rows: probes.map { ranked in
        let score = ranked.probe.validation
        return [
          "\(LayerAddress(ranked.probe.key.representation, ranked.probe.key.layer))",
          ranked.probe.key.pooling.rawValue, decimals(score.accuracy, 4), decimals(score.low, 4),
          decimals(score.high, 4), "\(score.n)", "\(ranked.kept(eta: state.eta))",
          significant(ranked.probe.fitted.c),
        ]
      })
  }

  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    guard case .open = action else { return nil }
    state.show(.layer)
    return []
  }
}
