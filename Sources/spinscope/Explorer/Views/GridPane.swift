import Probing
import Terminal

/// What was tried: a row a selection, columns as the axes are, the chosen cell in brackets.
struct GridPane {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var axes: GridAxes { state.look.views.run.axes ?? .poolings }

  func draw(into canvas: inout Canvas, _ area: Rect) {
    let table = GridTable(state.run, axes)
    let isEta = table.rows.contains { $0.selection.eta != nil }
    let inner = canvas.box(
      area, title: "What was tried",
      subtitle: "\(isEta ? "η" : "top") × \(table.title); validation %",
      trailing: "\(grouped(state.run.info.chosen.tried)) tried", theme: theme
    ).insetBy(dx: 1, dy: 0)
    let lines = table.headings.map(\.count).max() ?? 0
    guard inner.height > lines, !table.headings.isEmpty else { return }
    // Whole percents and η without its name where tenths do not fit.
    let isNarrow = (inner.width - 9) / table.headings.count < 5
    let name = isNarrow ? 5 : 9
    let cell = min(12, max(isNarrow ? 4 : 5, (inner.width - name) / table.headings.count))
    let fitting = min(table.headings.count, max(1, (inner.width - name) / cell))
    for (place, heading) in table.headings.prefix(fitting).enumerated() {
      for (line, text) in heading.enumerated() {
        canvas.write(
          padded(clipped(text, to: cell - 1), to: cell - 1, alignment: .right),
          x: inner.x + name + place * cell, y: inner.y + line, style: theme["axis.label"])
      }
    }
    let all = table.rows.flatMap(\.cells).compactMap { $0?.accuracy }
    let (low, high) = (all.min() ?? 0, all.max() ?? 1)
    for (line, row) in visible(table.rows, inner.height - lines).enumerated() {
      let y = inner.y + lines + line
      canvas.write(
        isNarrow ? row.selection.value : "\(row.selection)", x: inner.x, y: y,
        style: theme["axis.label"], maxWidth: name)
      for (place, value) in row.cells.prefix(fitting).enumerated() {
        let rect = Rect(x: inner.x + name + place * cell, y: y, width: cell - 1, height: 1)
        if let value {
          let share = (value.accuracy - low) / max(high - low, 1e-9)
          draw(value, into: &canvas, rect, isNarrow: isNarrow, share: share)
        } else {
          canvas.write("–", x: rect.maxX - 1, y: y, style: theme["text.dim"])
        }
      }
    }
  }

  /// As many rows as fit, the chosen one among them.
  private func visible(
    _ rows: [(selection: NeuronSelection, cells: [GridTable.Cell?])], _ count: Int
  ) -> ArraySlice<(selection: NeuronSelection, cells: [GridTable.Cell?])> {
    let chosen = rows.firstIndex { $0.selection == state.run.info.chosen.selection } ?? 0
    let first = min(max(0, chosen - count + 1), max(0, rows.count - count))
    return rows[first..<min(rows.count, first + count)]
  }

  /// Brackets mark the chosen cell; the colour says how good it is among all.
  private func draw(
    _ value: GridTable.Cell, into canvas: inout Canvas, _ rect: Rect, isNarrow: Bool, share: Double
  ) {
    let number = isNarrow ? decimals(value.accuracy * 100, 0) : percent(value.accuracy)
    var style = theme["text"]
    if theme.depth != .mono {
      // The ramp's dark end cannot be read on a dark ground.
      style.foreground = theme.ramp("accuracy").color(0.35 + 0.65 * share, depth: theme.depth)
    }
    style.bold = value.isChosen
    let x = rect.maxX - width(number)
    canvas.write(number, x: x, y: rect.y, style: style)
    guard value.isChosen else { return }
    canvas.write("[", x: x - 1, y: rect.y, style: style)
    canvas.write("]", x: rect.maxX, y: rect.y, style: style)
  }
}
