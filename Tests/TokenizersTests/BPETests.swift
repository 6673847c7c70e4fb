import Testing

@testable import Tokenizers

@Suite("Byte-pair encoding")
struct BPETests {
  /// All bytes and then some pieces, with merges "left right".
  private func model(_ merges: [String], pieces: [String] = [], ignore: Bool = false) throws -> BPE
  {
    var vocabulary = Vocabulary(capacity: 300)
    for byte in UInt8.min...UInt8.max {
      try vocabulary.insert(ByteAlphabet.spelling(byte), id: Int(byte), limit: 1000)
    }
    let joined = merges.map { $0.filter { $0 != " " } }
    for piece in joined + pieces where vocabulary.id(of: piece) == nil {
      try vocabulary.insert(Array(piece.utf8), id: vocabulary.size, limit: 1000)
    }
    var table = MergeTable(capacity: merges.count)
    for (rank, merge) in merges.enumerated() {
      let parts = try BPEFault.parts(of: Array(merge.utf8))
      try table.insert(parts[0], parts[1], rank: rank, vocabulary)
    }
    return BPE(
      vocabulary: vocabulary, unknown: nil, merges: table,
      alphabet: .bytes(try BPE.byteIDs(vocabulary)),
      ignoreMerges: ignore)
  }

  private func encode(_ word: String, _ model: BPE) -> Encoding {
    let bytes = Array(word.utf8)
    var encoding = Encoding()
    model.tokenize(
      [0..<bytes.count], of: AlignedText(bytes, 0..<bytes.count), firstWord: 0, into: &encoding)
    return encoding
  }

  @Test("joins the earliest merge first, and of equals the leftmost")
  func order() throws {
    let model = try model(["b c", "a b", "a a", "aa a", "bc d"])
    #expect(encode("abc", model).tokens == ["a", "bc"])
    #expect(encode("ab", model).tokens == ["ab"])
    #expect(encode("abcd", model).tokens == ["a", "bcd"])
    #expect(encode("aaaa", model).tokens == ["aa", "aa"])
    #expect(encode("aaaaa", model).tokens == ["aa", "aaa"])
    #expect(encode("", model).tokens.isEmpty)
  }

  @Test("a piece that no merges lead to counts only if merges are ignored")
  func ignoreMerges() throws {
    #expect(encode("xyz", try model([], pieces: ["xyz"])).tokens == ["x", "y", "z"])
    #expect(encode("xyz", try model([], pieces: ["xyz"], ignore: true)).tokens == ["xyz"])
  }

  @Test("tokens that share a scalar have its place")
  func partsOfScalars() throws {
    let found = encode("a\u{1F600}b", try model(["ð Ł"]))
    #expect(found.tokens.count == 5)
    #expect(found.offsets == [0..<1, 1..<5, 1..<5, 1..<5, 5..<6])
  }

  @Test("gives what joining one pair at a time gives, in time that long words allow")
  func reference() throws {
    let merges = ["a b", "b a", "ab ab", "a a", "aa b", "abab a", "c ab", "b c", "ba ba"]
    let model = try model(merges)
    var state: UInt64 = 9
    for _ in 0..<2000 {
      var word = ""
      for _ in 0..<(state % 23) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        word.append(["a", "b", "c"][Int(state >> 40) % 3])
      }
      state &+= 77
      #expect(encode(word, model).tokens == slow(word, merges))
    }
    let long = encode(String(repeating: "ab", count: 20_000), model)
    #expect(long.count == 10_000)
  }

  private func slow(_ word: String, _ merges: [String]) -> [String] {
    var symbols = word.map(String.init)
    while true {
      let pairs = zip(symbols, symbols.dropFirst()).map { "\($0) \($1)" }
      let ranks = pairs.map { merges.firstIndex(of: $0) ?? .max }
      guard let best = ranks.min(), best < .max, let place = ranks.firstIndex(of: best) else {
        return symbols
      }
      symbols[place] += symbols.remove(at: place + 1)
    }
  }

  /// A model of characters: the pieces, and merges "left right" of them.
  private func characters(
    _ pieces: [String], _ merges: [String] = [], ignore: Bool = false,
    _ change: (inout CharacterAlphabet) -> Void = { _ in }
  ) throws -> BPE {
    var vocabulary = Vocabulary(capacity: pieces.count)
    for piece in pieces {
      try vocabulary.insert(Array(piece.utf8), id: vocabulary.size, limit: 1000)
    }
    var alphabet = CharacterAlphabet(vocabulary: vocabulary)
    change(&alphabet)
    var table = MergeTable(capacity: merges.count)
    for (rank, merge) in merges.enumerated() {
      let parts = try BPEFault.parts(of: Array(merge.utf8))
      try table.insert(parts[0], parts[1], rank: rank, vocabulary, prefix: alphabet.prefix)
    }
    return BPE(
      vocabulary: vocabulary, unknown: alphabet.unknown, merges: table,
      alphabet: .characters(alphabet), ignoreMerges: ignore)
  }

  @Test("characters are marked by where in a word they stand")
  func affixes() throws {
    let pieces = ["a", "@b", "@b/", "ab", "a/", "ab/", "@c"]
    let model = try characters(pieces, ["a @b", "a @b/"]) { alphabet in
      alphabet.prefix = [0x40]
      alphabet.suffix = [0x2F]
    }
    #expect(encode("ab", model).tokens == ["ab/"])
    #expect(encode("abb", model).tokens == ["ab", "@b/"])
    #expect(encode("a", model).tokens == ["a/"])
    #expect(encode("acb", model).tokens == ["a", "@c", "@b/"])
    #expect(encode("acb", model).offsets == [0..<1, 1..<2, 2..<3])
    let ignoring = try characters(["a", "a/", "b/", "ab"], ignore: true) { $0.suffix = [0x2F] }
    #expect(encode("ab", ignoring).tokens == ["ab"])
  }

  @Test("what is unknown is dropped, one token, fused or bytes")
  func unknown() throws {
    let pieces = ["<unk>", "a", "<0xC3>", "<0xA9>"]
    #expect(encode("xay", try characters(pieces)).tokens == ["a"])
    let plain = try characters(pieces) { $0.unknown = 0 }
    #expect(encode("xxa\u{E9}", plain).ids == [0, 0, 1, 0])
    let fused = try characters(pieces) { alphabet in
      alphabet.unknown = 0
      alphabet.fusesUnknown = true
    }
    #expect(encode("xxa\u{E9}", fused).ids == [0, 1, 0])
    #expect(encode("xxa\u{E9}", fused).offsets == [0..<2, 2..<3, 3..<5])
    let bytes = try characters(pieces) { alphabet in
      alphabet.unknown = 0
      alphabet.fallback = alphabet.vocabulary.byteFallback
    }
    #expect(encode("a\u{E9}", bytes).ids == [1, 2, 3])
    #expect(encode("a\u{E9}", bytes).offsets == [0..<1, 1..<3, 1..<3])
    // As in the library, an unknown character waits and is overtaken.
    #expect(encode("x\u{E9}a", bytes).ids == [2, 3, 0, 1])
  }

  @Test("a word of a WordLevel model is a piece or unknown")
  func wordLevel() throws {
    var vocabulary = Vocabulary(capacity: 2)
    for piece in ["?", "\u{E9}a"] {
      try vocabulary.insert(Array(piece.utf8), id: vocabulary.size, limit: 2)
    }
    let model = WordLevel(vocabulary: vocabulary, unknown: 0)
    let bytes = Array("\u{E9}a\u{E9}".utf8)
    var encoding = Encoding()
    let text = AlignedText(bytes, 0..<5)
    model.tokenize([0..<3, 0..<5, 3..<5], of: text, firstWord: 0, into: &encoding)
    #expect(encoding.ids == [1, 0, 0])
    #expect(encoding.offsets == [0..<3, 0..<5, 3..<5])
  }

  @Test("the heap gives numbers in order")
  func heap() {
    var heap = MinHeap()
    let numbers = (0..<500).map { UInt64($0 * 7919 % 503) }
    for number in numbers { heap.insert(number) }
    var found: [UInt64] = []
    while let next = heap.popMin() { found.append(next) }
    #expect(found == numbers.sorted())
    #expect(heap.popMin() == nil)
  }

  @Test("reads vocab.json and merges.txt where there is no tokenizer.json")
  func files() throws {
    let folder = try TemporaryFolder()
    for file in ["vocab.json", "merges.txt"] {
      try Fixtures.copy("gpt2/\(file)", to: folder)
    }
    let tokenizer = try Tokenizer(folder: folder.url)
    for expected in try ExpectedEncoding.all("gpt2") {
      let found = tokenizer.encode(expected.text)
      #expect(found.ids == expected.ids)
      #expect(found.offsets == expected.ranges)
    }
    #expect(tokenizer.encode("").count == 0)
    #expect(tokenizer.text(of: tokenizer.encode(" the").ids[0]).first == " ")
  }
}
