import Probing
import Terminal

/// The neurons of a layer in some order, a row each.
struct NeuronTable {
  let state: ExplorerState
  let ranked: RankedProbe
  /// Whether η stands below, where there is no room for the curve.
  var hasSlider = false

  private var theme: Theme { state.theme }

  /// A column of the table: its heading, how wide it is, and from which width on it is shown.
  private struct Column {
    var order: LayerState.Order
    var width: Int
    var from: Int
    var cell: (RankedNeuron, Int) -> String
  }

  private var columns: [Column] {
    [
      Column(order: .rank, width: 5, from: 0) { _, rank in "\(rank + 1)" },
      Column(order: .neuron, width: 11, from: 0) { neuron, _ in "\(neuron.address)" },
      Column(order: .weight, width: 9, from: 0) { neuron, _ in signed(Double(neuron.weight), 4) },
      Column(order: .raw, width: 10, from: 84) { neuron, _ in
        significant(Double(neuron.rawWeight)).replacing("-", with: "−")
      },
      Column(order: .share, width: 8, from: 44) { neuron, _ in "\(percent(neuron.share)) %" },
      Column(order: .sum, width: 8, from: 62) { neuron, _ in "\(percent(neuron.cumulative)) %" },
      Column(order: .stable, width: 7, from: 56) { neuron, _ in
        state.index.stability(neuron.address, state.pooling).map { "\(decimals($0 * 100, 0)) %" }
          ?? "–"
      },
      Column(order: .effect, width: 8, from: 68) { neuron, _ in
        state.outcome(of: neuron.address).map { signed($0.logitChange.value, 3) } ?? "–"
      },
    ]
  }

  /// Those that fit, and always the one that is ordered by.
  private func shown(in width: Int) -> [Column] {
    let order = state.look.views.layer.order
    var shown = columns.filter { width >= $0.from }
    if !shown.contains(where: { $0.order == order }) {
      if shown.count > 4 { shown.remove(at: 3) }
      shown += columns.filter { $0.order == order }
    }
    return shown
  }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let ranks = LayerState.ranks(state)
    let here = state.rank.flatMap { ranks.firstIndex(of: $0) }
    let filter = state.filter.isEmpty ? "" : " · /\(spinscope.shown(state.filter))"
    let order = state.look.views.layer
    let progress = LayerSilencing(state: state).progress.map { " · \($0)" } ?? ""
    let inner = frame.canvas.box(
      area, title: "Salient neurons",
      subtitle:
        "by \(order.order.rawValue)\(order.isReversed ? ", reversed" : "")\(progress)\(filter)",
      trailing: "\(here.map { grouped($0 + 1) } ?? "–")/\(grouped(ranks.count))", theme: theme,
      focused: true
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 2 else { return }
    let (slider, table) = inner.splitBottom(hasSlider && inner.height >= 4 ? 1 : 0)
    if !slider.isEmpty {
      SaliencyCurve(state: state, ranked: ranked).drawSlider(&frame, slider)
    }
    let (heading, rows) = table.splitTop(1)
    drawHeading(&frame, heading)
    let first = min(max(0, (here ?? 0) - rows.height / 2), max(0, ranks.count - rows.height))
    let limit = Double(abs(ranked.neurons.first?.weight ?? 0))
    for (row, rank) in ranks.dropFirst(first).prefix(rows.height).enumerated() {
      let rect = Rect(x: rows.x, y: rows.y + row, width: rows.width, height: 1)
      drawNeuron(&frame.canvas, rect, ranked.neurons[rank], rank, limit: limit)
      var there = state.place
      there.neuron = ranked.neurons[rank].address.index
      frame.onClick(rect, .point(there))
    }
    if ranks.isEmpty {
      frame.canvas.write(
        clipped(
          "no neuron is like /\(spinscope.shown(state.filter)); Esc in / clears it", to: rows.width),
        x: rows.x, y: rows.y, style: theme["warn"])
    }
  }

  private func drawHeading(_ frame: inout ExplorerFrame, _ row: Rect) {
    var x = row.x + 2
    for column in shown(in: row.width) {
      let isOrder = column.order == state.look.views.layer.order
      frame.canvas.write(
        padded(column.order.rawValue, to: column.width, alignment: .right), x: x, y: row.y,
        style: theme[isOrder ? "text.strong" : "axis.label"])
      frame.onClick(
        Rect(x: x, y: row.y, width: column.width, height: 1),
        isOrder
          ? .reverseOrder : .order(LayerState.Order.allCases.firstIndex(of: column.order) ?? 0))
      x += column.width
    }
    frame.canvas.write(
      "  speaks", x: x, y: row.y, style: theme["axis.label"], maxWidth: row.maxX - x)
  }

  private func drawNeuron(
    _ canvas: inout Canvas, _ row: Rect, _ neuron: RankedNeuron, _ rank: Int, limit: Double
  ) {
    let isKept = rank < state.keptHere
    let isSilenced = state.look.views.layer.group.contains(neuron.address)
    let marks = theme.glyphs == .ascii ? ("o", "*") : ("○", "●")
    let mark = isSilenced ? marks.0 : isKept ? marks.1 : " "
    let cells = shown(in: row.width).map {
      padded($0.cell(neuron, rank), to: $0.width, alignment: .right)
    }
    let text = "\(mark) " + cells.joined() + "  " + state.index.side(neuron)
    canvas.write(
      clipped(text, to: row.width), x: row.x, y: row.y,
      style: theme[isKept ? "neuron.salient" : "neuron.unselected"])
    let weight = Double(neuron.weight)
    if row.width >= 100 {
      canvas.write(
        signedBar(value: weight, limit: limit, halfWidth: 8, glyphs: theme.glyphs),
        x: row.maxX - 17, y: row.y,
        style: theme[weight < 0 ? "neuron.negative" : "neuron.positive"])
    }
    if neuron.address.index == state.neuron { canvas.select(row, theme) }
  }
}
