/// Shrinks a row of values to `bins`, each the value of largest magnitude of its part, with its
/// sign and place.
///
/// The signed mean would let neighbours of opposite sign cancel, and the mean magnitude would let
/// noise shine.
/// - Returns: `bins` pairs, or one pair for each value when there are fewer values; `index` counts
///   in `values`. NaN never wins over a number.
public func maxPool(_ values: [Float], bins: Int) -> [(value: Float, index: Int)] {
  let count = min(max(0, bins), values.count)
  return (0..<count).map { bin in
    let range = bin * values.count / count..<(bin + 1) * values.count / count
    var best = range.lowerBound
    for index in range where magnitude(values[index]) > magnitude(values[best]) { best = index }
    return (values[best], best)
  }
}

/// Missing values stand below every number.
private func magnitude(_ value: Float) -> Float { value.isNaN ? -1 : abs(value) }

/// A picture of a matrix: one cell a value, or two rows of values a row of half blocks.
public struct HeatMap: Sendable {
  /// Row by row.
  ///
  /// NaN is drawn as nothing. Rows may differ in length.
  public var values: [[Float]]
  /// The magnitude at the end of the scale; greater ones are clamped.
  public var limit: Float
  public var ramp: Ramp
  /// The value to point out.
  public var cursor: (row: Int, column: Int)?

  /// `limit`: by default the largest magnitude of `values`.
  public init(
    values: [[Float]], limit: Float? = nil, ramp: Ramp, cursor: (row: Int, column: Int)? = nil
  ) {
    self.values = values
    self.limit = limit ?? values.joined().reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    self.ramp = ramp
    self.cursor = cursor
  }
}

extension HeatMap {
  /// Whether two rows of values share a row of text.
  public func isHalfBlock(theme: Theme) -> Bool {
    theme.glyphs != .ascii && ramp.hasLevels(at: theme.depth)
  }

  /// The rows of text that all values take.
  public func height(theme: Theme) -> Int {
    isHalfBlock(theme: theme) ? (values.count + 1) / 2 : values.count
  }

  /// The row and column of `values` that a cell of the picture shows.
  ///
  /// - `x`: columns from the left edge of the area that was drawn in.
  /// - `y`: rows from its top.
  /// - Returns: nil outside the values; of two rows in one cell, the upper one.
  public func value(atX x: Int, y: Int, theme: Theme) -> (row: Int, column: Int)? {
    let row = isHalfBlock(theme: theme) ? 2 * y : y
    guard x >= 0, row >= 0, row < values.count, x < values[row].count else { return nil }
    return (row, x)
  }

  /// Draws the values from the top left of `area`; what does not fit is left out.
  ///
  /// Without colours that can show magnitude, glyphs do: shades for positive and lines for negative
  /// values.
  public func draw(into canvas: inout Canvas, area: Rect, theme: Theme) {
    if isHalfBlock(theme: theme) {
      drawHalfBlocks(into: &canvas, area: area, theme: theme)
    } else {
      drawGlyphs(into: &canvas, area: area, theme: theme)
    }
  }

  private func scaled(_ row: Int, _ column: Int) -> Double? {
    guard row < values.count, column < values[row].count, !values[row][column].isNaN else {
      return nil
    }
    guard limit > 0 else { return 0 }
    return min(1, max(-1, Double(values[row][column] / limit)))
  }

  private func drawHalfBlocks(into canvas: inout Canvas, area: Rect, theme: Theme) {
    let background = theme.base.background
    for y in 0..<min(area.height, (values.count + 1) / 2) {
      for x in 0..<min(area.width, max(length(2 * y), length(2 * y + 1))) {
        let upper = scaled(2 * y, x).map { ramp.color($0, depth: theme.depth) }
        let lower = scaled(2 * y + 1, x).map { ramp.color($0, depth: theme.depth) }
        let cell = halfBlock(upper: upper, lower: lower, background: background)
        canvas.write(cell.text, x: area.x + x, y: area.y + y, style: cell.style)
      }
    }
    markHalfBlock(into: &canvas, area: area, theme: theme)
  }

  private func length(_ row: Int) -> Int { row < values.count ? values[row].count : 0 }

  /// A missing half keeps the terminal's background, which only the glyph's own background can
  /// show.
  private func halfBlock(
    upper: Color?, lower: Color?, background: Color
  ) -> (text: String, style: Style) {
    switch (upper, lower) {
    case (nil, nil): (" ", Style(background: background))
    case (let upper?, nil): ("▀", Style(foreground: upper, background: background))
    case (nil, let lower?): ("▄", Style(foreground: lower, background: background))
    case (let upper?, let lower?): ("▀", Style(foreground: upper, background: lower))
    }
  }

  /// Draws the cursor's half in the cursor's colour, the other value of the cell as it is, and
  /// brackets around both, because one half of a cell is easily missed.
  private func markHalfBlock(into canvas: inout Canvas, area: Rect, theme: Theme) {
    guard let cursor, cursor.row >= 0, (0..<length(cursor.row)).contains(cursor.column) else {
      return
    }
    let (x, y) = (area.x + cursor.column, area.y + cursor.row / 2)
    guard area.contains(x: x, y: y) else { return }
    var style = theme["cursor.cell"]
    style.reverse = false
    if style.foreground == .terminal { style.foreground = theme.base.accent }
    for (bracket, column) in [("[", x - 1), ("]", x + 1)] where area.contains(x: column, y: y) {
      canvas.write(bracket, x: column, y: y, style: style)
    }
    let other = scaled(cursor.row ^ 1, cursor.column).map { ramp.color($0, depth: theme.depth) }
    style.background = other ?? theme.base.background
    canvas.write(cursor.row % 2 == 0 ? "▀" : "▄", x: x, y: y, style: style)
  }

  private func drawGlyphs(into canvas: inout Canvas, area: Rect, theme: Theme) {
    for row in 0..<min(area.height, values.count) {
      for column in 0..<min(area.width, values[row].count) {
        guard let value = scaled(row, column) else { continue }
        var style = Style(
          foreground: ramp.color(value, depth: theme.depth), background: theme.base.background)
        if let cursor, cursor == (row, column) { style = theme["cursor.cell"] }
        let glyph = shade(value, glyphs: theme.glyphs)
        canvas.write(String(glyph), x: area.x + column, y: area.y + row, style: style)
      }
    }
  }
}

/// The glyph for a value of −1…1; a space near 0.
public func shade(_ value: Double, glyphs: GlyphSet) -> Character {
  let shades = value < 0 ? glyphs.negativeShades : glyphs.positiveShades
  let level = Int((min(1, abs(value)) * Double(shades.count)).rounded())
  return level > 0 ? shades[level - 1] : " "
}

extension HeatMap {
  /// Draws the scale with its ends, as in `−0.80 ▤≡=- ░▒▓█ +0.80`.
  ///
  /// - Returns: the columns that it takes.
  @discardableResult
  public func drawLegend(
    into canvas: inout Canvas, x: Int, y: Int, maxWidth: Int, theme: Theme
  ) -> Int {
    let style = theme["legend"]
    let end = x + max(0, maxWidth)
    var column = x
    func put(_ text: String, _ style: Style) {
      column += canvas.write(text, x: column, y: y, style: style, maxWidth: end - column)
    }
    put((ramp.isDiverging ? signed(-limit) : "0") + " ", style)
    for step in ramp.isDiverging ? -4...4 : 0...8 {
      let value = Double(step) / (ramp.isDiverging ? 4 : 8)
      let color = ramp.color(value, depth: theme.depth)
      if isHalfBlock(theme: theme) {
        put(
          theme.glyphs == .half ? "█" : "#", Style(foreground: color, background: style.background))
      } else {
        let glyph = String(shade(value, glyphs: theme.glyphs))
        put(glyph, Style(foreground: color, background: style.background))
      }
    }
    put(" " + (ramp.isDiverging ? signed(limit) : unsigned(limit)), style)
    return column - x
  }

  private func signed(_ value: Float) -> String {
    (value < 0 ? "−" : "+") + unsigned(abs(value))
  }

  private func unsigned(_ value: Float) -> String {
    guard value.isFinite, value < 1e6 else { return "∞" }
    let hundredths = Int((value * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
