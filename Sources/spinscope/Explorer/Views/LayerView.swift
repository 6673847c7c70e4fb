import Probing
import Terminal

/// One layer: how saliency adds up over its neurons, and the neurons in order.
struct LayerView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  private var index: RunIndex { state.index }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let name = "\(state.representation.letter)\(state.layer)"
    guard let ranked = state.ranked, !ranked.neurons.isEmpty else {
      let inner = frame.canvas.box(
        area, title: "Layer \(name)", number: 3, theme: theme, focused: true)
      frame.canvas.write(
        "No neuron of this layer tells the classes apart.", x: inner.x + 1, y: inner.y,
        style: theme["text.dim"])
      return
    }
    if area.width >= 100 {
      let (curve, table) = area.splitLeft(area.width / 2)
      drawCurve(&frame.canvas, curve, ranked, name)
      drawTable(&frame.canvas, table, ranked)
    } else if area.height < 11 {
      drawTable(&frame.canvas, area, ranked)
    } else {
      let (curve, table) = area.splitTop(min(7, area.height / 2))
      drawCurve(&frame.canvas, curve, ranked, name)
      drawTable(&frame.canvas, table, ranked)
    }
  }

  // MARK: The curve of cumulative saliency

  private func drawCurve(
    _ canvas: inout Canvas, _ area: Rect, _ ranked: RankedProbe, _ name: String
  ) {
    let score = ranked.probe.validation
    let inner = canvas.box(
      area, title: "Layer \(name)", number: 3,
      subtitle: "\(percent(score.accuracy))\(plusMinus(score)), n = \(grouped(score.n))",
      trailing: "\(state.keptHere)/\(grouped(index.width(state.representation)))", theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 2 else { return }
    let plot = inner.splitBottom(2).rest
    drawPlot(&canvas, plot, ranked)
    drawSlider(&canvas, Rect(x: inner.x, y: inner.maxY - 2, width: inner.width, height: 1))
    let text =
      "w² of \(state.keptHere) neurons reaches η of the layer's total; "
      + "\(grouped(ranked.neurons.count)) have a weight"
    canvas.write(
      clipped(text, to: inner.width), x: inner.x, y: inner.maxY - 1, style: theme["text.dim"])
  }

  /// Columns are ranks, as far as the last weight; kept ones are bright.
  private func drawPlot(_ canvas: inout Canvas, _ plot: Rect, _ ranked: RankedProbe) {
    guard plot.height > 0, plot.width > 0 else { return }
    let count = min(plot.width, ranked.neurons.count)
    let steps = theme.glyphs == .ascii ? Array(" .:|") : Array(" ▁▂▃▄▅▆▇█")
    for column in 0..<count {
      let rank = column * ranked.neurons.count / count
      let level = ranked.neurons[rank].cumulative * Double(plot.height)
      let style = theme[rank < state.keptHere ? "meter" : "meter.empty"]
      for row in 0..<plot.height {
        let fill = min(1, max(0, level - Double(row)))
        let glyph = steps[Int((fill * Double(steps.count - 1)).rounded())]
        canvas.write(String(glyph), x: plot.x + column, y: plot.maxY - 1 - row, style: style)
      }
    }
  }

  private func drawSlider(_ canvas: inout Canvas, _ row: Rect) {
    let label = "η \(decimals(state.eta, 2)) "
    let x = row.x + canvas.write(label, x: row.x, y: row.y, style: theme["text.strong"])
    let track = max(0, row.maxX - x)
    let thumb = min(track - 1, Int(state.eta * Double(track)))
    guard track > 0 else { return }
    let (line, knob) = theme.glyphs == .ascii ? ("-", "o") : ("━", "●")
    canvas.write(
      String(repeating: line, count: thumb), x: x, y: row.y, style: theme["slider.fill"])
    canvas.write(knob, x: x + thumb, y: row.y, style: theme["slider.thumb"])
    canvas.write(
      String(repeating: line, count: max(0, track - thumb - 1)), x: x + thumb + 1, y: row.y,
      style: theme["slider.track"])
  }

  // MARK: The neurons

  private func drawTable(_ canvas: inout Canvas, _ area: Rect, _ ranked: RankedProbe) {
    let inner = canvas.box(
      area, title: "Salient neurons",
      subtitle: "weights of the standardised probe, C \(significant(ranked.probe.fitted.c))",
      trailing: state.rank.map { "\($0 + 1)/\(grouped(ranked.neurons.count))" }, theme: theme,
      focused: true
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 2 else { return }
    let (heading, rows) = inner.splitTop(1)
    canvas.write(
      clipped(
        "  "
          + line(["rank", "neuron", "weight", "raw w", "share", "sum", "speaks"], heading.width),
        to: heading.width), x: heading.x, y: heading.y, style: theme["axis.label"])
    let limit = Double(abs(ranked.neurons.first?.weight ?? 0))
    for (row, rank) in visibleRanks(rows.height, ranked.neurons.count).enumerated() {
      drawNeuron(
        &canvas, Rect(x: rows.x, y: rows.y + row, width: rows.width, height: 1),
        ranked.neurons[rank], rank, limit: limit)
    }
  }

  private func drawNeuron(
    _ canvas: inout Canvas, _ row: Rect, _ neuron: RankedNeuron, _ rank: Int, limit: Double
  ) {
    let weight = Double(neuron.weight)
    let kept = rank < state.keptHere
    let mark = kept ? (theme.glyphs == .ascii ? "*" : "●") : " "
    let cells = [
      "\(rank + 1)", neuron.address.description, signed(weight, 4),
      signed(Double(neuron.rawWeight), 3), "\(percent(neuron.share)) %",
      "\(percent(neuron.cumulative)) %", index.side(neuron),
    ]
    let text = "\(mark) " + line(cells, row.width)
    canvas.write(
      clipped(text, to: row.width), x: row.x, y: row.y,
      style: theme[kept ? "neuron.salient" : "neuron.unselected"])
    if row.width >= 90 {
      canvas.write(
        signedBar(value: weight, limit: limit, halfWidth: 8, glyphs: theme.glyphs),
        x: row.maxX - 17, y: row.y,
        style: theme[weight < 0 ? "neuron.negative" : "neuron.positive"])
    }
    if neuron.address.index == state.neuron { canvas.restyle(row) { $0.reverse = true } }
  }

  /// Rank, neuron, weight, raw weight, share, sum and side as columns; where the row is narrow the
  /// raw weight goes first, then the sum.
  private func line(_ cells: [String], _ width: Int) -> String {
    var line = padded(cells[0], to: 4, alignment: .right) + "  " + padded(cells[1], to: 9)
    line += padded(cells[2], to: 9, alignment: .right)
    if width >= 66 { line += padded(cells[3], to: 10, alignment: .right) }
    line += padded(cells[4], to: 8, alignment: .right)
    if width >= 54 { line += padded(cells[5], to: 8, alignment: .right) }
    return line + "  " + cells[6]
  }

  private func visibleRanks(_ rows: Int, _ count: Int) -> Range<Int> {
    let start = min(max(0, (state.rank ?? 0) - rows / 2), max(0, count - rows))
    return start..<min(count, start + rows)
  }

  // MARK: In words

  var meaning: String {
    "The curve adds up squared weights from the strongest neuron down; where it reaches η, neurons "
      + "stop being kept. Weight is per standard deviation of the neuron, raw w per unit of it."
  }

  var summary: String {
    guard let ranked = state.ranked else {
      return "No neuron of this layer tells the classes apart."
    }
    return "Layer \(state.address.layerAddress): \(score(ranked.probe.validation)). η "
      + "\(decimals(state.eta, 2)) keeps \(state.keptHere) of \(neurons(ranked.neurons.count)) with a "
      + "weight."
  }

  var table: DataTable {
    DataTable(
      name: "layer-\(state.address.layerAddress)",
      columns: ["neuron", "weight", "raw weight", "share", "cumulative", "kept"],
      rows: (state.ranked?.neurons ?? []).enumerated().map { rank, neuron in
        [
          "\(neuron.address)", "\(neuron.weight)", "\(neuron.rawWeight)", decimals(neuron.share, 6),
          decimals(neuron.cumulative, 6), rank < state.keptHere ? "yes" : "no",
        ]
      })
  }

  // MARK: Keys

  /// Rows are the layer's ranked neurons; to the side lie the other layers.
  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    let count = state.ranked?.neurons.count ?? 0
    switch action {
    case .moveRow(let step): moveRank(&state, by: step)
    case .first: moveRank(&state, by: -count)
    case .last: moveRank(&state, by: count)
    case .moveColumn(let step): state.moveLayer(by: step)
    case .open: state.show(.neuron)
    default: return nil
    }
    return []
  }

  private static func moveRank(_ state: inout ExplorerState, by step: Int) {
    guard let neurons = state.ranked?.neurons, !neurons.isEmpty else { return }
    let next = min(max(0, (state.rank ?? 0) + step), neurons.count - 1)
    state.place.neuron = neurons[next].address.index
  }
}
