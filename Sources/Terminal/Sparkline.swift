/// A row of small columns, one for each value, highest first among those that share a column.
///
/// - `values`: NaN leaves a gap.
/// - `width`: columns at most; with more values than that, each column shows the largest of its
///   values.
/// - `range`: the values of the lowest and the highest column; by default from the smaller of 0 and
///   the least value to the largest.
public func sparkline(
  _ values: [Double], width: Int, range: ClosedRange<Double>? = nil, glyphs: GlyphSet = .half
) -> String {
  guard width > 0, !values.isEmpty else { return "" }
  let columns = pooled(values, into: min(width, values.count))
  let finite = columns.filter(\.isFinite)
  guard let least = finite.min(), let largest = finite.max() else {
    return String(repeating: " ", count: columns.count)
  }
  let low = range?.lowerBound ?? min(0, least)
  let span = (range?.upperBound ?? max(0, largest)) - low
  let steps = glyphs.upEighths
  return String(
    columns.map { value in
      guard value.isFinite else { return " " }
      let fraction = span > 0 ? (value - low) / span : 0
      let step = Int((fraction * Double(steps.count - 1)).rounded())
      return steps[min(steps.count - 1, max(0, step))]
    })
}

/// The largest value of each of `count` equal parts.
private func pooled(_ values: [Double], into count: Int) -> [Double] {
  (0..<count).map { part in
    let range = part * values.count / count..<(part + 1) * values.count / count
    return values[range].filter { !$0.isNaN }.max() ?? .nan
  }
}
