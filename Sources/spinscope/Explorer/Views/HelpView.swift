import Terminal

/// What is under the cursor, and every key of this screen; the arrows scroll it where it is longer
/// than the screen.
struct HelpView {
  let state: ExplorerState
  let meaning: String

  private var theme: Theme { state.theme }

  /// What a key and its few words need.
  private static let column = 37

  private static func rows(of state: ExplorerState) -> [ActionRow] {
    state.keymap.rows.filter { $0.screens.contains(state.place.tab) }
  }

  /// The line that the help can be scrolled to at most, in one column.
  static func lastLine(of state: ExplorerState) -> Int { rows(of: state).count }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    frame.canvas.fill(area, style: theme["text"])
    frame.onClick(area, .escape)
    let height = max(0, area.height - 2)
    let most = max(1, (area.width - 4) / Self.column)
    let layouts = (1...most).map { layout(columns: $0, width: area.width - 4) }
    // As few columns as fit; where none do, as many as there is room for, and the arrows scroll.
    let lines = layouts.first { $0.count <= height } ?? layouts[most - 1]
    let top = min(state.helpTop, max(0, lines.count - height))
    let inner = frame.canvas.box(
      area, title: "Help", subtitle: state.place.tab.title,
      trailing: lines.count > height
        ? "\(top + 1)–\(top + height) of \(lines.count) \(ActionTable.rows[0].label)"
        : "Esc closes",
      theme: theme, focused: true
    ).insetBy(dx: 1, dy: 0)
    for (row, line) in lines.dropFirst(top).prefix(inner.height).enumerated() {
      draw(
        line, into: &frame.canvas, Rect(x: inner.x, y: inner.y + row, width: inner.width, height: 1)
      )
    }
  }

  private enum Line {
    case text(String)
    case keys([ActionRow], columns: Int)
  }

  /// The meaning, a gap, and the keys from the top down in columns.
  private func layout(columns: Int, width: Int) -> [Line] {
    let rows = Self.rows(of: state)
    let height = max(1, (rows.count + columns - 1) / columns)
    let keys = (0..<height).map { line in
      Line.keys(stride(from: line, to: rows.count, by: height).map { rows[$0] }, columns: columns)
    }
    return wrapped(meaning, to: width).map(Line.text) + [.text("")] + keys
  }

  private func draw(_ line: Line, into canvas: inout Canvas, _ row: Rect) {
    switch line {
    case .text(let text):
      canvas.write(clipped(text, to: row.width), x: row.x, y: row.y, style: theme["text"])
    case .keys(let rows, let columns):
      let step = row.width / columns
      for (column, action) in rows.enumerated() {
        let x = row.x + column * step
        canvas.write(
          clipped(action.label, to: 9), x: x, y: row.y, style: theme["hint.key"])
        canvas.write(
          clipped(action.help, to: min(step - 11, row.maxX - x - 10)), x: x + 10, y: row.y,
          style: theme["text"])
      }
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
