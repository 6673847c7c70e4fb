import Terminal

/// What is under the cursor, in two lines at the foot of the screen, where they follow the cursor.
struct BriefView {
  let state: ExplorerState
  let brief: String

  private var theme: Theme { state.theme }

  /// The rows that it takes: where there are few, it goes without a frame.
  func height(_ size: Size) -> Int {
    let isFramed = Self.isFramed(size)
    let lines = wrapped(brief, to: size.columns - (isFramed ? 4 : 2)).count
    return min(lines + (isFramed ? 2 : 0), max(1, size.rows / 2))
  }

  private static func isFramed(_ size: Size) -> Bool { size.rows >= 20 }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    frame.canvas.fill(area, style: theme["text"])
    frame.onClick(area, .toggleHelp)
    let inner =
      Self.isFramed(frame.canvas.size)
      ? frame.canvas.box(
        area, title: "What is this?", trailing: "\(key) more and every key · Esc", theme: theme,
        focused: true) : area
    let text = inner.insetBy(dx: 1, dy: 0)
    for (row, line) in wrapped(brief, to: text.width).prefix(text.height).enumerated() {
      frame.canvas.write(
        clipped(line, to: text.width), x: text.x, y: text.y + row, style: theme["text"])
    }
  }

  private var key: String {
    let entries = state.keymap.rows.flatMap(\.entries)
    return entries.first { $0.id == "help" }?.keys.first?.label ?? "?"
  }
}
