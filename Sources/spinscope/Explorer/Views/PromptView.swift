import Terminal

/// The open prompt: its line at the foot of the screen, and above it what can be chosen.
struct PromptView {
  let state: ExplorerState
  let prompt: Prompt

  private var theme: Theme { state.theme }

  func draw(into frame: inout ExplorerFrame, above footer: Rect) {
    let choices = prompt.kind == .filter ? [] : state.choices
    let height = min(choices.count, max(1, min(10, footer.y - 4)))
    let area = Rect(
      x: footer.x, y: footer.y - height - 3, width: footer.width, height: height + 3)
    frame.canvas.fill(area, style: theme["text"])
    let inner = frame.canvas.box(
      area, title: title, subtitle: hint, trailing: trailing(choices.count), theme: theme,
      focused: true
    ).insetBy(dx: 1, dy: 0)
    let (line, list) = inner.splitBottom(1)
    drawChoices(&frame, choices, list)
    drawLine(&frame, line)
  }

  private var title: String {
    switch prompt.kind {
    case .command: "Command"
    case .filter: "Filter"
    case .eta: "η"
    case .theme: "Theme"
    case .export: "Write"
    }
  }

  private var hint: String {
    switch prompt.kind {
    case .command: "A4.12, map/mean, eta 0.4, or any action's name"
    case .filter: "w>0.1 |w|>0.2 share>1 stable>=80 rank<=50 kept for:class 12"
    case .eta: "0.01 to 1"
    case .theme: "↑↓ show, ⏎ keeps, Esc goes back"
    case .export: "into the folder that spinscope was started in"
    }
  }

  private func trailing(_ count: Int) -> String? {
    switch prompt.kind {
    case .filter:
      return state.place.tab.view.filtered(state).map {
        "\(grouped($0.kept)) of \(grouped($0.all))"
      }
    case .eta: return nil
    case .command, .theme, .export:
      return count == 0 ? "nothing" : "\(prompt.selected + 1)/\(count)"
    }
  }

  private func drawChoices(_ frame: inout ExplorerFrame, _ choices: [Choice], _ list: Rect) {
    let first = min(
      max(0, prompt.selected - list.height / 2), max(0, choices.count - list.height))
    for (row, choice) in choices.dropFirst(first).prefix(list.height).enumerated() {
      let rect = Rect(x: list.x, y: list.y + row, width: list.width, height: 1)
      let detail = clipped(choice.detail, to: rect.width / 2)
      frame.canvas.write(
        clipped(choice.title, to: rect.width - width(detail) - 1), x: rect.x, y: rect.y,
        style: theme["text"])
      frame.canvas.write(
        detail, x: rect.maxX - width(detail), y: rect.y, style: theme["hint.key"])
      if first + row == prompt.selected { frame.canvas.restyle(rect) { $0.reverse = true } }
    }
  }

  private func drawLine(_ frame: inout ExplorerFrame, _ line: Rect) {
    let x =
      line.x + frame.canvas.write(prompt.label, x: line.x, y: line.y, style: theme["hint.key"])
    let before = width(shown(String(prompt.field.text.prefix(prompt.field.caret))))
    let room = max(1, line.maxX - x - 1)
    let shift = max(0, before - room)
    let text = String(shown(prompt.field.text).dropFirst(shift))
    frame.canvas.write(clipped(text, to: room), x: x, y: line.y, style: theme["input"])
    frame.cursor = (min(line.maxX - 1, x + before - shift), line.y)
  }
}
