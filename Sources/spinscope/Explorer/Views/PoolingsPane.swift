import Probing
import Terminal

/// The probes' accuracy for every pooling, the one that is shown in bold.
struct PoolingsPane {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  /// Draws the layers that are in sight.
  func draw(into canvas: inout Canvas, _ area: Rect, layers: Range<Int>) {
    let inner = canvas.box(
      area, title: "Poolings", subtitle: "% of the same texts", theme: theme
    ).insetBy(dx: 1, dy: 0)
    for (row, layer) in layers.enumerated() {
      canvas.write(
        "\(LayerAddress(state.representation, layer))", x: inner.x, y: inner.y + 1 + row,
        style: theme["text.dim"])
    }
    for (column, pooling) in state.run.info.settings.poolings.enumerated() {
      draw(pooling, into: &canvas, x: inner.x + 6 + column * 9, y: inner.y, layers)
    }
  }

  private func draw(
    _ pooling: Pooling, into canvas: inout Canvas, x: Int, y: Int, _ layers: Range<Int>
  ) {
    let isShown = pooling == state.pooling
    canvas.write(
      padded(pooling.rawValue, to: 8, alignment: .right), x: x, y: y,
      style: theme[isShown ? "text.strong" : "axis.label"])
    for (row, layer) in layers.enumerated() {
      let probe = state.index.probe(state.representation, layer, pooling)?.probe
      canvas.write(
        padded(probe.map { percent($0.validation.accuracy) } ?? "–", to: 8, alignment: .right),
        x: x, y: y + 1 + row, style: theme[isShown ? "text.strong" : "text"])
    }
  }
}
