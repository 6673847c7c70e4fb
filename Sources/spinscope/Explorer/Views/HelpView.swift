import Terminal

/// What is under the cursor, and every key of this screen.
struct HelpView {
  let state: ExplorerState
  let meaning: String

  private var theme: Theme { state.theme }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    frame.canvas.fill(area, style: theme["text"])
    frame.onClick(area, .escape)
    let inner = frame.canvas.box(
      area, title: "Help", subtitle: state.place.tab.title, trailing: "Esc closes", theme: theme,
      focused: true
    ).insetBy(dx: 1, dy: 0)
    var y = inner.y
    for line in wrapped(meaning, to: inner.width) where y < inner.maxY {
      frame.canvas.write(line, x: inner.x, y: y, style: theme["text"])
      y += 1
    }
    drawKeys(&frame.canvas, Rect(x: inner.x, y: y, width: inner.width, height: inner.maxY - y))
  }

  private func drawKeys(_ canvas: inout Canvas, _ area: Rect) {
    let area = area.height > 8 ? area.splitTop(1).rest : area
    let rows = ActionTable.rows.filter { $0.screens.contains(state.place.tab) }
    let columns = max(1, area.width / 44)
    let perColumn = max(1, (rows.count + columns - 1) / columns)
    for (place, row) in rows.enumerated() {
      let (column, line) = place.quotientAndRemainder(dividingBy: perColumn)
      let (x, y) = (area.x + column * (area.width / columns), area.y + line)
      guard y < area.maxY else { continue }
      canvas.write(padded(row.label, to: 9), x: x, y: y, style: theme["hint.key"])
      canvas.write(
        clipped(row.help, to: area.width / columns - 11), x: x + 10, y: y, style: theme["text"])
    }
  }
}

/// Breaks a text between words into lines of at most so many columns.
func wrapped(_ text: String, to columns: Int) -> [String] {
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
