import Probing
import Terminal

/// How saliency adds up over a layer's neurons, and where η cuts it.
struct SaliencyCurve {
  let state: ExplorerState
  let ranked: RankedProbe

  private var theme: Theme { state.theme }
  private var index: RunIndex { state.index }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let score = ranked.probe.validation
    let inner = frame.canvas.box(
      area, title: "Layer \(state.address.layerAddress)", number: Tab.layer.number,
      subtitle: "\(percent(score.accuracy))\(plusMinus(score)), n = \(grouped(score.n))",
      trailing: "\(grouped(state.keptHere))/\(grouped(index.width(state.representation)))",
      theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 2 else { return }
    let sayings = sayings(columns: inner.width).flatMap {
      inner.height < 12 ? [$0] : wrapped($0, to: inner.width)
    }
    let isShort = LayerSilencing(state: state).sayings.isEmpty && inner.height < 7
    let most = isShort ? 1 : inner.height - 3
    let (notes, plot) = inner.splitBottom(1 + min(sayings.count, max(1, most)))
    drawPlot(&frame, plot)
    drawSlider(&frame, notes.splitTop(1).top)
    for (row, line) in sayings.prefix(notes.height - 1).enumerated() {
      frame.canvas.write(
        clipped(line, to: inner.width), x: inner.x, y: notes.y + 1 + row, style: theme["text.dim"])
    }
  }

  /// What η does here and to the head, or what a silenced group does.
  private func sayings(columns: Int) -> [String] {
    let silenced = LayerSilencing(state: state).sayings
    guard silenced.isEmpty else { return packed(silenced, columns) }
    let head = index.nearestHead(state.representation, state.pooling, eta: state.eta)
    return [
      "w² of \(neurons(state.keptHere)) reaches η of the layer's total; "
        + "\(grouped(ranked.neurons.count)) have a weight",
      head.map {
        "head fitted at \($0.selection): \(percent($0.validation.accuracy))"
          + "\(plusMinus($0.validation)) with \(neurons($0.neurons)) of all layers"
      } ?? "no head was fitted on these alone",
    ]
  }

  /// Columns are ranks, as far as the last weight; kept ones are bright.
  ///
  /// A click sets η to what the curve has reached there.
  private func drawPlot(_ frame: inout ExplorerFrame, _ area: Rect) {
    guard area.height > 0, area.width > 6 else { return }
    let (below, plot) = area.splitBottom(area.height >= 8 ? 1 : 0)
    drawRanks(&frame.canvas, below)
    let axis = 5
    let curve = Rect(x: plot.x + axis, y: plot.y, width: plot.width - axis, height: plot.height)
    for (share, y) in [(100, plot.y), (50, plot.y + plot.height / 2)] where plot.height > 2 {
      frame.canvas.write(
        padded("\(share) %", to: 5, alignment: .right), x: plot.x, y: y, style: theme["axis.label"])
    }
    let neurons = ranked.neurons
    let count = min(curve.width, neurons.count)
    let ranks = (0..<count).map { $0 * neurons.count / count }
    for (column, rank) in ranks.enumerated() {
      let style = theme[rank < state.keptHere ? "meter" : "meter.empty"]
      let level = neurons[rank].cumulative * Double(curve.height)
      for row in 0..<curve.height {
        let fill = min(1, level - Double(row))
        guard fill > 0 else { break }
        frame.canvas.write(
          sparkline([fill], width: 1, range: 0...1, glyphs: theme.glyphs), x: curve.x + column,
          y: curve.maxY - 1 - row, style: style)
      }
    }
    frame.onDrag(Rect(x: curve.x, y: curve.y, width: count, height: curve.height)) { x, _ in
      .setEta(neurons[ranks[min(max(0, x), count - 1)]].cumulative)
    }
  }

  /// Below the curve, what lies from left to right.
  private func drawRanks(_ canvas: inout Canvas, _ row: Rect) {
    guard !row.isEmpty else { return }
    let end = "\(grouped(ranked.neurons.count)) by rank"
    canvas.write("1", x: row.x + 5, y: row.y, style: theme["axis.label"])
    let columns = min(row.width - 5, ranked.neurons.count)
    let x = max(row.x + 7, row.x + 5 + columns - width(end))
    canvas.write(end, x: x, y: row.y, style: theme["axis.label"], maxWidth: row.maxX - x)
  }

  func drawSlider(_ frame: inout ExplorerFrame, _ row: Rect) {
    // As wide for any η, so that the slider stays under the mouse that drags it.
    let most = width(grouped(ranked.neurons.count))
    let kept = padded(grouped(state.keptHere), to: most, alignment: .right)
    let label = "η \(decimals(state.eta, 2)) keeps \(kept) "
    let x = frame.canvas.write(label, x: row.x, y: row.y, style: theme["text.strong"])
    let track = row.splitLeft(x).rest
    frame.canvas.slider(fraction: state.eta, in: track, theme: theme)
    frame.onDrag(track) { x, _ in
      .setEta(Canvas.sliderFraction(x: track.x + x, in: track))
    }
  }
}

/// Parts with dots between them, in as few lines as hold them.
private func packed(_ parts: [String], _ columns: Int) -> [String] {
  parts.reduce(into: [String]()) { lines, part in
    let longer = lines.last.map { "\($0) · \(part)" } ?? part
    if !lines.isEmpty, width(longer) <= columns {
      lines[lines.count - 1] = longer
    } else {
      lines.append(part)
    }
  }
}
