import Testing

@testable import Tokenizers

@Suite("What holds for every encoding")
struct EncodingPropertyTests {
  private static let names = ExpectedEncoding.names

  private func texts(_ name: String) throws -> [String] {
    try ExpectedEncoding.all(name).map(\.text) + RandomTexts(seed: 7).prefix(2000)
  }

  @Test("every list has one entry a token", arguments: names)
  func lengths(name: String) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    for text in try texts(name) {
      let found = tokenizer.encode(text)
      let counts = [
        found.ids.count, found.tokens.count, found.offsets.count, found.words.count,
        found.isSpecial.count,
      ]
      #expect(counts.allSatisfy { $0 == found.count })
      #expect(found.ids.allSatisfy { 0 <= $0 && Int($0) < tokenizer.vocabularySize })
    }
  }

  @Test("offsets ascend and stay inside the text, at scalar boundaries", arguments: names)
  func offsets(name: String) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    for text in try texts(name) {
      let bytes = Array(text.utf8)
      var last = 0
      for range in tokenizer.encode(text, addSpecialTokens: false).offsets {
        // A space that RoBERTa's pre-tokenizer put in is trimmed to nothing, beyond its scalar.
        if range.isEmpty { continue }
        #expect(last <= range.lowerBound && range.upperBound <= bytes.count)
        #expect(bytes[range].first.map { $0 & 0xC0 != 0x80 } ?? true)
        #expect(range.upperBound == bytes.count || bytes[range.upperBound] & 0xC0 != 0x80)
        last = range.lowerBound
      }
    }
  }

  @Test("words count up from 0 without gaps", arguments: names)
  func words(name: String) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    for text in try texts(name) {
      var last = -1
      for word in tokenizer.encode(text, addSpecialTokens: false).words {
        #expect(word == last || word == last + 1)
        last = word ?? last
      }
    }
  }

  @Test("texts joined by a line break are their tokens one after the other")
  func joined() throws {
    let tokenizer = try Fixtures.tokenizer("uncased")
    let texts = try texts("uncased")
    for (first, second) in zip(texts, texts.dropFirst()) {
      let parts = [first, second].map { tokenizer.encode($0, addSpecialTokens: false) }
      let whole = tokenizer.encode(first + "\n" + second, addSpecialTokens: false)
      #expect(whole.ids == parts[0].ids + parts[1].ids)
      let shift = first.utf8.count + 1
      let shifted = parts[1].offsets.map { $0.lowerBound + shift..<$0.upperBound + shift }
      #expect(whole.offsets == parts[0].offsets + shifted)
    }
  }

  @Test("the normalized text of the uncased tokenizer is its own normal form")
  func idempotent() throws {
    let normalizer = BertNormalizer(
      cleanText: true, handleChineseChars: false, stripAccents: nil, lowercase: true)
    for text in try texts("uncased") {
      let once = normalizer.normalize(Array(text.utf8), 0..<text.utf8.count)
      let twice = normalizer.normalize(once)
      #expect(twice.bytes == once.bytes)
      #expect(twice.sources.map(\.start) == once.sources.map(\.start))
    }
  }
}

/// Endless texts from classes of scalars, the same for the same seed.
struct RandomTexts: Sequence, IteratorProtocol {
  private var state: UInt64

  private static let pools: [[Unicode.Scalar]] = [
    Array("abcdeghinorst ".unicodeScalars), Array("ABCXYZ 019 .,!?$".unicodeScalars),
    Array("éüñÅçế ".unicodeScalars), Array("\u{301}\u{308}\u{323}\u{345}a".unicodeScalars),
    Array("中国世界\u{2B820}\u{2B920}한국어 ".unicodeScalars),
    Array("\u{0}\u{7}\u{B}\u{85}\u{A0}\u{200B}\u{FEFF}\u{FFFD}\u{2028}x".unicodeScalars),
    Array("[MASK][SEP]##".unicodeScalars), Array("🙂\u{200D}👍\u{FE0F}".unicodeScalars),
  ]

  init(seed: UInt64) { state = seed }

  /// xorshift64*, by Vigna.
  private mutating func number(below limit: Int) -> Int {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % limit
  }

  mutating func next() -> String? {
    var text = String.UnicodeScalarView()
    for _ in 0..<number(below: 30) {
      let pool = Self.pools[number(below: Self.pools.count)]
      text.append(pool[number(below: pool.count)])
    }
    return String(text)
  }
}
