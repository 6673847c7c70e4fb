import Foundation
import Fuzzing
import Testing

@testable import Tokenizers

/// Each file is tried in a folder of its own, and a tokenizer that is accepted is used.
@Suite("Damaged tokenizers")
struct TokenizerFuzzTests {
  private static let texts = [
    "", " ", "The film, a b  ab abab the",
    "\u{E9}e\u{301} \u{FB01}\u{301}\u{1F468}\u{200D}\u{1F469}",
    "[CLS]Film film<mask> </s><extra_id_0>", "\u{1}\n\r\n\u{0}\u{2581}_ \u{2581}",
    "中国 \u{AC01}\u{11A8}",
    String(repeating: "a", count: 300) + "'ll",
  ]

  /// Reads a folder; nil if it is refused, which must be in one line that names a file of it.
  private func load(_ folder: TemporaryFolder) -> Tokenizer? {
    do {
      return try Tokenizer(folder: folder.url)
    } catch {
      let message = error.description
      #expect(error.file.hasPrefix(folder.url.path), "\(message)")
      #expect(!message.contains { $0.isNewline } && message.utf8.count < 2000, "\(message)")
      return nil
    }
  }

  private func use(_ tokenizer: Tokenizer) {
    for text in Self.texts {
      let found = tokenizer.encode(text)
      let counts = [
        found.tokens.count, found.offsets.count, found.words.count, found.isSpecial.count,
      ]
      #expect(counts.allSatisfy { $0 == found.ids.count })
      #expect(found.ids.allSatisfy { 0 <= $0 && Int($0) < tokenizer.vocabularySize })
      #expect(found.offsets.allSatisfy { $0.upperBound <= text.utf8.count })
      let starts = zip(found.offsets, found.isSpecial).filter { !$1 && !$0.isEmpty }.map(
        \.0.lowerBound)
      #expect(starts == starts.sorted(), "\(text) \(found.offsets)")
      for id in found.ids { _ = tokenizer.text(of: id) }
      let cut = tokenizer.encode(text, maxLength: 3)
      #expect(cut.count <= max(3, tokenizer.specialTokenCount))
    }
  }

  /// Tries damaged versions of `name` beside the files that are there already.
  private func fuzz(
    _ name: String, _ corpus: [[UInt8]], in folder: TemporaryFolder, rounds: Int,
    label: String? = nil
  ) throws {
    let file = folder.url.appendingPathComponent(name)
    var accepted = 0
    var fuzzer = Fuzzer(label ?? name, corpus: corpus, rounds: rounds)
    try fuzzer.run { bytes in
      try Data(bytes).write(to: file)
      guard let tokenizer = load(folder) else { return }
      accepted += 1
      use(tokenizer)
    }
    #expect(accepted > 0)
  }

  @Test("any tokenizer.json gives an error or a tokenizer that keeps its promises")
  func tokenizers() throws {
    var corpus = try Fuzzer.corpus("tokenizer")
    if Fuzzer.isLong {
      corpus += try ["uncased", "gpt2", "roberta", "pythia", "flan"].map {
        try Array(
          Data(contentsOf: Fixtures.tokenizers.appendingPathComponent("\($0)/tokenizer.json")))
      }
    }
    try fuzz("tokenizer.json", corpus, in: TemporaryFolder(), rounds: 120)
  }

  @Test("any vocab.txt gives an error or a tokenizer that keeps its promises")
  func vocabularies() throws {
    try fuzz("vocab.txt", Fuzzer.corpus("vocab"), in: TemporaryFolder(), rounds: 100)
  }

  @Test("any merges.txt and vocab.json give an error or a tokenizer that keeps its promises")
  func merges() throws {
    let folder = try TemporaryFolder()
    try Fixtures.copy("gpt2/vocab.json", to: folder)
    try fuzz("merges.txt", Fuzzer.corpus("merges"), in: folder, rounds: 40)
    try Data("#version: 0.2\n\u{120} t\nh e\n".utf8)
      .write(to: folder.url.appendingPathComponent("merges.txt"))
    let vocabulary = folder.url.appendingPathComponent("vocab.json")
    try fuzz("vocab.json", [Array(Data(contentsOf: vocabulary))], in: folder, rounds: 30)
  }

  @Test("any tokenizer_config.json and special_tokens_map.json give an error or a tokenizer")
  func configurations() throws {
    for name in ["tokenizer_config.json", "special_tokens_map.json"] {
      let folder = try TemporaryFolder(["vocab.txt": Fuzzer.corpus("vocab")[1]])
      try fuzz(name, Fuzzer.corpus("tokenizer_config"), in: folder, rounds: 50)
    }
  }
}
