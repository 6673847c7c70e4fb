/// `text` made harmless for a terminal: what would move the cursor, turn the reading direction or
/// stay unseen is shown instead of done.
///
/// Control characters become control pictures (`␛`), a tab one space, a line feed `⏎`; C1 controls,
/// bidirectional and zero-width characters become `⟨U+202E⟩`; combining marks with nothing to stand
/// on get a `◌`; what has no agreed width becomes `·`. A text selector behind an emoji is dropped,
/// since it changes nothing but the width.
public func sanitized(_ text: String) -> String {
  if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
  var result = ""
  forEachCell(of: text) { character, _ in result.append(character) }
  return result
}

/// The cells that `text` is drawn in, left to right, each with its columns (1 or 2).
///
/// One scalar with its combining marks makes a cell; scalars that some terminals join into one
/// picture, such as an emoji and its skin tone, stay apart, because ncurses counts them apart.
func forEachCell(of text: String, _ body: (Character, Int) -> Void) {
  var cell = PendingCell()
  for scalar in text.unicodeScalars {
    if (0x20...0x7E).contains(scalar.value) {
      cell.flush(to: body)
      cell.start(scalar, width: 1)
      continue
    }
    switch kind(of: scalar) {
    case .glyph(let width):
      cell.flush(to: body)
      cell.start(scalar, width: width)
    case .mark:
      if cell.width == 0 { cell.start("◌", width: 1) }
      cell.add(scalar)
    case .unknown:
      cell.flush(to: body)
      cell.start("·", width: 1)
    case .escaped:
      if cell.width > 0, scalar.value == 0xFE0E || scalar.value == 0xFE0F { continue }
      cell.flush(to: body)
      for character in escape(scalar) { body(character, 1) }
    }
  }
  cell.flush(to: body)
}

/// A base scalar that may still be given combining marks.
private struct PendingCell {
  // ncurses keeps at most five scalars in a cell (CCHARW_MAX), and a pile of marks would reach over
  // other rows.
  private static let markLimit = 4

  private(set) var width = 0
  private var base: Unicode.Scalar = " "
  private var marks: [Unicode.Scalar] = []

  mutating func start(_ scalar: Unicode.Scalar, width: Int) {
    base = scalar
    self.width = width
  }

  mutating func add(_ scalar: Unicode.Scalar) {
    if marks.count < Self.markLimit { marks.append(scalar) }
  }

  mutating func flush(to body: (Character, Int) -> Void) {
    guard width > 0 else { return }
    body(marks.isEmpty ? Character(base) : joined, width)
    marks.removeAll(keepingCapacity: true)
    width = 0
  }

  /// Base and marks as one character, or the base alone where Unicode does not join them.
  private var joined: Character {
    var scalars = String.UnicodeScalarView([base])
    scalars.append(contentsOf: marks)
    let text = String(scalars)
    return text.count == 1 ? text.first ?? "·" : Character(base)
  }
}

private func escape(_ scalar: Unicode.Scalar) -> String {
  switch scalar.value {
  case 0x09: return " "
  case 0x0A: return "⏎"
  case 0x00...0x1F:
    return Unicode.Scalar(0x2400 + scalar.value).map { String(Character($0)) } ?? "·"
  case 0x7F: return "␡"
  default:
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "⟨U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "⟩"
  }
}
