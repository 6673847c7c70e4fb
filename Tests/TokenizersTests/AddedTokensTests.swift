import Testing

@testable import Tokenizers

@Suite("Added tokens")
struct AddedTokensTests {
  private func sections(_ text: String, _ tokens: [AddedTokens.Token]) -> [String] {
    let bytes = Array(text.utf8)
    return AddedTokens(tokens, normalizer: IdentityNormalizer()).sections(ofRaw: bytes).map {
      String(decoding: bytes[$0.range], as: UTF8.self) + ($0.id.map { " #\($0)" } ?? "")
    }
  }

  private func token(
    _ content: String, _ id: Int32, single: Bool = false, left: Bool = false, right: Bool = false
  ) -> AddedTokens.Token {
    .init(id: id, content: Array(content.utf8), singleWord: single, lstrip: left, rstrip: right)
  }

  @Test("the leftmost wins, then the longest")
  func longest() {
    let tokens = [token("ab", 1), token("abcd", 2), token("bc", 3)]
    #expect(sections("xabcy", tokens) == ["x", "ab #1", "cy"])
    #expect(sections("abcdab", tokens) == ["abcd #2", "ab #1"])
    #expect(sections("", tokens).isEmpty)
    #expect(sections("q", []) == ["q"])
  }

  @Test("single words stand alone between anything but word characters")
  func singleWord() {
    let tokens = [token("<x>", 1, single: true)]
    #expect(sections("a<x>", tokens) == ["a<x>"])
    #expect(sections("-<x>\u{E9}", tokens) == ["-<x>\u{E9}"])
    #expect(sections("-<x>.", tokens) == ["-", "<x> #1", "."])
  }

  @Test("white space at the sides goes to a token that asks for it")
  func strip() {
    let left = [token("<x>", 1, left: true)]
    #expect(sections("a \u{3000}<x> b", left) == ["a", " \u{3000}<x> #1", " b"])
    let right = [token("<x>", 1, right: true)]
    #expect(sections("a <x> \n b", right) == ["a ", "<x> \n  #1", "b"])
    let both = [token("<x>", 1, left: true, right: true)]
    #expect(sections("<x> <x>", both) == ["<x>  #1", "<x> #1"])
  }
}
