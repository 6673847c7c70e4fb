import Testing

@testable import Tokenizers

@Suite("Byte level: the pattern, the alphabet, the offsets")
struct ByteLevelTests {
  private func words(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    let aligned = AlignedText(bytes, 0..<bytes.count)
    return GPT2Pattern().split(aligned, 0..<bytes.count).map {
      String(decoding: bytes[$0], as: UTF8.self)
    }
  }

  /// The values are those of `tokenizers` 0.23.3.
  @Test("cuts as the pattern of GPT-2 says")
  func pattern() {
    #expect(
      words("I'm we'll they'RE 'x") == ["I", "'m", " we", "'ll", " they", "'", "RE", " '", "x"])
    #expect(words("'r 'v 'l '") == ["'", "r", " '", "v", " '", "l", " '"])
    #expect(words("a  b   ") == ["a", " ", " b", "   "])
    #expect(words("a\n\nb \tc") == ["a", "\n", "\n", "b", " ", "\t", "c"])
    #expect(words(" x\u{A0}y\u{3000} z") == [" x", "\u{A0}", "y", "\u{3000}", " z"])
    #expect(words("H2O ½x, ok!?") == ["H", "2", "O", " ½", "x", ",", " ok", "!?"])
    #expect(words("สวัส") == ["สว", "\u{E31}", "ส"])
    #expect(words("e\u{301}a") == ["e", "\u{301}", "a"])
    #expect(words("\u{1F600}\u{1E900}\u{1D7D8}") == ["\u{1F600}", "\u{1E900}", "\u{1D7D8}"])
    #expect(words("").isEmpty)
  }

  @Test("every byte has a printable spelling of its own, and back")
  func alphabet() {
    #expect(ByteAlphabet.spelling(0x20) == Array("Ġ".utf8))
    #expect(ByteAlphabet.spelling(0x0A) == Array("Ċ".utf8))
    #expect(ByteAlphabet.spelling(0xAD) == Array("\u{143}".utf8))
    for byte in UInt8.min...UInt8.max {
      #expect(ByteAlphabet.decode(ByteAlphabet.spelling(byte)) == [byte])
    }
    #expect(Set(ByteAlphabet.scalars).count == 256)
    #expect(ByteAlphabet.decode(Array("a b".utf8)) == nil)
    #expect(ByteAlphabet.decode(Array("▁".utf8)) == nil)
  }

  @Test("a space is put before a text that has none, in the place of its first scalar")
  func prefix() {
    let stage = ByteLevel(addPrefixSpace: true, usesPattern: true)
    let bytes = Array("éa b".utf8)
    let text = AlignedText(bytes, 0..<bytes.count)
    let words = stage.preTokenize(Words(text: text, ranges: [0..<3, 3..<5]))
    #expect(words.text.bytes == Array(" éa b".utf8))
    #expect(words.ranges == [0..<4, 4..<6])
    #expect(words.text.sourceRange(0..<1) == 0..<2)
    #expect(words.text.sourceRange(0..<4) == 0..<3)
  }

  @Test("white space leaves the offsets, but not what the pre-tokenizer put there")
  func trim() {
    let source = Array(" \u{3000}a  ".utf8)
    func trimmed(
      _ range: Range<Int>, _ token: String, prefixed: Bool = false, first: Bool = false
    ) -> Range<Int> {
      var range = range
      let trim = OffsetTrim(addPrefixSpace: prefixed)
      let spaces = trim.spaces(Array(token.utf8))
      trim.trim(&range, spaces: spaces, isFirst: first, source: source)
      return range
    }
    #expect(trimmed(0..<5, "Ġ\u{3000}a") == 4..<5)
    #expect(trimmed(4..<7, "aĠĠ") == 4..<5)
    #expect(trimmed(5..<7, "ĠĠ") == 7..<7)
    #expect(trimmed(0..<5, "Ġa", prefixed: true) == 0..<5)
    #expect(trimmed(4..<5, "Ġa", prefixed: true, first: true) == 4..<5)
    #expect(trimmed(4..<5, "Ġa", prefixed: true) == 5..<5)
    #expect(trimmed(0..<1, "ĠĠĠ") == 1..<1)
  }
}
