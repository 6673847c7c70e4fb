extension Canvas {
  /// Draws a border with what it holds written on it, as in `┌¹ Layers ── validation ───── 31/3072
  /// ┐`.
  ///
  /// What does not fit is left out: first the trailing text, then the subtitle; the title is
  /// clipped.
  /// - `number`: the key that focuses the pane, shown small before the title.
  /// - `subtitle`: what the pane shows of its subject, in the style `text.dim`.
  /// - `trailing`: a count or position at the right end of the border.
  /// - `glyphs`: instead of the theme's.
  /// - Returns: the rectangle inside the border; empty when there is no room for one.
  @discardableResult
  public mutating func box(
    _ rect: Rect, title: String, number: Int? = nil, subtitle: String? = nil,
    trailing: String? = nil, theme: Theme, focused: Bool = false, glyphs: GlyphSet? = nil
  ) -> Rect {
    guard rect.width >= 2, rect.height >= 2 else {
      return Rect(x: rect.x, y: rect.y, width: 0, height: 0)
    }
    let glyphs = glyphs ?? theme.glyphs
    let border = theme[focused ? "border.focus" : "border"]
    frame(rect, style: border, glyphs: glyphs)
    panes.append(Pane(title: title, rect: rect))
    let labels = BoxLabels(
      number: number.map(glyphs.superscript), title: title, subtitle: subtitle, trailing: trailing,
      line: glyphs.horizontal, room: rect.width - 2)
    var x = rect.x + 1
    x += write(labels.number, x: x, y: rect.y, style: theme["title.number"])
    x += write(
      labels.title, x: x, y: rect.y, style: focused ? theme["title.focus"] : theme["title"])
    if !labels.subtitle.isEmpty {
      let rule = String(repeating: glyphs.horizontal, count: 2)
      x += write(rule, x: x, y: rect.y, style: border)
      write(labels.subtitle, x: x, y: rect.y, style: theme["text.dim"])
    }
    let end = rect.maxX - 1 - width(labels.trailing)
    write(labels.trailing, x: end, y: rect.y, style: theme["text.dim"])
    return rect.inset(by: 1)
  }

  /// Marks the frame of a box by heavy lines in the style `tour.spot`; its labels stay.
  public mutating func mark(_ rect: Rect, theme: Theme) {
    let heavy = theme.glyphs.heavy
    let (top, rest) = rect.splitTop(1)
    let (bottom, sides) = rest.splitBottom(1)
    let (left, inner) = sides.splitLeft(1)
    for edge in [top, bottom, left, inner.splitRight(1).right] {
      for y in edge.y..<edge.maxY {
        for x in edge.x..<edge.maxX {
          guard let line = heavy[self[x, y].text] else { continue }
          write(String(line), x: x, y: y, style: theme["tour.spot"])
        }
      }
    }
  }

  /// Draws the four lines of a border with square corners; needs at least 2 × 2 cells.
  private mutating func frame(_ rect: Rect, style: Style, glyphs: GlyphSet) {
    let corners = glyphs.corners
    let line = String(repeating: glyphs.horizontal, count: rect.width - 2)
    let bottom = rect.maxY - 1
    write("\(corners[0])\(line)\(corners[1])", x: rect.x, y: rect.y, style: style)
    write("\(corners[2])\(line)\(corners[3])", x: rect.x, y: bottom, style: style)
    let side = String(glyphs.vertical)
    for y in rect.y + 1..<bottom {
      write(side, x: rect.x, y: y, style: style)
      write(side, x: rect.maxX - 1, y: y, style: style)
    }
  }
}

/// What of a border's labels fits into `room` columns, with the spaces around it.
private struct BoxLabels {
  var number = ""
  var title = ""
  var subtitle = ""
  var trailing = ""

  init(
    number: String?, title: String, subtitle: String?, trailing: String?, line: Character, room: Int
  ) {
    self.number = clipped(number ?? "", to: room, ellipsis: false)
    var left = room - width(self.number)
    // A title shorter than this says nothing.
    guard !title.isEmpty, left >= 4 else { return }
    self.title = " " + clipped(title, to: left - 2) + " "
    left -= width(self.title)
    if let subtitle, !subtitle.isEmpty, left >= width(subtitle) + 4 {
      self.subtitle = " " + subtitle + " "
      left -= width(subtitle) + 4
    } else if let subtitle, !subtitle.isEmpty, left >= 12 {
      self.subtitle = " " + clipped(subtitle, to: left - 4) + " "
      left -= width(self.subtitle) + 2
    }
    // One line character stays between the two sides.
    if let trailing, !trailing.isEmpty, left >= width(trailing) + 3 {
      self.trailing = " " + trailing + " "
    }
  }
}
