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
        area, title: "Layer \(name)", number: Tab.layer.number, theme: theme, focused: true)
      frame.canvas.write(
        "No neuron of this layer tells the classes apart.", x: inner.x + 1, y: inner.y,
        style: theme["text.dim"])
      return
    }
    if area.width >= 100 {
      let (curve, table) = area.splitLeft(area.width / 2)
      drawCurve(&frame, curve, ranked, name)
      drawTable(&frame, table, ranked)
    } else if area.height < 11 {
      drawTable(&frame, area, ranked)
    } else {
      let (curve, table) = area.splitTop(min(7, area.height / 2))
      drawCurve(&frame, curve, ranked, name)
      drawTable(&frame, table, ranked)
    }
  }

  // MARK: The curve of cumulative saliency

  private func drawCurve(
    _ frame: inout ExplorerFrame, _ area: Rect, _ ranked: RankedProbe, _ name: String
  ) {
    let score = ranked.probe.validation
    let inner = frame.canvas.box(
      area, title: "Layer \(name)", number: Tab.layer.number,
      subtitle: "\(percent(score.accuracy))\(plusMinus(score)), n = \(grouped(score.n))",
      trailing: "\(grouped(state.keptHere))/\(grouped(index.width(state.representation)))",
      theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 2 else { return }
    let (notes, plot) = inner.splitBottom(inner.height >= 7 ? 3 : 2)
    drawPlot(&frame, plot, ranked)
    drawSlider(&frame, notes.splitTop(1).top)
    for (row, line) in sayings(ranked).prefix(notes.height - 1).enumerated() {
      frame.canvas.write(
        clipped(line, to: inner.width), x: inner.x, y: notes.y + 1 + row, style: theme["text.dim"])
    }
  }

  /// What η does here and to the head.
  private func sayings(_ ranked: RankedProbe) -> [String] {
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
  private func drawPlot(_ frame: inout ExplorerFrame, _ plot: Rect, _ ranked: RankedProbe) {
    guard plot.height > 0, plot.width > 6 else { return }
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

  private func drawSlider(_ frame: inout ExplorerFrame, _ row: Rect) {
    let label = "η \(decimals(state.eta, 2)) "
    let x = frame.canvas.write(label, x: row.x, y: row.y, style: theme["text.strong"])
    let track = row.splitLeft(x).rest
    frame.canvas.slider(fraction: state.eta, in: track, theme: theme)
    frame.onDrag(track) { x, _ in
      .setEta(Canvas.sliderFraction(x: track.x + x, in: track))
    }
  }

  // MARK: The neurons

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
      Column(order: .raw, width: 10, from: 72) { neuron, _ in
        significant(Double(neuron.rawWeight)).replacing("-", with: "−")
      },
      Column(order: .share, width: 8, from: 44) { neuron, _ in "\(percent(neuron.share)) %" },
      Column(order: .sum, width: 8, from: 62) { neuron, _ in "\(percent(neuron.cumulative)) %" },
    ]
  }

  private func drawTable(_ frame: inout ExplorerFrame, _ area: Rect, _ ranked: RankedProbe) {
    let ranks = LayerState.ranks(state)
    let here = state.rank.flatMap { ranks.firstIndex(of: $0) }
    let filter = state.filter.isEmpty ? "" : " · /\(shown(state.filter))"
    let order = state.look.views.layer
    let inner = frame.canvas.box(
      area, title: "Salient neurons",
      subtitle: "by \(order.order.rawValue)\(order.isReversed ? ", reversed" : "")\(filter)",
      trailing: "\(here.map { grouped($0 + 1) } ?? "–")/\(grouped(ranks.count))", theme: theme,
      focused: true
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 2 else { return }
    let (heading, rows) = inner.splitTop(1)
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
        clipped("no neuron is like /\(shown(state.filter)); Esc in / clears it", to: rows.width),
        x: rows.x, y: rows.y, style: theme["warn"])
    }
  }

  private func drawHeading(_ frame: inout ExplorerFrame, _ row: Rect) {
    var x = row.x + 2
    for column in columns where row.width >= column.from {
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
    frame.canvas.write("  speaks", x: x, y: row.y, style: theme["axis.label"])
  }

  private func drawNeuron(
    _ canvas: inout Canvas, _ row: Rect, _ neuron: RankedNeuron, _ rank: Int, limit: Double
  ) {
    let isKept = rank < state.keptHere
    let mark = isKept ? (theme.glyphs == .ascii ? "*" : "●") : " "
    let cells = columns.filter { row.width >= $0.from }.map {
      padded($0.cell(neuron, rank), to: $0.width, alignment: .right)
    }
    let text = "\(mark) " + cells.joined() + "  " + index.side(neuron)
    canvas.write(
      clipped(text, to: row.width), x: row.x, y: row.y,
      style: theme[isKept ? "neuron.salient" : "neuron.unselected"])
    let weight = Double(neuron.weight)
    if row.width >= 92 {
      canvas.write(
        signedBar(value: weight, limit: limit, halfWidth: 8, glyphs: theme.glyphs),
        x: row.maxX - 17, y: row.y,
        style: theme[weight < 0 ? "neuron.negative" : "neuron.positive"])
    }
    if neuron.address.index == state.neuron { canvas.restyle(row) { $0.reverse = true } }
  }

  // MARK: In words

  var meaning: String {
    let this =
      state.rank.flatMap { rank in
        state.ranked.map { ranked in
          "\(state.address) is rank \(rank + 1): weight \(signed(Double(ranked.neurons[rank].weight), 4)) "
            + "a standard deviation, \(index.side(ranked.neurons[rank])). "
        }
      } ?? ""
    return this
      + "The curve adds up squared weights from the strongest neuron down; where it reaches η, neurons "
      + "stop being kept. Raw w is the weight per unit of the neuron, share its part of the layer's "
      + "squared weights, sum the part of it and all before it."
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

  static func filtered(_ state: ExplorerState) -> (kept: Int, all: Int)? {
    (LayerState.ranks(state).count, state.ranked?.neurons.count ?? 0)
  }

  /// Rows are the layer's neurons as they are ordered and filtered; to the side lie the other layers.
  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    let count = state.ranked?.neurons.count ?? 0
    switch action {
    case .moveRow(let step): moveRow(&state, by: step)
    case .first: moveRow(&state, by: -count)
    case .last: moveRow(&state, by: count)
    case .moveColumn(let step): state.moveLayer(by: step)
    case .open: state.show(.neuron)
    case .nextOrder: state.look.views.layer.order.advance()
    case .order(let place):
      state.look.views.layer.order =
        LayerState.Order.allCases[min(max(0, place), LayerState.Order.allCases.count - 1)]
      state.look.views.layer.isReversed = false
    case .reverseOrder: state.look.views.layer.isReversed.toggle()
    default: return nil
    }
    return []
  }

  private static func moveRow(_ state: inout ExplorerState, by step: Int) {
    let ranks = LayerState.ranks(state)
    guard let ranked = state.ranked, !ranks.isEmpty else { return }
    let here = state.rank.flatMap { ranks.firstIndex(of: $0) } ?? 0
    let next = ranks[min(max(0, here + step), ranks.count - 1)]
    state.place.neuron = ranked.neurons[next].address.index
  }
}

/// What the layer's screen remembers: the order of its table.
struct LayerState: Sendable, Equatable, Codable {
  enum Order: String, Sendable, Codable, CaseIterable {
    case rank, neuron, weight
    case raw = "raw w"
    case share, sum
  }

  var order = Order.rank
  var isReversed = false

  /// Places in the ranking of the cursor's layer that the filter keeps, in the table's order.
  static func ranks(_ state: ExplorerState) -> [Int] {
    guard let ranked = state.ranked else { return [] }
    let kept =
      NeuronFilter(state.filter)?.ranks(state.layer, in: state) ?? Array(ranked.neurons.indices)
    let (order, isReversed) = (state.look.views.layer.order, state.look.views.layer.isReversed)
    let keys = kept.map { rank in (order.key(ranked.neurons[rank], rank), rank) }
    let sorted = order == .rank ? keys : keys.sorted { $0 < $1 }
    return isReversed ? sorted.reversed().map(\.1) : sorted.map(\.1)
  }

  var settings: [(name: String, value: String)] {
    (order == .rank ? [] : [("sort", order.rawValue.replacing(" ", with: ""))])
      + (isReversed ? [("reversed", "yes")] : [])
  }

  mutating func read(_ name: String, _ value: String) -> Bool {
    switch name {
    case "sort":
      guard
        let order = Order.allCases.first(where: { $0.rawValue.replacing(" ", with: "") == value })
      else { return false }
      self.order = order
    case "reversed": isReversed = value == "yes"
    default: return false
    }
    return true
  }
}

extension LayerState.Order {
  /// What is sorted by, ascending: the most telling first.
  fileprivate func key(_ neuron: RankedNeuron, _ rank: Int) -> Double {
    switch self {
    case .rank, .share, .sum: Double(rank)
    case .neuron: Double(neuron.address.index)
    case .weight: -Double(neuron.weight)
    case .raw: -abs(Double(neuron.rawWeight))
    }
  }

  fileprivate mutating func advance() {
    let all = Self.allCases
    self = all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
  }
}
