extension Canvas {
  /// The rows as plain text without trailing spaces, each ended by a newline.
  public var text: String {
    lines.map { line in
      var line = line[...]
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  /// The rows with SGR escapes, each ended by a reset and a newline; for `cat` and pagers.
  public func ansi(depth: ColorDepth) -> String {
    var result = ""
    for y in 0..<size.rows {
      var style = Style()
      for x in 0..<size.columns where self[x, y].width > 0 {
        let cell = self[x, y]
        if cell.style != style {
          result += sgr(cell.style, depth: depth)
          style = cell.style
        }
        result.append(cell.text)
      }
      result += style == Style() ? "\n" : "\u{1B}[0m\n"
    }
    return result
  }
}

private func sgr(_ style: Style, depth: ColorDepth) -> String {
  var codes = ["0"]
  if style.bold { codes.append("1") }
  if style.dim { codes.append("2") }
  if style.italic { codes.append("3") }
  if style.underline { codes.append("4") }
  if style.reverse { codes.append("7") }
  codes += sgrColor(depth.converted(style.foreground), base: 30)
  codes += sgrColor(depth.converted(style.background), base: 40)
  return "\u{1B}[\(codes.joined(separator: ";"))m"
}

/// `base`: 30 for the foreground, 40 for the background.
private func sgrColor(_ color: Color, base: Int) -> [String] {
  switch color {
  case .terminal: []
  case .rgb(let r, let g, let b): ["\(base + 8);2;\(r);\(g);\(b)"]
  case .palette(let index) where index < 8: ["\(base + Int(index))"]
  case .palette(let index) where index < 16: ["\(base + 52 + Int(index))"]
  case .palette(let index): ["\(base + 8);5;\(index)"]
  }
}
