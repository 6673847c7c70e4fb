import Probing
import Terminal

/// Where does the answer appear? A probe's score at every layer, and the head's by depth.
struct LayersView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  private var index: RunIndex { state.index }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let wanted = index.layers(state.representation) + 5
    let lower = area.height >= 14 ? max(area.height >= 17 ? 6 : 5, area.height - wanted) : 0
    let (bottom, top) = area.splitBottom(lower)
    if state.look.views.layers.showsPoolings, !isHidden {
      PoolingsPane(state: state, range: range, isFocused: true)
        .draw(into: &frame, top, layers: visibleLayers)
    } else if area.width >= 90 {
      let poolings = area.width >= 150 ? 12 + 9 * state.run.info.settings.poolings.count : 0
      let (all, charts) = top.splitRight(poolings)
      let (kept, probes) = charts.splitRight(30)
      if poolings > 0, !isHidden {
        // As many layers as the bars beside it have.
        PoolingsPane(state: state, range: range)
          .draw(into: &frame, all) { visibleLayers(max(0, $0 - notes(all.height - 2))) }
      }
      drawProbes(&frame, probes, showsKept: false)
      drawKept(&frame.canvas, kept)
    } else {
      drawProbes(&frame, top, showsKept: true)
    }
    guard lower > 0 else { return }
    let depth = DepthView(state: state, range: range)
    let (upper, rest) = bottom.splitTop(depth.height(in: bottom.height))
    depth.draw(into: &frame, upper)
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
    let (axis, below) = inner.insetBy(dx: 1, dy: 0).splitTop(1)
    let (note, rows) = below.splitBottom(notes(inner.height))
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
    guard note.height > 0 else { return }
    if isHidden { drawQuestion(&frame.canvas, note) } else { drawControls(&frame.canvas, note) }
  }

  /// Rows below the bars: one where a layer still has three beside it, two where all layers have.
  private func notes(_ height: Int) -> Int {
    height >= index.layers(state.representation) + 3 ? 2 : height >= 5 ? 1 : 0
  }

  private func drawProbe(
    _ canvas: inout Canvas, _ layer: Int, y: Int, _ rows: Rect, _ bars: Rect, showsKept: Bool
  ) {
    let isHere = layer == state.layer
    let name = (isHere ? "▸" : " ") + "\(state.representation.letter)\(layer)"
    canvas.write(
      theme.glyphs == .ascii && isHere ? ">" + name.dropFirst() : name, x: rows.x, y: y,
      style: theme[isHere ? "text.strong" : "text"])
    if isHidden {
      canvas.write("?", x: bars.x, y: y, style: theme["text.dim"])
    } else {
      drawScore(&canvas, layer, y: y, rows, bars, showsKept: showsKept)
    }
    if isHere {
      canvas.restyle(Rect(x: rows.x, y: y, width: 5, height: 1)) { $0.reverse = true }
    }
  }

  private var isHidden: Bool { state.look.views.layers.isHidden }

  private func drawQuestion(_ canvas: inout Canvas, _ row: Rect) {
    canvas.write(
      clipped("Which layer knows? Put the cursor on your guess; v reveals.", to: row.width),
      x: row.x, y: row.y, style: theme["warn"])
  }

  private func drawScore(
    _ canvas: inout Canvas, _ layer: Int, y: Int, _ rows: Rect, _ bars: Rect, showsKept: Bool
  ) {
    guard let ranked = index.probe(state.representation, layer, state.pooling) else {
      canvas.write("no feature tells the classes apart", x: bars.x, y: y, style: theme["text.dim"])
      return
    }
    let score = ranked.probe.validation
    let isBest = layer == index.bestLayer(state.representation, state.pooling)
    canvas.accuracyBar(
      value: score.accuracy, low: score.low, high: score.high, range: range,
      in: Rect(x: bars.x, y: y, width: bars.width, height: 1), best: isBest, theme: theme)
    drawLines(&canvas, layer, y: y, bars)
    let mark = isBest ? (theme.glyphs == .ascii ? " <" : " ◀") : "  "
    canvas.write(
      padded(percent(score.accuracy), to: 7, alignment: .right) + plusMinus(score) + mark,
      x: bars.maxX + 1, y: y, style: theme[isBest ? "chart.best" : "text"])
    if showsKept {
      canvas.write(
        padded(grouped(ranked.kept(eta: state.eta)), to: 6, alignment: .right), x: rows.maxX - 6,
        y: y, style: theme["text"])
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

  /// What the probes are held against, as lines through the chart: initial, name and score.
  private var lines: [(initial: String, name: String, score: Score)] {
    [
      ("m", "majority", Baseline.Kind.majority), ("t", "tf-idf", .tfIdf),
      ("l", "last layer", .base),
    ].compactMap { initial, name, kind in
      index.run.scores.baseline(kind).map { (initial, name, $0.validation) }
    }
  }

  /// The same probe on labels or weights that mean nothing.
  func control(_ layer: Int) -> LayerControl? {
    index.run.scores.controls.first {
      $0.representation == state.representation && $0.layer == layer && $0.pooling == state.pooling
    }
  }

  /// A layer's controls as marks on its bar: labels that only memory for words can learn, labels in
  /// random order, and the true labels on a model with random weights.
  private func marks(_ control: LayerControl) -> [(mark: String, name: String, score: Score)] {
    [("○", "word labels", control.words), ("×", "shuffled labels", control.shuffled)]
      + (control.untrained.map { [("△", "untrained weights", $0)] } ?? [])
  }

  /// The baselines' lines and the layer's controls, over the bar where they fall on it.
  private func drawLines(_ canvas: inout Canvas, _ layer: Int, y: Int, _ bars: Rect) {
    let all =
      lines.map { ("┊", $0.score.accuracy) }
      + (control(layer).map { marks($0).map { ($0.mark, $0.score.accuracy) } } ?? [])
    for (mark, accuracy) in all {
      canvas.tick(
        mark, at: accuracy, in: range, row: Rect(x: bars.x, y: y, width: bars.width, height: 1),
        style: theme["chart.control"])
    }
  }

  /// What the marks mean, and what lies at them in the cursor's layer.
  private func drawControls(_ canvas: inout Canvas, _ rows: Rect) {
    let head = index.run.head.validation
    let baselines =
      ["head \(percent(head.accuracy))\(plusMinus(head))"]
      + lines.map { "┊ \($0.name) \(percent($0.score.accuracy))" }
    let controls = control(state.layer).map { control in
      let byHeart = control.shuffledTrain.map { " (learnt by heart \(percent($0.accuracy)))" }
      return marks(control).map {
        "\($0.mark) \($0.name) \(percent($0.score.accuracy))"
          + ($0.mark == "×" ? byHeart ?? "" : "")
      }
        + ["selectivity \(signed(control.selectivity * 100, 1))"]
    }
    let parts = rows.height > 1 ? [baselines, controls ?? []] : [(controls ?? []) + baselines]
    for (row, parts) in parts.enumerated() {
      canvas.write(
        clipped(parts.joined(separator: "  "), to: rows.width), x: rows.x, y: rows.y + row,
        style: theme["chart.control"])
    }
  }

  // MARK: Kept neurons

  private func drawKept(_ canvas: inout Canvas, _ area: Rect) {
    let inner = canvas.box(
      area, title: "Kept neurons", subtitle: "η \(decimals(state.eta, 2))", theme: theme
    ).insetBy(dx: 1, dy: 0)
    let rows = inner.splitTop(1).rest.splitBottom(notes(inner.height)).rest
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
    if isHidden { return "The scores are hidden, so that you can guess first; v reveals them." }
    let name = LayerAddress(state.representation, state.layer)
    let here = state.ranked.map { "\(name): \(score($0.probe.validation)). " } ?? ""
    return here
      + "Each bar is the share of validation texts that a linear probe on that layer alone gets right, "
      + "with its 95 % interval; ┊ are what it is held against. The same probe reaches ○ on labels that only "
      + "memory for words can learn (what lies above is selectivity), × on shuffled labels, of which it learns its own texts by heart and others not, △ on a model "
      + "with random weights, read for at most 1,000 training texts, whose words survive: what lies well above is what training added. η keeps the fewest neurons whose "
      + "squared weights reach η of the layer's total." + decoder
  }

  private var decoder: String {
    let stacks = index.run.info.stacks
    guard stacks.decoderBlocks > 0 else { return "" }
    return " Below the encoder's last layer go on those of the decoder, DH and DA, which reads "
      + "the same text again, one word behind."
  }

  var summary: String {
    if isHidden { return "The scores are hidden; v reveals them." }
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
      columns: [
        "layer", "pooling", "accuracy", "low", "high", "n", "word labels", "shuffled labels",
        "untrained", "kept", "C",
      ],
      rows: probes.map { ranked in
        let score = ranked.probe.validation
        let control = control(ranked.probe.key.layer)
        return [
          "\(LayerAddress(ranked.probe.key.representation, ranked.probe.key.layer))",
          ranked.probe.key.pooling.rawValue, decimals(score.accuracy, 4), decimals(score.low, 4),
          decimals(score.high, 4), "\(score.n)",
          control.map { decimals($0.words.accuracy, 4) } ?? "",
          control.map { decimals($0.shuffled.accuracy, 4) } ?? "",
          control?.untrained.map { decimals($0.accuracy, 4) } ?? "",
          "\(ranked.kept(eta: state.eta))",
          significant(ranked.probe.fitted.c),
        ]
      })
  }

  static func needs(_ state: ExplorerState) -> [EngineRequest] {
    state.hasOtherThreshold && state.exitTrials == nil ? [.exits] : []
  }

  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    switch action {
    case .open: state.show(.layer)
    case .togglePoolings: state.look.views.layers.showsPoolings.toggle()
    case .toggleScores: toggleScores(&state)
    default: return nil
    }
    return []
  }

  /// Hides the scores; or reveals them, and says what the cursor's guess was worth.
  private static func toggleScores(_ state: inout ExplorerState) {
    state.look.views.layers.isHidden.toggle()
    guard !state.look.views.layers.isHidden, let guess = state.ranked else { return }
    let best = state.index.bestLayer(state.representation, state.pooling)
    let name = LayerAddress(state.representation, state.layer)
    let found = percent(guess.probe.validation.accuracy) + plusMinus(guess.probe.validation)
    let other = state.index.probe(state.representation, best, state.pooling).map {
      "; best is \(LayerAddress(state.representation, best)) with "
        + percent($0.probe.validation.accuracy) + plusMinus($0.probe.validation)
    }
    state.notice =
      "you guessed \(name): \(found)" + (best == state.layer ? ", the best" : other ?? "")
  }
}
