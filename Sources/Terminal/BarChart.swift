/// A bar that fills `fraction` of `width` columns, in eighths of a column.
///
/// `fraction`: 0 to 1; beyond is clamped, NaN draws nothing.
/// - Returns: exactly `width` columns, filled up with spaces.
public func horizontalBar(fraction: Double, width: Int, glyphs: GlyphSet = .half) -> String {
  guard width > 0 else { return "" }
  let bar = growingBar(columns: clamped(fraction) * Double(width), glyphs: glyphs)
  return bar + String(repeating: " ", count: max(0, width - bar.count))
}

/// A bar so many columns long, without filling.
private func growingBar(columns: Double, glyphs: GlyphSet) -> String {
  let steps = glyphs.rightEighths
  let length = Int((columns * Double(steps.count)).rounded())
  guard length > 0, let full = steps.last else { return "" }
  let rest = length % steps.count
  return String(repeating: full, count: length / steps.count)
    + (rest > 0 ? String(steps[rest - 1]) : "")
}

private func clamped(_ fraction: Double) -> Double {
  fraction.isNaN ? 0 : min(1, max(0, fraction))
}

/// A bar from a zero axis in the middle, to the left for negative values.
///
/// The side shows the sign without colour; in ASCII the characters `-` and `+` repeat it.
/// - `limit`: the magnitude that fills one side; a greater one is clamped.
/// - `halfWidth`: columns of one side.
/// - Returns: exactly 2 · `halfWidth` + 1 columns.
public func signedBar(
  value: Double, limit: Double, halfWidth: Int, glyphs: GlyphSet = .half
) -> String {
  let side = max(0, halfWidth)
  let space = String(repeating: " ", count: side)
  let magnitude = clamped(limit > 0 ? abs(value) / limit : 0) * Double(side)
  let axis = String(glyphs.vertical)
  if value < 0 { return leftBar(columns: magnitude, width: side, glyphs: glyphs) + axis + space }
  let bar =
    glyphs == .half
    ? growingBar(columns: magnitude, glyphs: glyphs)
    : String(repeating: "+", count: Int(magnitude.rounded()))
  return space + axis + bar + String(repeating: " ", count: max(0, side - bar.count))
}

/// A bar that ends at the right edge of `width` columns and grows to the left.
///
/// Blocks that leave the left part of a cell empty exist for one eighth and one half only.
private func leftBar(columns: Double, width: Int, glyphs: GlyphSet) -> String {
  guard glyphs == .half else {
    let count = min(width, Int(columns.rounded()))
    return String(repeating: " ", count: width - count) + String(repeating: "-", count: count)
  }
  var full = Int(columns)
  var tip = ""
  switch columns - Double(full) {
  case ..<0.0625: break
  case ..<0.3: tip = "▕"
  case ..<0.75: tip = "▐"
  default: full += 1
  }
  let length = full + tip.count
  return String(repeating: " ", count: max(0, width - length)) + tip
    + String(repeating: "█", count: full)
}

/// A bar up to `value` and behind it the upper half of its interval, as in `█████▍├──┤`.
///
/// - `low`: the lower end of the interval; it lies in the bar, and `Canvas.accuracyBar` marks it by
///   style.
/// - `high`: the upper end of the interval.
/// - `range`: the values at the left and the right edge.
/// - Returns: exactly `width` columns.
public func accuracyBar(
  value: Double, low: Double, high: Double, range: ClosedRange<Double>, width: Int,
  glyphs: GlyphSet = .half
) -> String {
  let layout = AccuracyLayout(
    value: value, low: low, high: high, range: range, width: width, glyphs: glyphs)
  return layout.bar + layout.whisker
    + String(repeating: " ", count: max(0, width - layout.bar.count - layout.whisker.count))
}

extension Canvas {
  /// Draws an accuracy bar in the roles `bar` (or `bar.best`) and `bar.interval`.
  ///
  /// The part of the bar above the lower end of the interval is dim, so that both ends can be seen.
  public mutating func accuracyBar(
    value: Double, low: Double, high: Double, range: ClosedRange<Double>, in rect: Rect,
    best: Bool = false, theme: Theme
  ) {
    let layout = AccuracyLayout(
      value: value, low: low, high: high, range: range, width: rect.width, glyphs: theme.glyphs)
    let style = theme[best ? "bar.best" : "bar"]
    var uncertain = style
    uncertain.dim = true
    let x = rect.x + layout.bar.count
    write(layout.bar, x: rect.x, y: rect.y, style: style, maxWidth: rect.width)
    write(layout.whisker, x: x, y: rect.y, style: theme["bar.interval"], maxWidth: rect.maxX - x)
    let shaky = Rect(
      x: rect.x + layout.lowColumn, y: rect.y, width: x - rect.x - layout.lowColumn, height: 1)
    restyle(shaky) { $0 = uncertain }
  }
}

private struct AccuracyLayout {
  var bar = ""
  var whisker = ""
  var lowColumn = 0

  init(
    value: Double, low: Double, high: Double, range: ClosedRange<Double>, width: Int,
    glyphs: GlyphSet
  ) {
    let span = range.upperBound - range.lowerBound
    guard width > 0, span > 0 else { return }
    func column(_ value: Double) -> Double {
      clamped((value - range.lowerBound) / span) * Double(width)
    }
    bar = growingBar(columns: column(value), glyphs: glyphs)
    lowColumn = min(bar.count, Int(column(min(low, value)).rounded(.up)))
    // A rounding error must not reach into one more column.
    let end = Int((column(max(high, value)) - 1e-6).rounded(.up))
    let length = min(width, end) - bar.count
    let ends = glyphs.whisker
    switch length {
    case ..<1: whisker = ""
    case 1: whisker = String(ends.right)
    default:
      whisker = "\(ends.left)\(String(repeating: ends.line, count: length - 2))\(ends.right)"
    }
  }
}
