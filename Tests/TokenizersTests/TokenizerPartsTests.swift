import Testing

@testable import Tokenizers

@Suite("A tokenizer's parts in words")
struct TokenizerPartsTests {
  @Test(
    "of every kind",
    arguments: [
      (
        "uncased", "BertNormalizer: lower case, no accents, no controls, CJK apart",
        "BertPreTokenizer", "WordPiece", "[CLS] text [SEP]", 5
      ),
      (
        "cased", "BertNormalizer: no controls, CJK apart", "BertPreTokenizer", "WordPiece",
        "[CLS] text [SEP]", 10
      ),
      ("gpt2", "none", "ByteLevel", "BPE", "adds nothing", 1),
      (
        "roberta", "none", "ByteLevel: a space before the text", "BPE",
        "<s> text </s>, offsets without white space", 5
      ),
      (
        "pythia", "NFC", "ByteLevel", "BPE", "text <|endoftext|>, offsets without white space", 9
      ),
    ] as [(String, String, String, String, String, Int)])
  func parts(
    name: String, normalizer: String, preTokenizer: String, model: String, post: String, added: Int
  ) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    let parts = tokenizer.parts
    #expect(parts.source == "tokenizer.json")
    #expect(parts.normalizer == normalizer)
    #expect(parts.preTokenizer == preTokenizer)
    #expect(parts.model == model)
    #expect(parts.postProcessor == post)
    #expect(parts.addedTokens.count == added)
    #expect(parts.pieces <= tokenizer.vocabularySize && parts.pieces > 0)
  }

  @Test("stages one behind the other are all named")
  func sequences() throws {
    for name in ["t5", "flan"] {
      let parts = try Fixtures.tokenizer(name).parts
      #expect(parts.model == "Unigram")
      #expect(parts.normalizer.contains("Precompiled"))
      #expect(parts.preTokenizer.contains("Metaspace: ▁ for a space"))
      #expect(parts.postProcessor == "text </s>")
    }
    let stages = NormalizerSequence(stages: [
      Strip(left: true, right: false), Replace(pattern: .literal([0x61]), content: [0x62]),
      Replace(pattern: .run(atLeast: 2, ofSpacesAlone: true), content: [0x20]),
      IdentityNormalizer(),
    ])
    #expect(
      stages.summary
        == "Strip: left; then Replace: \"a\" by \"b\"; then Replace: 2 spaces or more by \" \"; "
        + "then none")
  }

  @Test("the source is the file that was read")
  func source() throws {
    let folder = try TemporaryFolder()
    try Fixtures.copy("uncased/vocab.txt", to: folder)
    #expect(try Tokenizer(folder: folder.url).parts.source == "vocab.txt")
    let merges = try TemporaryFolder()
    for file in ["vocab.json", "merges.txt"] { try Fixtures.copy("gpt2/\(file)", to: merges) }
    #expect(try Tokenizer(folder: merges.url).parts.source == "vocab.json and merges.txt")
  }
}
