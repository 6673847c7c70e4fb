import Probing
import Terminal

/// This run held against another on the same texts: scores and tests, layer by layer, and the texts
/// on which the two heads differ.
struct ComparisonView {
  let state: ExplorerState
  let compared: RunsCompared

  private var theme: Theme { state.theme }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    guard area.height >= 12 else {
      return drawScores(&frame.canvas, area)
    }
    let (top, below) = area.splitTop(min(lines.count + 2, area.height * 3 / 5))
    // The sentences need their room; the chart can be small.
    let (left, right) = top.splitLeft(max(area.width / 2, min(54, area.width - 26)))
    drawScores(&frame.canvas, left)
    LayersCompared(state: state, compared: compared).draw(into: &frame.canvas, right)
    drawFlips(into: &frame, below)
  }

  // MARK: Scores and tests

  private func drawScores(_ canvas: inout Canvas, _ area: Rect) {
    let inner = canvas.box(
      area, title: "Against \(shown(compared.name))", number: Tab.run.number,
      subtitle: "test texts of both, n = \(grouped(compared.test.n))", trailing: "c goes back",
      theme: theme, focused: true
    ).insetBy(dx: 1, dy: 0)
    let names = 12
    for (row, line) in lines.prefix(inner.height).enumerated() {
      canvas.write(
        clipped(line.name, to: names), x: inner.x, y: inner.y + row, style: theme["text.dim"])
      canvas.write(
        clipped(line.value, to: inner.width - names), x: inner.x + names, y: inner.y + row,
        style: theme[line.role])
    }
  }

  private typealias Line = (name: String, value: String, role: String)

  private var lines: [Line] {
    let test = compared.test
    let mcNemar = test.accuracy.mcNemar
    let difference = test.accuracy.accuracyDifference
    let verdict = test.accuracy.verdict
    return [
      (
        "accuracy",
        "\(percent(test.first.accuracy))\(plusMinus(test.first)) here, "
          + "\(percent(test.second.accuracy))\(plusMinus(test.second)) there", "text"
      ),
      ("difference", "\(points(difference)) points", "text.strong"),
      (
        "verdict", "\(verdict.words(texts: test.n))",
        verdict == .better ? "good" : verdict == .worse ? "warn" : "text"
      ),
      (
        "McNemar",
        "\(grouped(mcNemar.onlyFirst)) right here alone, "
          + "\(grouped(mcNemar.onlySecond)) there, p \(significant(mcNemar.midP))", "text"
      ),
      ("neurons", neurons, "text"),
    ] + metrics + rest
  }

  private var neurons: String {
    guard let neurons = compared.test.neurons else { return "of another model" }
    return "\(grouped(neurons.shared.count)) shared of \(grouped(neurons.first)) and "
      + "\(grouped(neurons.second)), overlap \(percent(neurons.overlap)) %"
  }

  private var metrics: [Line] {
    compared.test.differences.map { difference in
      let estimate = difference.estimate
      return (
        name(of: difference.metric),
        "\(signed(estimate.value, 3)) [\(signed(estimate.low, 3)), \(signed(estimate.high, 3))]",
        "text"
      )
    }
  }

  private func name(of metric: Metric) -> String {
    switch metric {
    case .macroF1: "macro-F1"
    case .logLoss: "log loss"
    case .brier: "Brier"
    case .calibrationError: "calibration"
    default: metric.rawValue
    }
  }

  private var rest: [Line] {
    let test = compared.test
    return [
      ("answers", "\(grouped(test.flips.count)) of \(grouped(test.n)) texts flip", "text")
    ]
      + (test.unmatched > 0
        ? [("unmatched", "\(grouped(test.unmatched)) texts stand in one run alone", "warn")] : [])
  }

  // MARK: Flips

  private func drawFlips(into frame: inout ExplorerFrame, _ area: Rect) {
    let flips = compared.flips
    let cursor = min(state.look.views.run.flip, max(0, flips.count - 1))
    let inner = frame.canvas.box(
      area, title: "Texts that flip", subtitle: "validation: label, here, there",
      trailing: flips.isEmpty ? "0" : "\(cursor + 1)/\(grouped(flips.count))", theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard !inner.isEmpty else { return }
    guard !flips.isEmpty else {
      frame.canvas.write(
        clipped(
          compared.validation == nil
            ? "no text is of the validation split in both"
            : "both heads say the same of every validation text", to: inner.width),
        x: inner.x, y: inner.y, style: theme["text.dim"])
      return
    }
    let first = min(max(0, cursor - inner.height / 2), max(0, flips.count - inner.height))
    for (line, flip) in flips.dropFirst(first).prefix(inner.height).enumerated() {
      let row = Rect(x: inner.x, y: inner.y + line, width: inner.width, height: 1)
      draw(flip, into: &frame.canvas, row)
      if first + line == cursor { frame.canvas.select(row, theme) }
      frame.onClick(row, .openText(flip.place))
    }
  }

  private func draw(_ flip: RunComparison.Flip, into canvas: inout Canvas, _ row: Rect) {
    let (right, wrong) = theme.glyphs == .ascii ? ("*", "x") : ("✓", "✗")
    let label = min(
      12, max(5, state.run.info.data.classes.map { width(shown($0)) }.max() ?? 5))
    func name(_ place: Int) -> String {
      padded(clipped(state.index.label(place), to: label), to: label)
    }
    func answer(_ place: Int) -> String { "\(place == flip.label ? right : wrong) \(name(place))" }
    let role =
      flip.first == flip.label ? "good" : flip.second == flip.label ? "warn" : "text.dim"
    let x = canvas.write(
      clipped("\(name(flip.label)) \(answer(flip.first)) \(answer(flip.second)) ", to: row.width),
      x: row.x, y: row.y, style: theme[role])
    canvas.write(
      clipped(shown(flip.text), to: row.width - x), x: row.x + x, y: row.y, style: theme["text"])
  }

  // MARK: In words

  var meaning: String {
    "Both heads on the texts that are test texts of both runs. McNemar counts the texts that one alone "
      + "gets right; if neither were better they would fall like coins, p says how rarely as unevenly as "
      + "this. Intervals draw the same texts for both. Texts that flip are listed of validation, so that "
      + "the test texts stay unread; the query flipped lists them with others."
  }

  var summary: String {
    "Held against \(shown(compared.name)): "
      + lines.map { "\($0.name) \($0.value)" }.joined(separator: ". ") + "."
  }

  var table: DataTable {
    let classes = state.run.info.data.classes
    return DataTable(
      name: "flips", columns: ["id", "label", "here", "there", "text"],
      rows: compared.flips.map {
        [
          "\(state.run.texts[$0.place].id)", classes[$0.label], classes[$0.first],
          classes[$0.second], $0.text,
        ]
      })
  }
}

/// The layers' probes of two runs in one chart: bars are this run, ◆ the other.
struct LayersCompared {
  let state: ExplorerState
  let compared: RunsCompared

  private var theme: Theme { state.theme }
  private var layers: [RunComparison.Layer] { compared.test.layers }

  func draw(into canvas: inout Canvas, _ area: Rect) {
    let inner = canvas.box(
      area, title: "Layers",
      subtitle: area.width < 30
        ? "probes, %"
        : area.width < 50 ? "bar here, ◆ there" : "probes on validation, bar here, ◆ there",
      theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 2, !layers.isEmpty else { return }
    let (axis, rows) = inner.splitTop(1)
    // Bars that are too short to tell apart give way to the numbers.
    let room = max(0, rows.width - 4 - 14)
    let bars = Rect(x: rows.x + 4, y: rows.y, width: room < 8 ? 0 : room, height: rows.height)
    if bars.width > 0 {
      canvas.accuracyAxis(
        range, in: Rect(x: bars.x, y: axis.y, width: bars.width, height: 1), theme: theme)
    } else {
      canvas.write(
        padded("here", to: 7, alignment: .right) + padded("there", to: 6, alignment: .right),
        x: bars.maxX, y: axis.y, style: theme["axis.label"], maxWidth: rows.maxX - bars.maxX)
    }
    for (row, layer) in visible(rows.height).enumerated() {
      draw(layer, into: &canvas, y: rows.y + row, rows, bars)
    }
  }

  private func draw(
    _ layer: RunComparison.Layer, into canvas: inout Canvas, y: Int, _ rows: Rect, _ bars: Rect
  ) {
    let isHere = layer.layer == state.address.layerAddress
    canvas.write(
      "\(layer.layer)", x: rows.x, y: y, style: theme[isHere ? "text.strong" : "text"])
    canvas.accuracyBar(
      value: layer.first.accuracy, low: layer.first.low, high: layer.first.high, range: range,
      in: Rect(x: bars.x, y: y, width: bars.width, height: 1), theme: theme)
    canvas.tick(
      "◆", at: layer.second.accuracy, in: range,
      row: Rect(
        x: bars.x, y: y, width: bars.width, height: 1), style: theme["chart.control"])
    canvas.write(
      padded(percent(layer.first.accuracy), to: 7, alignment: .right)
        + padded(percent(layer.second.accuracy), to: 6, alignment: .right),
      x: bars.maxX, y: y, style: theme["text"], maxWidth: rows.maxX - bars.maxX)
  }

  /// Those that fit, around the cursor's layer.
  private func visible(_ rows: Int) -> ArraySlice<RunComparison.Layer> {
    let here = layers.firstIndex { $0.layer == state.address.layerAddress } ?? 0
    let start = min(max(0, here - rows / 2), max(0, layers.count - rows))
    return layers[start..<min(layers.count, start + rows)]
  }

  private var range: ClosedRange<Double> {
    let least = layers.map { min($0.first.low, $0.second.accuracy) }.min() ?? 0.5
    return min(0.9, max(0, (least * 10).rounded(.down) / 10))...1
  }
}
