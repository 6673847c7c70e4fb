import Testing

@testable import Tokenizers

@Suite("BertNormalizer, setting by setting")
struct BertNormalizerTests {
  private func normalize(
    _ text: String, clean: Bool = false, chinese: Bool = false, strip: Bool? = false,
    lower: Bool = false
  ) -> AlignedText {
    BertNormalizer(
      cleanText: clean, handleChineseChars: chinese, stripAccents: strip, lowercase: lower
    ).normalize(Array(text.utf8), 0..<text.utf8.count)
  }

  /// The values are those of `tokenizers` 0.23.3.
  @Test("each setting does its part and no more")
  func settings() {
    #expect(normalize("\u{130}\u{3A3}I", lower: true).bytes == Array("i\u{307}\u{3C3}i".utf8))
    let decomposed = "E\u{17F}\u{1100}\u{1161}\u{11A8}"
    #expect(normalize("\u{C9}\u{1E9B}\u{323}\u{AC01}", strip: true).bytes == Array(decomposed.utf8))
    let odd = "a\u{B}\u{AD}\tb\u{A0}\u{FFFD}"
    #expect(normalize(odd, clean: true).bytes == Array("a b ".utf8))
    #expect(normalize(odd).bytes == Array(odd.utf8))
    let chinese = "a\u{4E2D}\u{2B820}\u{2B920}"
    let spaced = "a \u{4E2D} \u{2B820} \u{2B920} "
    #expect(normalize(chinese, chinese: true).bytes == Array(spaced.utf8))
  }

  @Test("strip_accents follows lowercase where the file says null")
  func stripAccents() {
    #expect(normalize("\u{C9}", strip: nil, lower: true).bytes == Array("e".utf8))
    #expect(normalize("\u{C9}", strip: nil).bytes == Array("\u{C9}".utf8))
    #expect(normalize("\u{C9}", strip: false, lower: true).bytes == Array("\u{E9}".utf8))
  }

  @Test("bytes that are inserted take the place of the scalar they come from")
  func places() {
    let text = normalize("a\u{4E2D}\u{AC00}", chinese: true, strip: true)
    #expect(text.bytes == Array("a \u{4E2D} \u{1100}\u{1161}".utf8))
    #expect(text.sourceRange(0..<1) == 0..<1)
    #expect((1..<6).allSatisfy { text.sourceRange($0..<$0 + 1) == 1..<4 })
    #expect((6..<12).allSatisfy { text.sourceRange($0..<$0 + 1) == 4..<7 })
  }

  @Test("a second normalizer keeps the places of the first")
  func twice() {
    let first = normalize("\u{200B}\u{C9}B", clean: true, strip: true)
    let second = BertNormalizer(
      cleanText: true, handleChineseChars: true, stripAccents: true, lowercase: true
    ).normalize(first)
    #expect(second.bytes == Array("eb".utf8))
    #expect(second.sourceRange(0..<1) == 3..<5)
    #expect(second.sourceRange(0..<2) == 3..<6)
  }

  @Test("decomposition puts marks in canonical order, equals in the order of the text")
  func reordering() {
    let scalars: [UInt32] = [0x61, 0x302, 0x323, 0x1EBF, 0x344, 0x323, 0xF73]
    var run = scalars.enumerated().map { index, scalar in
      AlignedScalar(scalar: scalar, source: .init(start: UInt32(index), end: UInt32(index + 1)))
    }
    CanonicalDecomposition().apply(to: &run)
    let expected: [UInt32] = [
      0x61, 0x323, 0x302, 0x65, 0xF71, 0xF72, 0x323, 0x302, 0x301, 0x308, 0x301,
    ]
    #expect(run.map(\.scalar) == expected)
  }
}
