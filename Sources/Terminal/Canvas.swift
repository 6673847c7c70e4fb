/// One screen position: what is drawn there and how.
public struct Cell: Equatable, Sendable {
  public var text: Character
  /// 1, or 2 for the left half of a wide character, or 0 for the right half of one.
  public var width: UInt8
  public var style: Style

  public init(text: Character = " ", width: UInt8 = 1, style: Style = Style()) {
    self.text = text
    self.width = width
    self.style = style
  }
}

/// A box with its title, frame included.
public struct Pane: Equatable, Sendable {
  public var title: String
  public var rect: Rect
}

/// A rectangle of cells that views draw into; nothing here talks to a terminal.
///
/// Writing outside is ignored, so a view need not clip. Origin top left. Every text is sanitised as
/// `sanitized(_:)` says, so a canvas never holds anything that could disturb a terminal.
public struct Canvas: Equatable, Sendable {
  public let size: Size
  private var cells: [Cell]
  /// The boxes that were drawn, in their order: what can be pointed at by name.
  public internal(set) var panes: [Pane] = []

  /// Creates a canvas of spaces.
  public init(size: Size, style: Style = Style()) {
    self.size = size
    cells = Array(repeating: Cell(style: style), count: size.columns * size.rows)
  }

  /// The whole canvas.
  public var rect: Rect { size.rect }

  /// The cell at a position; a space outside.
  public subscript(x: Int, y: Int) -> Cell {
    rect.contains(x: x, y: y) ? cells[y * size.columns + x] : Cell()
  }

  /// Draws `text` from (`x`, `y`) to the right, clipped to the canvas and to `maxWidth` columns.
  ///
  /// A wide character is drawn whole or not at all. Columns left of the canvas count as written but
  /// are not drawn.
  /// - Returns: the columns that the drawn part takes.
  @discardableResult
  public mutating func write(
    _ text: String, x: Int, y: Int, style: Style = Style(), maxWidth: Int? = nil
  ) -> Int {
    guard y >= 0, y < size.rows, x < size.columns else { return 0 }
    let end = min(
      size.columns, maxWidth.map { x + min(max(0, $0), size.columns + max(0, -x)) } ?? size.columns)
    var column = x
    var full = false
    forEachCell(of: text) { character, width in
      guard !full, column + width <= end else {
        full = true
        return
      }
      if column >= 0 { put(character, width: width, x: column, y: y, style: style) }
      column += width
    }
    return column - x
  }

  /// Covers `rect` with one character, which must be one column wide (others become spaces).
  public mutating func fill(_ rect: Rect, with character: Character = " ", style: Style = Style()) {
    let area = rect.intersection(self.rect)
    var cell = Cell(text: " ", style: style)
    forEachCell(of: String(character)) { if $1 == 1 { cell.text = $0 } }
    for y in area.y..<area.maxY where !area.isEmpty {
      detach(x: area.x, y: y)
      detach(x: area.maxX - 1, y: y)
      for x in area.x..<area.maxX { cells[y * size.columns + x] = cell }
    }
  }

  /// Changes the style of every cell of `rect` and leaves the text.
  public mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
    let area = rect.intersection(self.rect)
    for y in area.y..<area.maxY where !area.isEmpty {
      for x in area.x..<area.maxX { change(&cells[y * size.columns + x].style) }
    }
  }

  /// Copies `other` so that its top left cell comes to (`x`, `y`).
  public mutating func draw(_ other: Canvas, x: Int, y: Int) {
    for row in 0..<other.size.rows {
      for column in 0..<other.size.columns {
        let cell = other[column, row]
        guard cell.width > 0, rect.contains(x: x + column, y: y + row) else { continue }
        guard x + column + Int(cell.width) <= size.columns else { continue }
        put(cell.text, width: Int(cell.width), x: x + column, y: y + row, style: cell.style)
      }
    }
  }

  /// The rows as plain text, trailing spaces kept.
  public var lines: [String] {
    (0..<size.rows).map { y in
      var line = ""
      for cell in cells[y * size.columns..<(y + 1) * size.columns] where cell.width > 0 {
        line.append(cell.text)
      }
      return line
    }
  }
}

extension Canvas {
  /// Sets a cell whose text is sanitised and fits.
  private mutating func put(_ character: Character, width: Int, x: Int, y: Int, style: Style) {
    let index = y * size.columns + x
    detach(x: x, y: y)
    cells[index] = Cell(text: character, width: UInt8(width), style: style)
    guard width == 2 else { return }
    detach(x: x + 1, y: y)
    cells[index] = Cell(text: character, width: 2, style: style)
    cells[index + 1] = Cell(text: " ", width: 0, style: style)
  }

  /// Turns the other half of a wide character that is about to lose the half at (`x`, `y`) into a
  /// space.
  private mutating func detach(x: Int, y: Int) {
    let index = y * size.columns + x
    switch cells[index].width {
    case 2: cells[index + 1] = Cell(style: cells[index + 1].style)
    case 0: cells[index - 1] = Cell(style: cells[index - 1].style)
    default: break
    }
  }
}
