/// The words of GPT-2, by hand instead of by a regular expression.
///
/// Contractions; runs of letters, of numbers, of anything else, each with a space before it; and
/// white space, whose last scalar is left to the word that follows.
/// Source: Radford et al. 2019, `encoder.py` of GPT-2; the classes are those of the library's
/// regex engine, measured.
struct GPT2Pattern: CuttingPreTokenizer {
  static let expression =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  private let classes = ScalarClasses.shared

  func split(_ text: AlignedText, _ part: Range<Int>) -> [Range<Int>] {
    let bytes = text.bytes
    var words: [Range<Int>] = []
    words.reserveCapacity(part.count / 4 + 1)
    var start = part.lowerBound
    while start < part.upperBound {
      let end = wordEnd(bytes, start..<part.upperBound)
      words.append(start..<end)
      start = end
    }
    return words
  }

  /// Where the first word of a non-empty rest ends.
  @inline(__always)
  private func wordEnd(_ bytes: [UInt8], _ rest: Range<Int>) -> Int {
    let start = rest.lowerBound
    if bytes[start] == UInt8(ascii: "'"), let end = contractionEnd(bytes, rest) { return end }
    let (kind, length) = classes.kind(bytes, at: start)
    if kind != .space { return runEnd(bytes, start + length..<rest.upperBound, of: kind) }
    let next = start + 1
    if bytes[start] == 0x20, next < rest.upperBound {
      let (following, length) = classes.kind(bytes, at: next)
      if following != .space {
        return runEnd(bytes, next + length..<rest.upperBound, of: following)
      }
    }
    return spaceEnd(bytes, start, length, rest.upperBound)
  }

  /// Where a run of scalars of one kind ends.
  @inline(__always)
  private func runEnd(_ bytes: [UInt8], _ rest: Range<Int>, of kind: ScalarClasses.Kind) -> Int {
    var index = rest.lowerBound
    while index < rest.upperBound {
      let (found, length) = classes.kind(bytes, at: index)
      if found != kind { break }
      index += length
    }
    return index
  }

  /// Where white space ends: before its last scalar if a word follows and it has more than one.
  private func spaceEnd(_ bytes: [UInt8], _ start: Int, _ first: Int, _ limit: Int) -> Int {
    var last = start
    var index = start + first
    while index < limit {
      let (kind, length) = classes.kind(bytes, at: index)
      if kind != .space { return last > start ? last : index }
      last = index
      index += length
    }
    return index
  }

  /// The end of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` at the start of a rest.
  private func contractionEnd(_ bytes: [UInt8], _ rest: Range<Int>) -> Int? {
    guard rest.count > 1 else { return nil }
    let start = rest.lowerBound
    switch bytes[start + 1] {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return start + 2
    case let first:
      guard rest.count > 2 else { return nil }
      let pair = (first, bytes[start + 2])
      let isKnown =
        pair == (UInt8(ascii: "r"), UInt8(ascii: "e"))
        || pair == (UInt8(ascii: "v"), UInt8(ascii: "e"))
        || pair == (UInt8(ascii: "l"), UInt8(ascii: "l"))
      return isKnown ? start + 3 : nil
    }
  }
}

/// White space, letters, numbers and the rest, as the regex engine of `tokenizers` sees them.
struct ScalarClasses: Sendable {
  enum Kind: UInt8 {
    case other
    case space
    case letter
    case number
  }

  static let shared = ScalarClasses()

  /// By scalar, up to U+FFFF.
  private let plane: [Kind]
  private let letters = UnicodeTables.letters
  private let numbers = UnicodeTables.numbers

  private init() {
    var plane = Array(repeating: Kind.other, count: 0x10000)
    for (set, kind) in [
      (UnicodeTables.letters, Kind.letter), (UnicodeTables.numbers, .number),
      (UnicodeTables.whitespace, .space),
    ] {
      for range in set.ranges {
        for scalar in range where scalar < 0x10000 { plane[Int(scalar)] = kind }
      }
    }
    self.plane = plane
  }

  /// The class of the scalar at a byte, and its length in bytes.
  @inline(__always)
  func kind(_ bytes: [UInt8], at index: Int) -> (Kind, length: Int) {
    let (scalar, length) = decodeScalar(bytes, at: index)
    if scalar < 0x10000 { return (plane[Int(scalar)], length) }
    if letters.contains(scalar) { return (.letter, length) }
    return (numbers.contains(scalar) ? .number : .other, length)
  }
}
