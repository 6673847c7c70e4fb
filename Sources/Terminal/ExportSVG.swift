import Foundation

extension Canvas {
  /// The canvas as a picture that needs no particular font.
  ///
  /// Backgrounds and block characters are rectangles; every run of text is stretched to its
  /// columns.
  /// - `title`: for readers of the file and screen readers.
  /// - `background`: what `.terminal` stands for behind the text.
  /// - `foreground`: what `.terminal` stands for in text.
  public func svg(
    title: String, background: Color = .rgb(0x10, 0x12, 0x16),
    foreground: Color = .rgb(0xD7, 0xDA, 0xE0)
  ) -> String {
    var picture = Picture(
      canvas: self, background: rgb(background, or: RGB(hex: 0x101216)),
      foreground: rgb(foreground, or: RGB(hex: 0xD7DAE0)))
    for y in 0..<size.rows { picture.addRow(y) }
    return picture.document(title: title)
  }
}

private func rgb(_ color: Color, or terminal: RGB) -> RGB {
  switch color {
  case .terminal: terminal
  case .rgb(let r, let g, let b): RGB(r, g, b)
  case .palette(let index): XtermPalette.rgb(index)
  }
}

/// Collects the elements of a canvas, backgrounds below text.
private struct Picture {
  // Pixels of a cell; eighths of both are short decimals.
  static let cellWidth = 8
  static let cellHeight = 16
  static let baseline = 12

  let canvas: Canvas
  let background: RGB
  let foreground: RGB
  private var shapes: [Shape] = []
  private var texts = ""

  init(canvas: Canvas, background: RGB, foreground: RGB) {
    self.canvas = canvas
    self.background = background
    self.foreground = foreground
  }

  mutating func addRow(_ y: Int) {
    addBackgrounds(y)
    var x = 0
    while x < canvas.size.columns {
      let cell = canvas[x, y]
      if let block = BlockShape(cell.text) {
        addBlock(block, x: x, y: y, style: cell.style)
        x += 1
      } else if let line = LineShape(cell.text) {
        addLine(line, x: x, y: y, style: cell.style)
        x += 1
      } else {
        x = addText(from: x, y: y)
      }
    }
  }

  private mutating func addBackgrounds(_ y: Int) {
    var start = 0
    for x in 0...canvas.size.columns {
      if x < canvas.size.columns, paper(x, y) == paper(start, y) { continue }
      if paper(start, y) != background {
        addRect(
          x: Double(start), y: Double(y), width: Double(x - start), height: 1,
          color: paper(start, y))
      }
      start = x
    }
  }

  private func paper(_ x: Int, _ y: Int) -> RGB {
    let style = canvas[x, y].style
    return style.reverse
      ? rgb(style.foreground, or: foreground) : rgb(style.background, or: background)
  }

  private func ink(_ style: Style) -> RGB {
    let color =
      style.reverse
      ? rgb(style.background, or: background) : rgb(style.foreground, or: foreground)
    guard style.dim else { return color }
    let paper =
      style.reverse
      ? rgb(style.foreground, or: foreground) : rgb(style.background, or: background)
    return OKLab(color).mixed(with: OKLab(paper), fraction: 0.4).rgb
  }

  private mutating func addBlock(_ block: BlockShape, x: Int, y: Int, style: Style) {
    let paper = paper(x, y)
    let color = OKLab(paper).mixed(with: OKLab(ink(style)), fraction: block.strength).rgb
    addRect(
      x: Double(x) + block.x, y: Double(y) + block.y, width: block.width, height: block.height,
      color: color)
  }

  /// Draws a box character by its arms, which meet those of the neighbours.
  private mutating func addLine(_ line: LineShape, x: Int, y: Int, style: Style) {
    let color = ink(style)
    let thickness = style.bold ? 0.2 : 0.125
    let left = line.left ? 0 : (1 - thickness) / 2
    let right = line.right ? 1 : (1 + thickness) / 2
    // A cell is twice as high as wide.
    if line.left || line.right {
      addRect(
        x: Double(x) + left, y: Double(y) + 0.5 - thickness / 4, width: right - left,
        height: thickness / 2, color: color)
    }
    let top = line.up ? 0 : 0.5 - thickness / 4
    let bottom = line.down ? 1 : 0.5 + thickness / 4
    if line.up || line.down {
      addRect(
        x: Double(x) + (1 - thickness) / 2, y: Double(y) + top, width: thickness,
        height: bottom - top, color: color)
    }
  }

  /// Adds one run of cells of one style and returns where it ends.
  private mutating func addText(from start: Int, y: Int) -> Int {
    let style = canvas[start, y].style
    var end = start
    var text = ""
    while end < canvas.size.columns {
      let cell = canvas[end, y]
      // A wide character or a symbol in a run would shift its neighbours in most fonts.
      let alone = cell.width != 1 || !cell.text.isASCII
      if end > start, cell.style != style || alone { break }
      text.append(cell.text)
      end += max(1, Int(cell.width))
      if alone { break }
    }
    if text.contains(where: { $0 != " " }) || style.underline {
      add(text, x: start, y: y, columns: end - start, style: style)
    }
    return end
  }

  private mutating func add(_ text: String, x: Int, y: Int, columns: Int, style: Style) {
    var attributes = " fill=\"\(hex(ink(style)))\""
    if style.bold { attributes += " font-weight=\"bold\"" }
    if style.italic { attributes += " font-style=\"italic\"" }
    if style.underline { attributes += " text-decoration=\"underline\"" }
    let place = "x=\"\(x * Self.cellWidth)\" y=\"\(y * Self.cellHeight + Self.baseline)\""
    let length = "textLength=\"\(columns * Self.cellWidth)\" lengthAdjust=\"spacingAndGlyphs\""
    texts += "<text \(place) \(length)\(attributes)>\(escaped(text))</text>\n"
  }

  /// Adds a rectangle given in cells.
  private mutating func addRect(
    x: Double, y: Double, width: Double, height: Double, color: RGB
  ) {
    let w = Double(Self.cellWidth)
    let h = Double(Self.cellHeight)
    let shape = Shape(x: x * w, y: y * h, width: width * w, height: height * h, color: color)
    if let last = shapes.last, last.isContinued(by: shape) {
      shapes[shapes.count - 1].width += shape.width
    } else {
      shapes.append(shape)
    }
  }

  func document(title: String) -> String {
    let width = canvas.size.columns * Self.cellWidth
    let height = canvas.size.rows * Self.cellHeight
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" \
      height="\(height)" role="img">
      <title>\(escaped(sanitized(title)))</title>
      <rect width="\(width)" height="\(height)" fill="\(hex(background))"/>
      <g shape-rendering="crispEdges">
      \(shapes.map(\.element).joined())</g>
      <g xml:space="preserve" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, \
      monospace" font-size="13">
      \(texts)</g>
      </svg>

      """
  }
}

/// A filled rectangle in pixels.
private struct Shape {
  var x: Double
  var y: Double
  var width: Double
  var height: Double
  var color: RGB

  /// Whether `next` begins where it ends, as the cells of a border or a bar do: the two are one.
  func isContinued(by next: Shape) -> Bool {
    next.x == x + width && next.y == y && next.height == height && next.color == color
  }

  var element: String {
    "<rect x=\"\(short(x))\" y=\"\(short(y))\" width=\"\(short(width))\""
      + " height=\"\(short(height))\" fill=\"\(hex(color))\"/>\n"
  }
}

private func short(_ value: Double) -> String {
  value == value.rounded() ? String(Int(value)) : String(value)
}

private func hex(_ rgb: RGB) -> String {
  let digits = String(UInt32(rgb.red) << 16 | UInt32(rgb.green) << 8 | UInt32(rgb.blue), radix: 16)
  return "#" + String(repeating: "0", count: 6 - digits.count) + digits
}

/// Text of a cell grid, where every space counts.
private func escaped(_ text: String) -> String {
  xmlEscaped(text).replacingOccurrences(of: " ", with: "\u{A0}")
}

/// `text` as the content or an attribute of an XML element; what XML forbids, `sanitized` takes out.
public func xmlEscaped(_ text: String) -> String {
  var result = ""
  for character in text {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.append(character)
    }
  }
  return result
}

/// The arms of a box-drawing character, from the middle of the cell to its edges.
struct LineShape: Equatable {
  var left = false
  var right = false
  var up = false
  var down = false

  init?(_ character: Character) {
    guard let arms = LineShape.arms[character] else { return nil }
    left = arms.contains("l")
    right = arms.contains("r")
    up = arms.contains("u")
    down = arms.contains("d")
  }

  private static let arms: [Character: String] = [
    "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu", "├": "udr", "┤": "udl",
    "┬": "lrd", "┴": "lru", "┼": "lrud",
  ]
}

/// The part of a cell that a block character covers, as fractions of the cell.
struct BlockShape: Equatable {
  var x = 0.0
  var y = 0.0
  var width = 1.0
  var height = 1.0
  /// How much of the foreground a shade mixes in.
  var strength = 1.0

  init?(_ character: Character) {
    guard let value = character.unicodeScalars.first?.value, (0x2580...0x2595).contains(value)
    else { return nil }
    switch value {
    case 0x2580: height = 0.5
    case 0x2581...0x2588:
      height = Double(value - 0x2580) / 8
      y = 1 - height
    case 0x2589...0x258F: width = Double(0x2590 - value) / 8
    case 0x2590:
      x = 0.5
      width = 0.5
    case 0x2591...0x2593: strength = Double(value - 0x2590) / 4
    case 0x2594: height = 0.125
    default:
      x = 0.875
      width = 0.125
    }
  }
}
