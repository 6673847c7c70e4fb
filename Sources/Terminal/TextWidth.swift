/// What a scalar does to a row of cells.
enum ScalarKind: Equatable {
  /// Drawn in so many columns: 1 or 2.
  case glyph(Int)
  /// Drawn over the scalar before it.
  case mark
  /// Never drawn as it is, because it is invisible, moves text about or has no agreed meaning.
  case escaped
  /// Without a width that terminals agree on; drawn as a middle dot.
  case unknown
}

/// How `scalar` is drawn.
///
/// East Asian wide and emoji scalars take two columns, ambiguous ones one. What came after Unicode
/// 14 counts as unknown, because the C library under the terminal may not know its width and would
/// draw nothing.
func kind(of scalar: Unicode.Scalar) -> ScalarKind {
  switch scalar.value {
  case 0x20...0x7E, 0xA0...0xAC, 0xAE...0x2FF: .glyph(1)
  case 0x2500...0x259F, 0x2800...0x28FF: .glyph(1)
  case 0...0x9F: .escaped
  case 0x1160...0x11FF, 0xD7B0...0xD7FB:
    scalar.properties.isDefaultIgnorableCodePoint ? .escaped : .mark
  default: kindByProperties(scalar)
  }
}

private func kindByProperties(_ scalar: Unicode.Scalar) -> ScalarKind {
  let properties = scalar.properties
  if properties.isDefaultIgnorableCodePoint { return .escaped }
  switch properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
    return .escaped
  case .unassigned: return .unknown
  case .nonspacingMark, .enclosingMark: return .mark
  default: break
  }
  guard let age = properties.age, age.major <= 14 else { return .unknown }
  return .glyph(isWide(scalar.value) ? 2 : 1)
}

/// Whether a scalar that is a glyph takes two columns (East_Asian_Width W or F in Unicode 14).
private func isWide(_ value: UInt32) -> Bool {
  var low = 0
  var high = wideRanges.count
  while low < high {
    let middle = (low + high) / 2
    let range = wideRanges[middle]
    if value < range.lowerBound {
      high = middle
    } else if value > range.upperBound {
      low = middle + 1
    } else {
      return true
    }
  }
  return false
}

// Gaps of unassigned scalars are swallowed: those never reach this table.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0,
  0x23F3...0x23F3, 0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F,
  0x2693...0x2693, 0x26A1...0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5,
  0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA, 0x26F2...0x26F3, 0x26F5...0x26F5,
  0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B, 0x2728...0x2728,
  0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
  0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55,
  0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4C6, 0xA960...0xA97C,
  0xAC00...0xD7A3, 0xF900...0xFAD9, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
  0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E,
  0x1F191...0x1F19A, 0x1F200...0x1F320, 0x1F32D...0x1F335, 0x1F337...0x1F37C,
  0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3, 0x1F3E0...0x1F3F0,
  0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440, 0x1F442...0x1F4FC,
  0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567, 0x1F57A...0x1F57A,
  0x1F595...0x1F596, 0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5,
  0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6DF, 0x1F6EB...0x1F6EC,
  0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7F0, 0x1F90C...0x1F93A, 0x1F93C...0x1F945,
  0x1F947...0x1F9FF, 0x1FA70...0x1FAF6, 0x20000...0x3134A,
]

/// The columns that `text` takes on a canvas, after the sanitising that every write does.
public func width(_ text: String) -> Int {
  var total = 0
  forEachCell(of: text) { _, width in total += width }
  return total
}

/// `text` cut to at most `columns` columns, never through a wide character.
///
/// `ellipsis`: end a cut text with `…`, within the same columns.
public func clipped(_ text: String, to columns: Int, ellipsis: Bool = true) -> String {
  guard columns > 0 else { return "" }
  var pieces: [(text: Character, width: Int)] = []
  var total = 0
  forEachCell(of: text) {
    pieces.append(($0, $1))
    total += $1
  }
  if total <= columns { return String(pieces.map(\.text)) }
  let room = ellipsis ? columns - 1 : columns
  while total > room, let last = pieces.popLast() { total -= last.width }
  return String(pieces.map(\.text)) + (ellipsis ? "…" : "")
}

/// Where a text stands in a field that is wider.
public enum Alignment: Sendable {
  case left
  case right
  case centre
}

/// `text` in exactly `columns` columns: filled with spaces when shorter, clipped when longer.
public func padded(_ text: String, to columns: Int, alignment: Alignment = .left) -> String {
  let text = clipped(text, to: columns)
  let room = max(0, columns - width(text))
  let before =
    switch alignment {
    case .left: 0
    case .right: room
    case .centre: room / 2
    }
  return String(repeating: " ", count: before) + text
    + String(repeating: " ", count: room - before)
}
