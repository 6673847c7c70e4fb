import Probing
import Terminal

/// Layers × neurons: the weight of every probe, the largest magnitude a cell with its sign.
struct MapView: ScreenView {
  let state: ExplorerState
  /// Whether it is the screen itself, or stands below another chart.
  let isFocused: Bool

  private var theme: Theme { state.theme }
  private var index: RunIndex { state.index }

  init(state: ExplorerState) { self.init(state: state, isFocused: true) }

  init(state: ExplorerState, isFocused: Bool) {
    self.state = state
    self.isFocused = isFocused
  }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let mini = minimapHeight(area)
    let (below, above) = area.splitBottom(mini)
    drawPlane(into: &frame, above, hasMinimap: mini > 0)
    guard mini > 0 else { return }
    minimap(window: seen(columns: area.width - 9), layers: visibleLayers(plotHeight(above)))
      .draw(into: &frame, below)
  }

  /// Rows for the whole model below the part that is seen: always where there are many, and where
  /// only a part is seen, as long as enough is left for that.
  private func minimapHeight(_ area: Rect) -> Int {
    guard isFocused, area.width >= 40 else { return 0 }
    let layers = index.layers(state.representation)
    let mini = Minimap.height(layers: layers, isHalfBlock: isHalfBlock)
    let isPart = map.zoom > 0 || visibleLayers(plotHeight(area)).count < layers
    return area.height >= (isPart ? 10 : 20) + mini ? mini : 0
  }

  private func minimap(window: Range<Int>, layers: [Int]) -> Minimap {
    Minimap(
      state: state,
      weights: (0..<index.layers(state.representation)).map { layer in
        let own = weights(layer: layer)
        return own.isEmpty
          ? Array(repeating: 0, count: index.width(state.representation)) : own
      }.map { Array($0.prefix(MapOrder(state).shown)) },
      neurons: window, layers: (layers.last ?? 0)..<(layers.first ?? 0) + 1, limit: limit)
  }

  /// Rows of the map itself: below it stand the columns' maxima, where there is room, and the
  /// cursor's neuron.
  private func plotHeight(_ area: Rect) -> Int { max(0, area.height - 2 - notes(area.height - 2)) }
  private func notes(_ height: Int) -> Int { height >= 4 ? 2 : 1 }

  private func drawPlane(
    into frame: inout ExplorerFrame, _ area: Rect, hasMinimap: Bool
  ) {
    let columns = max(0, area.width - 9)
    let window = seen(columns: columns)
    let perCell = max(1, (window.count + max(columns, 1) - 1) / max(columns, 1))
    let inner = frame.canvas.box(
      area, title: "Map", number: 2,
      subtitle:
        "probe weights, max |w| of \(grouped(perCell)) a cell, \(map.order.words), "
        + "\(map.scale.words), zoom \(1 << map.zoom)×" + clusterStatus,
      trailing: state.representation.plural, theme: theme,
      focused: isFocused
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 2, inner.width > 6 else { return }
    let below = notes(inner.height)
    let plot = Rect(
      x: inner.x + 5, y: inner.y, width: inner.width - 5, height: inner.height - below)
    let layers = visibleLayers(plot.height)
    let rows = layers.map { cells(layer: $0, window, columns: plot.width) }
    drawMap(&frame.canvas, plot, layers, rows, window)
    if isFocused { takeClicks(&frame, plot, layers, rows, window) }
    if below == 2 {
      let row = Rect(x: plot.x, y: inner.maxY - 2, width: plot.width, height: 1)
      if map.zoom > 0, !hasMinimap {
        minimap(window: window, layers: layers).drawRow(into: &frame.canvas, row)
      } else {
        drawColumns(&frame.canvas, row, window)
      }
    }
    let last = Rect(x: inner.x, y: inner.maxY - 1, width: inner.width, height: 1)
    // The whole model below says by itself what is seen of it.
    let rest = hasMinimap ? last : drawWindow(&frame.canvas, last, window, layers)
    drawCursorLine(&frame.canvas, rest)
  }

  /// The part of a layer that is seen: all of it at zoom 0, centred on the cursor beyond.
  private func seen(columns: Int) -> Range<Int> {
    let width = MapOrder(state).shown
    let count = min(width, max(width >> state.look.views.map.zoom, min(width, columns)))
    let seen = state.look.views.map.zoom == 0 ? width : count
    let start = min(max(0, cursorColumn - seen / 2), width - seen)
    return start..<start + seen
  }

  /// From the top of the model down, so that the last layer is seen above the first.
  private func visibleLayers(_ height: Int) -> [Int] {
    let count = index.layers(state.representation)
    let rows = height * (isHalfBlock ? 2 : 1)
    guard count > rows else { return (0..<count).reversed() }
    let start = min(max(0, state.layer - rows / 2), count - rows)
    return (start..<start + rows).reversed()
  }

  private var isHalfBlock: Bool {
    HeatMap(values: [], ramp: theme.ramp("signed")).isHalfBlock(theme: theme)
  }

  private func weights(layer: Int) -> [Float] {
    guard let ranked = index.probe(state.representation, layer, state.pooling) else { return [] }
    var weights = [Float](repeating: 0, count: index.width(state.representation))
    for neuron in ranked.neurons { weights[neuron.address.index] = neuron.weight }
    let most = abs(ranked.neurons.map(\.weight).max { abs($0) < abs($1) } ?? 1)
    if map.scale == .layer, most > 0 { weights = weights.map { $0 / most } }
    return map.order == .index ? weights : MapOrder(state).neurons(layer).map { weights[$0] }
  }

  /// What the order by cluster still waits for.
  private var clusterStatus: String {
    guard map.order == .cluster, MapOrder(state).clusters == nil else { return "" }
    return ", \(state.questions.status(of: .clusters) ?? "…")"
  }

  private var map: MapState { state.look.views.map }

  /// The column of the cursor's neuron, were every neuron one.
  private var cursorColumn: Int { MapOrder(state).column }

  private func cells(
    layer: Int, _ window: Range<Int>, columns: Int
  ) -> [(value: Float, index: Int)] {
    let weights = weights(layer: layer)
    guard !weights.isEmpty else { return [] }
    return maxPool(Array(weights[window]), bins: columns)
  }

  private func drawMap(
    _ canvas: inout Canvas, _ plot: Rect, _ layers: [Int], _ cells: [[(value: Float, index: Int)]],
    _ window: Range<Int>
  ) {
    let perRow = isHalfBlock ? 2 : 1
    let thickness = thickness(plot, layers: layers.count)
    let row = layers.firstIndex(of: state.layer).map { $0 * thickness + (thickness - 1) / 2 }
    let column = column(of: cursorColumn, window, columns: min(plot.width, window.count))
    let map = HeatMap(
      values: cells.flatMap { row in Array(repeating: row.map(\.value), count: thickness) },
      limit: limit, ramp: theme.ramp("signed"), cursor: row.map { ($0, column) })
    map.draw(into: &canvas, area: plot, theme: theme)
    for (place, layer) in layers.enumerated() where place * thickness % perRow == 0 {
      let y = plot.y + (place * thickness + (thickness - 1) / 2) / perRow
      // Two layers may share a row of text; the cursor's is the one to name.
      let shared = thickness < perRow ? layers[place..<min(place + 2, layers.count)] : [layer]
      let isHere = shared.contains(state.layer)
      let name = "\(state.representation.letter)\(isHere ? state.layer : layer)"
      canvas.write(
        padded(name, to: 4), x: plot.x - 5, y: y,
        style: theme[isHere ? "text.strong" : "axis.label"])
    }
    drawLegend(&canvas, plot, map)
  }

  /// A click sets the cursor to the neuron that a cell shows, and another goes into it.
  private func takeClicks(
    _ frame: inout ExplorerFrame, _ plot: Rect, _ layers: [Int],
    _ cells: [[(value: Float, index: Int)]], _ window: Range<Int>
  ) {
    let rowsPerText = isHalfBlock ? 2 : 1
    let thickness = thickness(plot, layers: layers.count)
    let order = MapOrder(state)
    let orders = layers.map { order.neurons($0) }
    let place = state.place
    let height = min(plot.height, (layers.count * thickness + rowsPerText - 1) / rowsPerText)
    frame.regions.append(
      HitRegion(rect: Rect(x: plot.x, y: plot.y, width: plot.width, height: height)) { x, y in
        let row = min(layers.count - 1, max(0, y * rowsPerText / thickness))
        var there = place
        there.layer = layers[row]
        if cells[row].indices.contains(x) {
          there.neuron = orders[row][window.lowerBound + cells[row][x].index]
        }
        return .point(there)
      })
  }

  /// Rows of the map that a layer takes: as many as fit, whole rows of text where they do.
  private func thickness(_ plot: Rect, layers: Int) -> Int {
    let rows = plot.height * (isHalfBlock ? 2 : 1) / max(layers, 1)
    return isHalfBlock && rows > 1 ? min(rows / 2 * 2, 6) : min(max(rows, 1), 3)
  }

  /// Under the map, where the map leaves a row for it.
  private func drawLegend(_ canvas: inout Canvas, _ plot: Rect, _ map: HeatMap) {
    guard map.height(theme: theme) < plot.height else { return }
    _ = map.drawLegend(
      into: &canvas, x: plot.x, y: plot.maxY - 1, maxWidth: plot.width / 2, theme: theme)
    let sides =
      index.run.info.data.classes.count == 2
      ? "− for \(index.label(0))   + for \(index.label(1))" : "− against a class   + for it"
    canvas.write(
      clipped(sides, to: plot.width / 2 - 2), x: plot.x + plot.width / 2 + 2, y: plot.maxY - 1,
      style: theme["legend"])
  }

  private func column(of neuron: Int, _ window: Range<Int>, columns: Int) -> Int {
    guard columns > 0, !window.isEmpty else { return 0 }
    // The bin whose range holds the neuron, as `maxPool` cuts them.
    let offset = neuron - window.lowerBound
    return min(columns - 1, max(0, ((offset + 1) * columns - 1) / window.count))
  }

  /// The end of the scale: above 98 % of all layers' weights that are not zero, so that one giant
  /// does not darken the rest; greater ones look alike.
  private var limit: Float {
    if map.scale == .layer { return 1 }
    let weights = (0..<index.layers(state.representation)).flatMap { layer in
      index.probe(state.representation, layer, state.pooling)?.neurons.map { abs($0.weight) } ?? []
    }.sorted()
    return weights.isEmpty ? 1 : weights[min(weights.count - 1, weights.count * 98 / 100)]
  }

  /// Under the map: the largest weight of each column over all layers.
  private func drawColumns(_ canvas: inout Canvas, _ row: Rect, _ window: Range<Int>) {
    var most = [Double](repeating: 0, count: index.width(state.representation))
    for layer in 0..<index.layers(state.representation) {
      for (column, weight) in weights(layer: layer).enumerated() {
        most[column] = max(most[column], Double(abs(weight)))
      }
    }
    let line = sparkline(
      Array(most[window]), width: row.width, range: 0...max(Double(limit), 1e-9),
      glyphs: theme.glyphs)
    canvas.write("max", x: row.x - 5, y: row.y, style: theme["axis.label"])
    canvas.write(line, x: row.x, y: row.y, style: theme["meter"])
    let mark = row.x + column(of: cursorColumn, window, columns: min(row.width, window.count))
    canvas.restyle(Rect(x: mark, y: row.y, width: 1, height: 1)) {
      $0.foreground = theme["warn"].foreground
    }
  }

  /// At the end of the last row, what is seen of the model where that is a part.
  ///
  /// - Returns: the rest of the row.
  private func drawWindow(
    _ canvas: inout Canvas, _ row: Rect, _ window: Range<Int>, _ layers: [Int]
  ) -> Rect {
    var parts: [String] = []
    if layers.count < index.layers(state.representation), let low = layers.last {
      parts.append(
        "\(state.representation.letter)\(low)–\(state.representation.letter)\(layers[0])")
    }
    if map.zoom > 0 {
      parts.append(
        "\(grouped(window.lowerBound))–\(grouped(window.upperBound - 1)) of "
          + grouped(MapOrder(state).shown))
    }
    let place = parts.joined(separator: ", ")
    let columns = Terminal.width(place)
    guard columns > 0, row.width - columns >= 40 else { return row }
    canvas.write(place, x: row.maxX - columns, y: row.y, style: theme["text.dim"])
    return row.splitRight(columns + 2).rest
  }

  private func drawCursorLine(_ canvas: inout Canvas, _ row: Rect) {
    var text = "\(state.address)"
    if let rank = state.rank, let neuron = state.ranked?.neurons[rank] {
      let kept = rank < state.keptHere ? "kept" : "not kept"
      text +=
        "   w \(signed(Double(neuron.weight), 3)) \(index.side(neuron))"
        + "   rank \(rank + 1)   share \(percent(neuron.share)) %   \(kept) at η \(decimals(state.eta, 2))"
    } else {
      text += "   w 0: the probe does not use it"
    }
    if let cluster = MapOrder(state).clusters?.cluster(of: state.neuron, state.layer) {
      text += "   cluster \(cluster.place + 1), \(neurons(cluster.count))"
    }
    canvas.write(
      clipped(text, to: row.width), x: row.x, y: row.y, style: theme["text.strong"])
  }

  // MARK: In words

  var meaning: String {
    "\(summary) "
      + "Each cell is the weight of largest magnitude among its neurons, with its sign: who speaks for "
      + "which class, in which layer. Empty cells have weight 0: L1 dropped those neurons. By cluster, neurons whose values "
      + "go along with each other (|r| ≥ 0.5 over training texts) stand side by side."
  }

  var summary: String {
    guard let rank = state.rank, let neuron = state.ranked?.neurons[rank] else {
      return "\(state.address) has weight 0: the probe does not use it."
    }
    return "\(state.address) has weight \(signed(Double(neuron.weight), 3)) \(index.side(neuron)), "
      + "rank \(rank + 1) of its layer."
  }

  var table: DataTable {
    let layers = 0..<index.layers(state.representation)
    return DataTable(
      name: "map", columns: ["neuron", "weight"],
      rows: layers.flatMap { layer in
        (index.probe(state.representation, layer, state.pooling)?.neurons ?? []).map {
          ["\($0.address)", "\($0.weight)"]
        }
      })
  }
}
