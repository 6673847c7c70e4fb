import Probing
import Terminal

/// How a neuron's values lie in each class.
struct NeuronHistogram {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  /// The classes one below the other, each bar a share of the class's texts.
  func draw(into canvas: inout Canvas, _ area: Rect) {
    let classes = state.run.info.data.classes.count
    let inner = canvas.box(
      area, title: "Values by class", subtitle: "validation", theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard let evidence = NeuronView.evidence(state), inner.height >= 3, inner.width >= 16 else {
      return
    }
    let texts = NeuronTexts(evidence.values, among: state.run.places(of: .validation))
    let (axis, plot) = inner.splitBottom(1)
    let names = min(10, inner.width / 3)
    let bins = inner.width - names - 1
    let labels = state.run.labels
    let counts = texts.histogram(bins: bins, labels: labels, classes: classes)
    let shares = counts.map { row in
      row.map { Double($0) / Double(max(1, row.reduce(0, +))) }
    }
    let top = shares.joined().max() ?? 0
    let height = max(1, plot.height / classes)
    for k in 0..<min(classes, plot.height / height) {
      let y = plot.y + k * height
      canvas.write(
        clipped(state.index.label(k), to: names), x: plot.x, y: y + height - 1,
        style: theme["axis.label"])
      drawBars(
        &canvas, Rect(x: plot.x + names + 1, y: y, width: bins, height: height), shares[k],
        top: top, style: theme[k == evidence.profile.contrastedClass ? "bar.best" : "bar"])
    }
    guard let low = texts.order.last, let high = texts.order.first else { return }
    let right = signed(Double(evidence.values[high]))
    let x = axis.x + names + 1
    canvas.write(signed(Double(evidence.values[low])), x: x, y: axis.y, style: theme["axis.label"])
    canvas.write(right, x: axis.maxX - width(right), y: axis.y, style: theme["axis.label"])
  }

  private func drawBars(
    _ canvas: inout Canvas, _ area: Rect, _ values: [Double], top: Double, style: Style
  ) {
    for row in 0..<area.height {
      let floor = Double(area.height - 1 - row) / Double(area.height) * top
      let line = sparkline(
        values.map { $0 > floor ? $0 - floor : .nan }, width: area.width,
        range: 0...max(top / Double(area.height), 1e-12), glyphs: theme.glyphs)
      canvas.write(line, x: area.x, y: area.y + row, style: style)
    }
  }
}
