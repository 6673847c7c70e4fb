import Terminal

extension Canvas {
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
}
