import CNCurses
import Glibc

/// Draws canvases by ncurses, cell by cell where they changed.
@MainActor
struct ScreenOutput {
  private let depth: ColorDepth
  private let colors: Int
  private var last: Canvas?
  private var pairs: [ColorPair: Int32] = [:]
  private var converted: [Color: Color] = [:]

  private struct ColorPair: Hashable {
    var foreground: Int32
    var background: Int32
  }

  init(depth: ColorDepth, colors: Int) {
    self.depth = depth
    self.colors = colors
  }

  /// The terminal's content is no longer what was drawn.
  mutating func forget() {
    last = nil
    // SAFETY: stdscr lives from newterm to the end of the process.
    unsafe clearok(cn_screen(), true)
  }

  /// `frames`: the terminal when it can show a frame at once, so that no half of one is seen.
  mutating func draw(
    _ canvas: Canvas, cursor: (x: Int, y: Int)?, frames: TerminalDescriptors?
  ) {
    let before = last?.size == canvas.size ? last : nil
    let frames = before == canvas ? nil : frames
    for y in 0..<canvas.size.rows { drawRow(y, of: canvas, before: before) }
    frames?.write(ControlText.frameBegin)
    if let cursor, canvas.rect.contains(x: cursor.x, y: cursor.y) {
      curs_set(1)
      move(cursor)
    } else {
      curs_set(0)
    }
    // SAFETY: stdscr lives from newterm to the end of the process.
    unsafe wnoutrefresh(cn_screen())
    // ncurses has written everything when this returns; its own buffer would put the end first.
    doupdate()
    frames?.write(ControlText.frameEnd)
    last = canvas
  }

  private func move(_ cursor: (x: Int, y: Int)) {
    // SAFETY: stdscr lives from newterm to the end of the process.
    unsafe wmove(cn_screen(), Int32(cursor.y), Int32(cursor.x))
  }

  /// Writes each run of changed cells of one style in one call.
  private mutating func drawRow(_ y: Int, of canvas: Canvas, before: Canvas?) {
    var text: [wchar_t] = []
    var start = 0
    var style = Style()
    for x in 0..<canvas.size.columns {
      let cell = canvas[x, y]
      if let before, before[x, y] == cell, cell.width > 0 {
        put(&text, x: start, y: y, style: style)
        continue
      }
      guard cell.width > 0 else { continue }
      if cell.style != style || text.isEmpty {
        put(&text, x: start, y: y, style: style)
        start = x
        style = cell.style
      }
      text += scalars(of: cell)
    }
    put(&text, x: start, y: y, style: style)
  }

  /// The cell's scalars, or a stand-in of the same width where the C library would draw another
  /// one.
  private func scalars(of cell: Cell) -> [wchar_t] {
    let scalars = cell.text.unicodeScalars.map { wchar_t(bitPattern: $0.value) }
    let width = scalars.reduce(0) { $0 + (0x20...0x7E ~= $1 ? 1 : cn_width($1)) }
    if width == Int32(cell.width), scalars.allSatisfy({ $0 < 0x7F || cn_width($0) >= 0 }) {
      return scalars
    }
    return Array(repeating: 0xB7, count: Int(cell.width))
  }

  private mutating func put(_ text: inout [wchar_t], x: Int, y: Int, style: Style) {
    guard !text.isEmpty else { return }
    let (pair, extra) = pair(for: style)
    let attributes = attributes(of: style) | extra
    // SAFETY: ncurses reads as many characters as the array holds, and clips at the window's edge.
    _ = unsafe cn_put(Int32(y), Int32(x), text, Int32(text.count), attributes, pair)
    text.removeAll(keepingCapacity: true)
  }

  private func attributes(of style: Style) -> attr_t {
    var bits: attr_t = 0
    if style.bold { bits |= cn_bold() }
    if style.dim { bits |= cn_dim() }
    if style.underline { bits |= cn_underline() }
    if style.reverse { bits |= cn_reverse() }
    if style.italic { bits |= cn_italic() }
    return bits
  }

  /// The number of the pair of colours, and attributes that make up for colours which are missing.
  private mutating func pair(for style: Style) -> (pair: Int32, attributes: attr_t) {
    guard depth > .mono else { return (0, 0) }
    let foreground = index(style.foreground)
    let background = index(style.background)
    // Eight colours: the bright ones are the others in bold.
    let bold = foreground >= 8 && colors < 16 ? cn_bold() : 0
    let key = ColorPair(
      foreground: colors < 16 && foreground >= 8 ? foreground - 8 : foreground,
      background: colors < 16 && background >= 8 ? background - 8 : background)
    if key == ColorPair(foreground: -1, background: -1) { return (0, 0) }
    if let known = pairs[key] { return (known, bold) }
    let new = max(0, alloc_pair(key.foreground, key.background))
    pairs[key] = new
    return (new, bold)
  }

  /// The number of a 24-bit colour; those below 8 are still the palette's.
  private func number(_ rgb: RGB) -> Int32 {
    max(8, Int32(rgb.red) << 16 | Int32(rgb.green) << 8 | Int32(rgb.blue))
  }

  /// The number by which ncurses knows a colour; -1 is the terminal's own.
  private mutating func index(_ color: Color) -> Int32 {
    let shown: Color
    if let known = converted[color] {
      shown = known
    } else {
      shown = depth.converted(color)
      converted[color] = shown
    }
    return switch shown {
    case .terminal: -1
    case .palette(let index) where depth < .direct || index < 8: Int32(index)
    case .palette(let index): number(XtermPalette.rgb(index))
    case .rgb(let r, let g, let b): number(RGB(r, g, b))
    }
  }
}
