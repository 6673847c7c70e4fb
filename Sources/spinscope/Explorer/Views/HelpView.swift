import Terminal

/// What the screen means in two lines, and every key.
struct HelpView {
  let state: ExplorerState
  let theme: Theme

  func draw(into canvas: inout Canvas, _ area: Rect) {
    canvas.fill(area, style: theme["text"])
    let inner = canvas.box(
      area, title: "Help", subtitle: state.tab.title, trailing: "Esc closes", theme: theme,
      focused: true
    ).insetBy(dx: 1, dy: 0)
    var y = inner.y
    for line in wrapped(meaning, to: inner.width) where y < inner.maxY {
      canvas.write(line, x: inner.x, y: y, style: theme["text"])
      y += 1
    }
    y += 1
    let columns = max(1, inner.width / 37)
    let rows = ExplorerCommand.all
    let perColumn = max(1, (rows.count + columns - 1) / columns)
    for (place, row) in rows.enumerated() {
      let (column, line) = place.quotientAndRemainder(dividingBy: perColumn)
      let (x, rowY) = (inner.x + column * 37, y + line)
      guard rowY < inner.maxY else { continue }
      canvas.write(padded(row.label, to: 6), x: x, y: rowY, style: theme["hint.key"])
      canvas.write(clipped(row.help, to: 30), x: x + 7, y: rowY, style: theme["text"])
    }
  }

  private var meaning: String {
    switch state.tab {
    case .layers:
      "Each bar is the share of validation texts that a linear probe on that layer alone gets right, "
        + "with its 95 % interval. η decides how many neurons of each layer are kept: the fewest whose "
        + "squared weights reach η of the layer's total."
    case .map:
      "Each cell is the weight of largest magnitude among its neurons, with its sign: who speaks for "
        + "which class, in which layer. Empty cells have weight 0: L1 dropped those neurons."
    case .layer:
      "The curve adds up squared weights from the strongest neuron down; where it reaches η, neurons "
        + "stop being kept. Weight is per standard deviation of the neuron, raw w per unit of it."
    case .sentence:
      "The waterfall starts at an average training text and adds what each layer's neurons add: weight "
        + "times the distance from the neuron's mean. It sums to the logit; the remainder is rounding."
    }
  }

  private func wrapped(_ text: String, to columns: Int) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      let longer =
        lines[lines.count - 1].isEmpty ? String(word) : "\(lines[lines.count - 1]) \(word)"
      if width(longer) <= columns {
        lines[lines.count - 1] = longer
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
