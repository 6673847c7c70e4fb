/// A set of Unicode scalars, as sorted ranges.
///
/// The tables are kept as text because an array literal of thousands of numbers compiles slowly
/// and reads no better.
struct ScalarSet: Sendable {
  /// Where membership changes: odd positions end a range (exclusive).
  private let bounds: [UInt32]

  /// Reads `A-B` and `A` in hexadecimal, ascending, separated by spaces.
  init(_ ranges: String) {
    var bounds: [UInt32] = []
    for range in tableFields(ranges, separator: UInt8(ascii: " ")) {
      let ends = tableFields(range, separator: UInt8(ascii: "-")).map(tableNumber)
      guard let first = ends.first, let last = ends.last else { continue }
      bounds += [first, last + 1]
    }
    self.bounds = bounds
  }

  /// The ranges, ascending.
  var ranges: [ClosedRange<UInt32>] {
    stride(from: 0, to: bounds.count, by: 2).map { bounds[$0]...bounds[$0 + 1] - 1 }
  }

  func contains(_ scalar: UInt32) -> Bool {
    countOfBounds(upTo: scalar) % 2 == 1
  }

  /// The number of bounds that are at or below the scalar.
  private func countOfBounds(upTo scalar: UInt32) -> Int {
    var low = 0
    var high = bounds.count
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] <= scalar { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The non-empty parts of a table's text between separators.
func tableFields(_ text: some Sequence<UInt8>, separator: UInt8) -> [ArraySlice<UInt8>] {
  Array(text).split(separator: separator)
}

func tableFields(_ text: String, separator: UInt8) -> [ArraySlice<UInt8>] {
  tableFields(text.utf8, separator: separator)
}

/// A hexadecimal number from a table; the tables hold nothing but digits.
func tableNumber(_ digits: some Sequence<UInt8>) -> UInt32 {
  digits.reduce(0) { $0 << 4 | UInt32($1 <= UInt8(ascii: "9") ? $1 & 15 : ($1 & 15) + 9) }
}
