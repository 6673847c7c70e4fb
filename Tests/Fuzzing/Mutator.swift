/// Damages files at random, in the same way for the same seed.
///
/// A damaged file is one of the corpus after a change or a few: bytes flipped, cut out, repeated,
/// cut off; a part of another file or a troublesome token put in; or a value of its JSON dropped,
/// doubled, replaced.
public struct Mutator: Sendable {
  private let corpus: [[UInt8]]
  private var generator: SplitMix64

  /// Starts with files, of which there is at least one.
  public init(corpus: [[UInt8]], seed: UInt64) {
    precondition(!corpus.isEmpty, "nothing to damage")
    self.corpus = corpus
    generator = SplitMix64(state: seed)
  }

  /// The next damaged file.
  public mutating func next() -> [UInt8] {
    var bytes = pick(corpus)
    // Mostly one: what is damaged in many places is refused for the first.
    for _ in 0...(below(3) == 0 ? below(4) : 0) { bytes = changed(bytes) }
    return bytes
  }

  private mutating func changed(_ bytes: [UInt8]) -> [UInt8] {
    switch below(16) {
    case 0: flipped(bytes)
    case 1: replacing(range(of: bytes), of: bytes, with: [])
    case 2: Array(bytes.prefix(below(bytes.count + 1)))
    case 3: repeated(bytes)
    case 4: spliced(bytes, pick(corpus))
    case 5, 6: inserted(bytes)
    default: changedJSON(bytes) ?? inserted(bytes)
    }
  }

  private mutating func flipped(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.isEmpty { return bytes }
    var bytes = bytes
    bytes[below(bytes.count)] ^= 1 << UInt8(below(8))
    return bytes
  }

  private mutating func repeated(_ bytes: [UInt8]) -> [UInt8] {
    let range = range(of: bytes)
    let part = Array(bytes[range])
    let copies = Array(repeatElement(part, count: 2 + below(4)).joined())
    return replacing(range, of: bytes, with: copies)
  }

  private mutating func spliced(_ bytes: [UInt8], _ other: [UInt8]) -> [UInt8] {
    bytes.prefix(below(bytes.count + 1)) + other.suffix(below(other.count + 1))
  }

  private mutating func inserted(_ bytes: [UInt8]) -> [UInt8] {
    let place = below(bytes.count + 1)
    let end = below(2) == 0 ? place : min(place + below(4), bytes.count)
    return replacing(place..<end, of: bytes, with: pick(Self.tokens))
  }

  private func replacing(_ range: Range<Int>, of bytes: [UInt8], with new: [UInt8]) -> [UInt8] {
    bytes[..<range.lowerBound] + new + bytes[range.upperBound...]
  }

  /// A part, mostly a short one.
  private mutating func range(of bytes: [UInt8]) -> Range<Int> {
    let start = below(bytes.count + 1)
    let length = below(3) == 0 ? bytes.count : 16
    return start..<min(start + below(length + 1), bytes.count)
  }

  private mutating func changedJSON(_ bytes: [UInt8]) -> [UInt8]? {
    JSONMutation.changed(bytes, from: pick(corpus), &self)
  }

  /// A number from 0 up to `limit`, which is above 0.
  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// What parsers have stumbled over.
  private static let tokens: [[UInt8]] =
    [
      "-1", "0", "1", "64", "2147483648", "4294967295", "9223372036854775807",
      "9223372036854775808", "-9223372036854775808", "99999999999999999999999999", "1e30", "-1e30",
      "1e999", "0.5", "-0", "NaN", "Infinity", "null", "true", "false", "[]", "{}", "\"\"", "\"A\"",
      "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\u0000", "\\", "\"", ",", ":", "{", "}", "[", "]",
      "\u{0}", "\u{FEFF}", "\n", "\r\n", " ", "\t", "\u{2028}", "\u{301}", "e\u{301}", "\u{E9}",
      "\u{1F468}\u{200D}", "\u{1D160}", "\u{FDFA}", "\u{2581}", "##", "\u{120}", "#version: 0.2\n",
      "../x.safetensors", "BOOL", "F16", "BF16", "\"type\":\"Sequence\"", "\"normalizers\":[]",
      "relu", "gated-", "a b", "[UNK]", "</s>",
    ].map { Array($0.utf8) } + [
      [0xFF], [0xC3], [0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC0, 0x80],
      Array(repeating: 0x5B, count: 100), Array(repeating: 0x41, count: 5000),
    ]
}

/// Steele, Lea and Flood 2014: a generator of one number of state.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
