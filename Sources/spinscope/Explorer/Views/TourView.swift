import Probing
import Terminal

/// The guided tour: its text at the foot of the screen, and light on the pane that it speaks of.
struct TourView {
  let state: ExplorerState
  let step: TourStep

  private var theme: Theme { state.theme }
  private var tour: TourState { state.tour }
  private var facts: TourFacts { TourFacts(state) }

  /// Whether there is room for a frame around the text.
  private func hasFrame(_ size: Size) -> Bool { size.rows >= 20 }

  // MARK: Text

  /// Columns of text: what the eye follows easily, less for a class that reads from afar.
  private func columns(_ size: Size) -> Int {
    max(1, min(size.columns - (hasFrame(size) ? 4 : 2), tour.isPresenting ? 72 : 110))
  }

  /// Rows that the text may take, its frame included.
  private func limit(_ size: Size) -> Int {
    hasFrame(size) ? size.rows * (tour.isPresenting ? 6 : 4) / 10 : size.rows / 2
  }

  /// The rows that it takes.
  func height(_ size: Size) -> Int { lines(size).count + 1 + edges(size) }

  private func edges(_ size: Size) -> Int { hasFrame(size) ? (tour.isPresenting ? 5 : 2) : 1 }

  /// The text in lines; where there is little room without its details, then without its last
  /// sentences.
  private func lines(_ size: Size) -> [String] {
    var sentences = facts.sentences(step, isDone: tour.isDone)
    let room = max(1, limit(size) - 1 - edges(size))
    while true {
      let lines = flowed(sentences.map(\.text), to: columns(size))
      guard lines.count > room, sentences.count > 1 else { return Array(lines.prefix(room)) }
      let detail = sentences.lastIndex { $0.isDetail }
      sentences.remove(at: detail ?? sentences.count - 1)
    }
  }

  /// One paragraph; for a class a line of its own for each sentence, and air between them.
  private func flowed(_ sentences: [String], to columns: Int) -> [String] {
    guard tour.isPresenting else { return wrapped(sentences.joined(separator: " "), to: columns) }
    return Array(sentences.map { wrapped($0, to: columns) }.joined(separator: [""]))
  }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    frame.canvas.fill(area, style: theme["text"])
    frame.onClick(area, .tour(.next))
    let size = frame.canvas.size
    let inner = drawFrame(&frame.canvas, area, size)
    let lines = lines(size)
    // Words come one after the other, from the first.
    var left = Int((Double(lines.reduce(0) { $0 + $1.count }) * tour.shown).rounded())
    for (row, line) in lines.enumerated() where row < inner.height - 1 {
      frame.canvas.write(
        String(line.prefix(left)), x: inner.x, y: inner.y + row, style: textStyle)
      left -= min(left, line.count)
    }
    drawKey(&frame.canvas, Rect(x: inner.x, y: inner.maxY - 1, width: inner.width, height: 1))
  }

  private var textStyle: Style {
    var style = theme["text"]
    style.bold = tour.isPresenting
    return style
  }

  private var title: String { "Tour \(tour.position): \(step.title)" }

  private func drawFrame(_ canvas: inout Canvas, _ area: Rect, _ size: Size) -> Rect {
    let columns = columns(size)
    guard hasFrame(size) else {
      canvas.write(
        padded(title, to: area.width), x: area.x, y: area.y, style: theme["tour.spot"],
        maxWidth: area.width)
      return area.splitTop(1).rest.insetBy(dx: 1, dy: 0)
    }
    let width = min(area.width, columns + 4)
    let box = Rect(
      x: area.x + (area.width - width) / 2, y: area.y, width: width, height: area.height)
    let inner = canvas.box(
      box, title: title, trailing: "Space on · b back · T leave", theme: theme, focused: true)
    return inner.insetBy(dx: 1, dy: tour.isPresenting ? 1 : 0)
  }

  // MARK: The key

  /// The screen that the step is on now.
  private var tab: Tab {
    if tour.isDone, case .tab(let tab) = step.awaits.goal { return tab }
    return step.scene.tab
  }

  private func drawKey(_ canvas: inout Canvas, _ row: Rect) {
    let arrow = theme.glyphs == .ascii ? "> " : "▸ "
    var x = row.x + canvas.write(arrow, x: row.x, y: row.y, style: theme["tour.spot"])
    for (text, isKey) in instruction {
      guard x < row.maxX else { return }
      x += canvas.write(
        clipped(text, to: row.maxX - x), x: x, y: row.y, style: theme[isKey ? "tour.spot" : "text"])
    }
  }

  /// What to press, its keys apart from the words.
  private var instruction: [(text: String, isKey: Bool)] {
    if let notice = state.notice { return [(notice, false)] }
    if state.isTyping { return [("type, then ", false), ("⏎", true)] }
    guard state.place.tab == tab else {
      return [
        ("\(tab.number)", true), (" comes back to \(tab.title), ", false), ("Space", true),
        (" goes on", false),
      ]
    }
    guard !tour.isDone, let entry = state.tourEntry, let key = entry.keys.first else {
      let isLast = tour.step + 1 == TourState.steps.count
      return [("Space", true), (isLast ? " ends the tour" : " goes on", false)]
    }
    let times = step.awaits.times > 1 ? " ×\(step.awaits.times)" : ""
    let purpose = facts.filled(step.awaits.purpose) ?? ""
    // With a class, Space presses it.
    let press = tour.isPresenting ? "Space, or \(key.label)" : key.label
    return [("press ", false), (press, true), ("\(times) \(purpose)", false)]
  }

  // MARK: Light

  /// The pane that it speaks of; nil where it is not on the screen.
  private func spot(_ canvas: Canvas) -> Rect? {
    guard state.place.tab == tab, state.help != .whole else { return nil }
    let names = tour.isDone && !step.panesAfter.isEmpty ? step.panesAfter : step.panes
    for name in names {
      if let pane = canvas.panes.last(where: { $0.title.hasPrefix(name) }) { return pane.rect }
    }
    return nil
  }

  /// Dims all but the pane, and marks its frame; for a class there is nothing else.
  ///
  /// Called when all but the tour's own text is drawn.
  func light(_ canvas: inout Canvas) {
    guard let spot = spot(canvas) else { return }
    let all = canvas.rect
    let (above, rest) = all.splitTop(spot.y)
    let (middle, below) = rest.splitTop(spot.height)
    let (left, right) = middle.splitLeft(spot.x)
    for part in [above, below, left, right.splitLeft(spot.width).rest] {
      if tour.isPresenting {
        canvas.fill(part, style: theme["text"])
      } else {
        dim(&canvas, part)
      }
    }
    canvas.mark(spot, theme: theme)
  }

  private func dim(_ canvas: inout Canvas, _ part: Rect) {
    let dimmed = theme["tour.dim"]
    canvas.restyle(part) { style in
      style = Style(
        foreground: dimmed.foreground, background: theme["text"].background, dim: dimmed.dim)
    }
  }
}
