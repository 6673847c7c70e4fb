import StrictJSON
import Testing

@testable import Tokenizers

@Suite("Unigram and its trie")
struct UnigramTests {
  private func encode(
    _ word: String, _ pieces: [(String, Double)], fallsBack: Bool = false
  ) throws -> Encoding {
    var vocabulary = Vocabulary(capacity: pieces.count)
    for (id, piece) in pieces.enumerated() {
      try vocabulary.insert(Array(piece.0.utf8), id: id, limit: pieces.count)
    }
    let model = Unigram(
      vocabulary: vocabulary, scores: pieces.map(\.1), unknown: 0, fallsBackOnBytes: fallsBack)
    let bytes = Array(word.utf8)
    var encoding = Encoding()
    model.tokenize(
      [0..<bytes.count], of: AlignedText(bytes, 0..<bytes.count), firstWord: 3, into: &encoding)
    return encoding
  }

  @Test("takes the best path, as the library's own example has it")
  func best() throws {
    let pieces: [(String, Double)] = [
      ("<unk>", 0), ("a", 0), ("b", 0), ("c", 0), ("d", 0), ("cd", 1), ("ab", 2), ("abc", 5),
      ("abcd", 10),
    ]
    let found = try encode("abcdacdxx", pieces)
    #expect(found.ids == [8, 1, 5, 0])
    #expect(found.offsets == [0..<4, 4..<5, 5..<7, 7..<9])
    #expect(found.words == [3, 3, 3, 3])
    #expect(try encode("", pieces).ids.isEmpty)
  }

  @Test("of equal paths the first found wins: the last piece is the longest")
  func ties() throws {
    let pieces: [(String, Double)] = [("<unk>", 0), ("a", -1), ("aa", -1)]
    #expect(try encode("aaa", pieces).tokens == ["a", "aa"])
    #expect(try encode("aaaaa", pieces).tokens == ["a", "aa", "aa"])
  }

  @Test("scalars that are no piece become one unknown token with those beside them")
  func unknown() throws {
    let pieces: [(String, Double)] = [("<unk>", 0), ("a", -1), ("\u{4E2D}\u{56FD}", -90)]
    let found = try encode("é\u{4E2D}aé", pieces)
    #expect(found.ids == [0, 1, 0])
    #expect(found.offsets == [0..<5, 5..<6, 6..<8])
    // The whole run is looked up once more.
    #expect(try encode("\u{4E2D}\u{56FD}", pieces).ids == [2])
    #expect(try encode("<unk>a", pieces).ids == [0, 1])
  }

  @Test("bytes stand for an unknown run if all of them are pieces")
  func bytes() throws {
    let pieces: [(String, Double)] = [
      ("<unk>", 0), ("a", -1), ("<0xC3>", -9), ("<0xA9>", -9), ("<0x0A>", -9),
    ]
    let found = try encode("\u{E9}a\n", pieces, fallsBack: true)
    #expect(found.ids == [2, 3, 1, 4])
    #expect(found.offsets == [0..<2, 0..<2, 2..<3, 3..<4])
    #expect(try encode("\u{E9}\u{4E2D}", pieces, fallsBack: true).ids == [0])
    #expect(try encode("\u{E9}", pieces).ids == [0])
  }

  @Test("scores are read as the library's JSON reader rounds them")
  func scores() throws {
    // The second is not the nearest double to its digits.
    let texts: [(String, Double)] = [
      ("0", 0), ("-2", -2), ("-2.5", -2.5), ("1e-05", 1e-05), ("-1.5e3", -1500), ("0.1", 0.1),
    ]
    for (text, score) in texts { #expect(Unigram.score(try JSON.parse(Array(text.utf8))) == score) }
    let digits = "-9.7012939453125"
    let exact = try #require(Double(digits))
    let read = try #require(Unigram.score(try JSON.parse(Array(digits.utf8))))
    #expect(read == -97_012_939_453_125 / 1e13)
    #expect(abs(read - exact) <= exact.ulp)
    #expect(Unigram.score(.string([])) == nil)
  }

  @Test("the trie finds what is there and nothing else")
  func trie() {
    let words = ["a", "ab", "abc", "b", "\u{E9}", "zz"].map { Array($0.utf8) }
    let trie = PieceTrie(words.enumerated().map { ($1, Int32($0)) } + [([], 99)])
    #expect(trie.longest(in: Array("abd".utf8), at: 0)?.id == 1)
    #expect(trie.longest(in: Array("abd".utf8), at: 0)?.end == 2)
    #expect(trie.longest(in: Array("xabc".utf8), at: 1)?.id == 2)
    #expect(trie.longest(in: Array("z".utf8), at: 0) == nil)
    #expect(trie.longest(in: [0xC3], at: 0) == nil)
    #expect(trie.longest(in: [], at: 0) == nil)
    #expect(PieceTrie([]).longest(in: [0], at: 0) == nil)
  }
}
