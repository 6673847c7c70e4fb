/// Lower-case mappings of single scalars above ASCII.
struct LowercaseMap: Sendable {
  private struct Run {
    var first: UInt32
    var last: UInt32
    var step: UInt32
    var delta: Int32
  }

  private let runs: [Run]

  /// Reads `first-last/step+delta`: hexadecimal scalars, decimal step and delta.
  init(_ text: String) {
    runs = tableFields(text, separator: UInt8(ascii: " ")).compactMap { field in
      let parts = tableFields(field, separator: UInt8(ascii: "/"))
      let ends = tableFields(parts[0], separator: UInt8(ascii: "-")).map(tableNumber)
      let rule = parts[1]
      guard let delta = Int32(String(decoding: rule.dropFirst(), as: UTF8.self)) else { return nil }
      return Run(first: ends[0], last: ends[1], step: tableNumber(rule.prefix(1)), delta: delta)
    }
  }

  /// Hands over the lower-case scalars of a scalar; only U+0130 has two.
  @inline(__always)
  func forEachScalar(of scalar: UInt32, _ body: (UInt32) -> Void) {
    if scalar < 0x80 {
      body((0x41...0x5A).contains(scalar) ? scalar | 0x20 : scalar)
    } else if scalar == 0x130 {
      body(0x69)
      body(0x307)
    } else {
      body(map(scalar))
    }
  }

  /// The lower-case scalar above ASCII, or the scalar itself.
  private func map(_ scalar: UInt32) -> UInt32 {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].last < scalar { low = middle + 1 } else { high = middle }
    }
    guard low < runs.count, runs[low].first <= scalar else { return scalar }
    let run = runs[low]
    guard (scalar - run.first) % run.step == 0 else { return scalar }
    return UInt32(truncatingIfNeeded: Int32(truncatingIfNeeded: scalar) + run.delta)
  }
}

/// Canonical combining classes.
struct CombiningClasses: Sendable {
  private let classes: [UInt32: UInt8]

  /// Reads ranges in hexadecimal; the first of a class has the class before it, as `230:300-314`.
  init(_ text: String) {
    var classes: [UInt32: UInt8] = [:]
    var current: UInt8 = 0
    for field in tableFields(text, separator: UInt8(ascii: " ")) {
      let parts = tableFields(field, separator: UInt8(ascii: ":"))
      if parts.count == 2 { current = UInt8(String(decoding: parts[0], as: UTF8.self)) ?? 0 }
      guard let range = parts.last else { continue }
      let ends = tableFields(range, separator: UInt8(ascii: "-")).map(tableNumber)
      guard let first = ends.first, let last = ends.last else { continue }
      for scalar in first...last { classes[scalar] = current }
    }
    self.classes = classes
  }

  /// 0 for a starter: a scalar that nothing moves across.
  func callAsFunction(_ scalar: UInt32) -> UInt8 {
    scalar < 0x300 ? 0 : classes[scalar, default: 0]
  }
}

/// Full canonical decompositions of single scalars.
struct DecompositionMap: Sendable {
  private let parts: [UInt32: [UInt32]]

  /// Reads `scalar=part+part`, hexadecimal, separated by spaces.
  init(_ text: String) {
    var parts: [UInt32: [UInt32]] = [:]
    for field in tableFields(text, separator: UInt8(ascii: " ")) {
      let sides = tableFields(field, separator: UInt8(ascii: "="))
      parts[tableNumber(sides[0])] = tableFields(sides[1], separator: UInt8(ascii: "+"))
        .map(tableNumber)
    }
    self.parts = parts
  }

  /// The whole table, Hangul syllables apart.
  var all: [(scalar: UInt32, parts: [UInt32])] { parts.map { ($0.key, $0.value) } }

  /// What a scalar decomposes into, or nil if it stays.
  ///
  /// Source: the Unicode Standard, 3.7 and 3.12 (Hangul by arithmetic).
  func callAsFunction(_ scalar: UInt32) -> [UInt32]? {
    if scalar < 0xA0 { return nil }
    guard (0xAC00..<0xD7A4).contains(scalar) else { return parts[scalar] }
    let index = scalar - 0xAC00
    let leadAndVowel = [0x1100 + index / 588, 0x1161 + index % 588 / 28]
    return index % 28 == 0 ? leadAndVowel : leadAndVowel + [0x11A7 + index % 28]
  }
}
