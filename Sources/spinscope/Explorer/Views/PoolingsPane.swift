import Probing
import Terminal

/// The probes' accuracy for every pooling side by side, on one scale; the one that is shown in bold.
struct PoolingsPane {
  let state: ExplorerState
  /// The scale of the bars.
  let range: ClosedRange<Double>
  /// Whether it stands in place of the one pooling.
  var isFocused = false

  private var theme: Theme { state.theme }
  private var poolings: [Pooling] { state.run.info.settings.poolings }

  /// Columns of the layers' names.
  private static let names = 6

  /// Draws the layers that are in sight, in the rows below the heading.
  func draw(into frame: inout ExplorerFrame, _ area: Rect, layers: (_ rows: Int) -> Range<Int>) {
    let n = state.ranked?.probe.validation.n ?? 0
    let inner = frame.canvas.box(
      area, title: "Poolings", number: isFocused ? 1 : nil,
      subtitle: isFocused ? "probes, validation, n = \(grouped(n)), 95 %" : "% of the same texts",
      trailing: isFocused ? state.representation.plural : nil, theme: theme, focused: isFocused
    ).insetBy(dx: 1, dy: 0)
    let rows = inner.splitTop(1).rest
    let layers = layers(rows.height)
    for (row, layer) in layers.enumerated() {
      let line = Rect(x: inner.x, y: rows.y + row, width: inner.width, height: 1)
      frame.canvas.write(
        "\(LayerAddress(state.representation, layer))", x: line.x, y: line.y,
        style: theme[layer == state.layer ? "text.strong" : "text.dim"])
      if isFocused {
        frame.onClick(line, .point(state.place(layer)))
        if layer == state.layer {
          frame.canvas.restyle(Rect(x: line.x, y: line.y, width: 5, height: 1)) {
            $0.reverse = true
          }
        }
      }
    }
    let column = (inner.width - Self.names) / max(1, poolings.count)
    guard column >= 6 else { return }
    for (place, pooling) in poolings.enumerated() {
      let x = inner.x + Self.names + place * column
      draw(
        pooling, into: &frame.canvas,
        Rect(x: x, y: inner.y, width: column - 1, height: inner.height), layers)
    }
  }

  /// A heading, and below it a row a layer: the number, behind a bar where there is room for one.
  private func draw(
    _ pooling: Pooling, into canvas: inout Canvas, _ area: Rect, _ layers: Range<Int>
  ) {
    let isShown = pooling == state.pooling
    let best = state.index.bestLayer(state.representation, pooling)
    let hasInterval = area.width >= 28
    let numbers = area.width >= 16 ? (hasInterval ? 16 : 7) : area.width
    let bars = area.width - numbers
    canvas.write(
      padded(
        pooling.rawValue, to: bars > 0 ? area.width : min(8, area.width),
        alignment: bars > 0 ? .left : .right), x: area.x, y: area.y,
      style: theme[isShown ? "text.strong" : "axis.label"])
    for (row, layer) in layers.enumerated() {
      let y = area.y + 1 + row
      guard let score = state.index.probe(state.representation, layer, pooling)?.probe.validation
      else {
        canvas.write("–", x: area.x + min(7, area.width - 1), y: y, style: theme["text.dim"])
        continue
      }
      canvas.accuracyBar(
        value: score.accuracy, low: score.low, high: score.high, range: range,
        in: Rect(x: area.x, y: y, width: bars, height: 1), best: layer == best, theme: theme)
      let text = percent(score.accuracy) + (hasInterval ? plusMinus(score) : "")
      let role = layer == best ? "chart.best" : isShown ? "text.strong" : "text"
      canvas.write(
        bars > 0
          ? " \(text)" : padded(text, to: min(8, area.width), alignment: .right),
        x: area.x + bars, y: y, style: theme[role], maxWidth: area.width - bars)
    }
  }
}
