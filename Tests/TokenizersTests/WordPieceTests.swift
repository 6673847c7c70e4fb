import Testing

@testable import Tokenizers

@Suite("WordPiece and its table")
struct WordPieceTests {
  private func pieces(_ word: String, limit: Int = 100) throws -> [String] {
    var vocabulary = Vocabulary(capacity: 0)
    let all = ["?", "\u{E9}", "##\u{E9}", "un", "##able", "##a", "##b", "##"]
    for (id, piece) in all.enumerated() {
      try vocabulary.insert(Array(piece.utf8), id: id, limit: 100)
    }
    let model = WordPiece(
      vocabulary: vocabulary, unknown: 0, prefix: Array("##".utf8), maxInputCharsPerWord: limit)
    let bytes = Array(word.utf8)
    var encoding = Encoding()
    model.tokenize(
      [0..<bytes.count], of: AlignedText(bytes, 0..<bytes.count), firstWord: 0, into: &encoding)
    return encoding.tokens
  }

  @Test("takes the longest piece first, and all or nothing")
  func greedy() throws {
    #expect(try pieces("unable") == ["un", "##able"])
    #expect(try pieces("unab") == ["un", "##a", "##b"])
    #expect(try pieces("unabx") == ["?"])
    #expect(try pieces("able") == ["?"])
  }

  @Test("the limit of a word counts scalars, not bytes")
  func limit() throws {
    #expect(try pieces("\u{E9}\u{E9}\u{E9}", limit: 3) == ["\u{E9}", "##\u{E9}", "##\u{E9}"])
    #expect(try pieces("\u{E9}\u{E9}\u{E9}", limit: 2) == ["?"])
    #expect(try pieces("unab", limit: 4).count == 3)
    #expect(try pieces("unab", limit: 3) == ["?"])
  }

  @Test("the byte table finds what a dictionary finds, also after it grew")
  func table() {
    var table = ByteTable(capacity: 1)
    var dictionary: [[UInt8]: Int32] = [:]
    for number in 0..<5000 {
      let key = Array(String(number * 7919 % 3001, radix: 3).utf8)
      #expect(table.insert(key, id: Int32(number)) == dictionary[key])
      if dictionary[key] == nil { dictionary[key] = Int32(number) }
    }
    #expect(table.count == dictionary.count)
    for (key, id) in dictionary { #expect(table.find(key) == id) }
    #expect(table.find([]) == nil)
    #expect(table.find([0xFF]) == nil)
    #expect(table.maxLength == dictionary.keys.map(\.count).max())
  }
}
