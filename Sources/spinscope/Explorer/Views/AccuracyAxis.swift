import Terminal

extension Canvas {
  /// Shows that the cursor is on a row, in one colour over all that stands there.
  mutating func select(_ row: Rect, _ theme: Theme) {
    let plain = theme["text"]
    restyle(row) {
      $0 = plain
      $0.reverse = true
    }
  }

  /// Labels a row with round percentages, over bars that fill `row` from `range`'s low to its high.
  mutating func accuracyAxis(_ range: ClosedRange<Double>, in row: Rect, theme: Theme) {
    let (low, span) = (range.lowerBound, range.upperBound - range.lowerBound)
    let step = span > 0.5 ? 0.2 : 0.1
    var nextFree = row.x
    for tick in 0...10 {
      let value = low + Double(tick) * step
      guard value < range.upperBound + 1e-6 else { break }
      let label = "\(Int((value * 100).rounded()))"
      let x = row.x + Int((value - low) / span * Double(row.width)) - (tick > 0 ? 1 : 0)
      guard x >= nextFree, x + label.count <= row.maxX + 3 else { continue }
      write(label, x: x, y: row.y, style: theme["axis.label"])
      nextFree = x + label.count + 2
    }
    write(" %", x: row.maxX + 3, y: row.y, style: theme["axis.label"])
  }

  /// A mark at a value over a bar that fills `row` from `range`'s low to its high; none outside.
  mutating func tick(
    _ mark: String, at value: Double, in range: ClosedRange<Double>, row: Rect, style: Style
  ) {
    guard range.contains(value), row.width > 0 else { return }
    let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    let x = row.x + min(row.width - 1, max(0, Int(share * Double(row.width))))
    let below = self[x, row.y]
    var style = style
    // On a full block, and on a mark that stands on one, the ground is the bar's own colour.
    if below.text == "█" || below.text == "#" || below.style.reverse {
      style = below.style
      style.reverse = true
    }
    write(mark, x: x, y: row.y, style: style)
  }
}
