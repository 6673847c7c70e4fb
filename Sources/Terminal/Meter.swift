/// A row of filled and empty marks, as in `▮▮▮▮▯▯`, for a probability.
///
/// Anything above 0 fills one mark and anything below 1 leaves one empty, so that the ends are kept
/// for certainty. `fraction` is clamped to 0…1; NaN counts as 0. Returns exactly `width` columns.
public func meter(fraction: Double, width: Int, glyphs: GlyphSet = .half) -> String {
  guard width > 0 else { return "" }
  let fraction = fraction.isNaN ? 0 : min(1, max(0, fraction))
  var filled = Int((fraction * Double(width)).rounded())
  if width > 1 {
    if fraction > 0 { filled = max(1, filled) }
    if fraction < 1 { filled = min(width - 1, filled) }
  }
  let (full, empty): (Character, Character) = glyphs == .half ? ("▮", "▯") : ("#", ".")
  return String(repeating: full, count: filled) + String(repeating: empty, count: width - filled)
}

extension Canvas {
  /// Draws a slider with its thumb at `fraction`, as in `◁━━━●───▷`, in the roles `slider.*`.
  ///
  /// The first row of `rect` is used, in all its width; less than three columns show nothing.
  public mutating func slider(fraction: Double, in rect: Rect, theme: Theme) {
    guard rect.width >= 3, rect.height > 0 else { return }
    let track = rect.width - 2
    let fraction = fraction.isNaN ? 0 : min(1, max(0, fraction))
    let place = Int((fraction * Double(track - 1)).rounded())
    let marks = Array(theme.glyphs == .half ? "◁━●─▷" : "<=O->")
    func put(_ mark: Character, _ count: Int, at column: Int, _ role: String) {
      write(
        String(repeating: mark, count: count), x: rect.x + column, y: rect.y, style: theme[role])
    }
    put(marks[0], 1, at: 0, "slider.track")
    put(marks[1], place, at: 1, "slider.fill")
    put(marks[2], 1, at: 1 + place, "slider.thumb")
    put(marks[3], track - 1 - place, at: 2 + place, "slider.track")
    put(marks[4], 1, at: rect.width - 1, "slider.track")
  }

  /// The fraction that a click in column `x` of a slider in `rect` asks for.
  public static func sliderFraction(x: Int, in rect: Rect) -> Double {
    guard rect.width > 3 else { return 0 }
    return min(1, max(0, Double(x - rect.x - 1) / Double(rect.width - 3)))
  }
}
