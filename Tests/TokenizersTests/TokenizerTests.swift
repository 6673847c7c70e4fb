import Foundation
import Testing

@testable import Tokenizers

@Suite("Tokenizer, against Hugging Face tokenizers")
struct TokenizerTests {
  @Test("gives the library's ids, offsets and words", arguments: ExpectedEncoding.names)
  func fixtures(name: String) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    for expected in try ExpectedEncoding.all(name) {
      let found = tokenizer.encode(expected.text)
      let text = Comment(rawValue: String(reflecting: expected.text))
      #expect(found.ids == expected.ids, text)
      #expect(found.offsets == expected.ranges, text)
      #expect(found.words == expected.words, text)
      #expect(found.tokens == expected.ids.map { tokenizer.token($0) }, text)
      #expect(found.isSpecial == expected.words.map { $0 == nil }, text)
      #expect(!found.truncated)
    }
  }

  @Test("reads vocab.txt and the configuration where there is no tokenizer.json")
  func vocabularyFile() throws {
    let folder = try TemporaryFolder()
    for file in ["vocab.txt", "tokenizer_config.json"] {
      try FileManager.default.copyItem(
        at: Fixtures.tokenizers.appendingPathComponent("uncased/\(file)"),
        to: folder.url.appendingPathComponent(file))
    }
    let tokenizer = try Tokenizer(folder: folder.url)
    for expected in try ExpectedEncoding.all("uncased") {
      let found = tokenizer.encode(expected.text)
      #expect(found.ids == expected.ids)
      #expect(found.offsets == expected.ranges)
    }
    #expect(tokenizer.maxLength == 64)
  }

  @Test("finds ids and pieces, and the special ones by name")
  func pieces() throws {
    let tokenizer = try Fixtures.tokenizer("uncased")
    let lines = try String(
      contentsOf: Fixtures.tokenizers.appendingPathComponent("uncased/vocab.txt"), encoding: .utf8)
    let pieces = lines.utf8.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    #expect(tokenizer.vocabularySize == pieces.count)
    for (id, piece) in pieces.enumerated() {
      #expect(tokenizer.token(Int32(id)).utf8.elementsEqual(piece.utf8))
      #expect(tokenizer.id(of: piece) == Int32(id))
    }
    #expect(tokenizer.token(-1).isEmpty && tokenizer.token(.max).isEmpty)
    #expect(tokenizer.id(of: "no such piece") == nil)
    #expect(tokenizer.id(of: "\u{E9}") != tokenizer.id(of: "e\u{301}"))
    let special = [
      tokenizer.padID, tokenizer.unknownID, tokenizer.clsID, tokenizer.sepID, tokenizer.maskID,
    ]
    #expect(special == [0, 1, 2, 3, 4])
  }

  @Test("truncates before the template, which stays whole", arguments: [0, 1, 2, 3, 7, 12, 13, 99])
  func truncation(limit: Int) throws {
    let tokenizer = try Fixtures.tokenizer("uncased")
    let text = "The old harbour wakes before the sun!"
    let whole = tokenizer.encode(text)
    let cut = tokenizer.encode(text, maxLength: limit)
    let kept = max(0, min(limit - 2, whole.count - 2))
    #expect(cut.ids == [2] + whole.ids.dropFirst().prefix(kept) + [3])
    #expect(cut.offsets == [0..<0] + whole.offsets.dropFirst().prefix(kept) + [0..<0])
    #expect(cut.truncated == (limit < whole.count))
    let bare = tokenizer.encode(text, maxLength: limit, addSpecialTokens: false)
    #expect(bare.ids == Array(whole.ids.dropFirst().dropLast().prefix(limit)))
  }

  /// What transformers' `AutoTokenizer` does: the configuration's side goes before the file's, and
  /// its `model_max_length` holds, the file's `max_length` does not.
  @Test(
    "cuts at the side and the length that the tokenizer was saved with",
    arguments: [
      (#"{"truncation_side":"left"}"#, "Right", true),
      (#"{"truncation_side":"right"}"#, "Left", false),
      ("{}", "Left", true), ("{}", "Right", false),
    ])
  func savedTruncation(configuration: String, direction: String, isLeft: Bool) throws {
    let folder = try TemporaryFolder()
    let source = Fixtures.tokenizers.appendingPathComponent("uncased/tokenizer.json")
    let json = try String(contentsOf: source, encoding: .utf8)
    let old = "\"truncation\":{\"direction\":\"Right\""
    #expect(json.contains(old))
    let changed = json.replacing(old, with: "\"truncation\":{\"direction\":\"\(direction)\"")
    try Data(changed.utf8).write(to: folder.url.appendingPathComponent("tokenizer.json"))
    try Data(
      (configuration.dropLast() + (configuration == "{}" ? "" : ",") + "\"model_max_length\":6}")
        .utf8
    )
    .write(to: folder.url.appendingPathComponent("tokenizer_config.json"))
    let tokenizer = try Tokenizer(folder: folder.url)
    let text = "the the the the engine"
    let whole = tokenizer.encode(text)
    let kept = isLeft ? whole.ids.dropFirst().dropLast().suffix(4) : whole.ids.dropFirst().prefix(4)
    #expect(whole.count > 6)
    #expect(tokenizer.encode(text, maxLength: 40).ids == [2] + kept + [3])
    #expect(tokenizer.encode(text, maxLength: 4).count == 4)
    #expect(tokenizer.limit(40) == 6 && tokenizer.limit(4) == 4)
  }

  @Test("gives ids to special tokens that the text spells, and does not call them added")
  func literals() throws {
    let tokenizer = try Fixtures.tokenizer("uncased")
    let found = tokenizer.encode("the[MASK]the [mask]")
    #expect(Array(found.ids[1...3]) == [tokenizer.id(of: "the"), 4, tokenizer.id(of: "the")])
    #expect(found.offsets[2] == 3..<9)
    #expect(found.words[2] == 1)
    #expect(!found.isSpecial[2])
    #expect(found.ids.count { $0 == 4 } == 1)
  }

  @Test(
    "agrees with the real tokenizers on the tricky texts",
    .enabled(if: Fixtures.hasShared, "../shared does not lie beside the package"))
  func tricky() throws {
    struct Row: Decodable {
      var text: String
      var bert: [Int32]
      var roberta: [Int32]

      enum CodingKeys: String, CodingKey {
        case text
        case bert = "bert_uncased_ids"
        case roberta = "roberta_ids"
      }
    }
    let rows = try Fixtures.decode(
      [Row].self, Fixtures.shared.appendingPathComponent("notes/engine_tricky_expected.json"))
    let folder = Fixtures.shared.appendingPathComponent("tokenizers")
    let bert = try Tokenizer(folder: folder.appendingPathComponent("bert-base-uncased"))
    let roberta = try Tokenizer(folder: folder.appendingPathComponent("roberta-base"))
    #expect(rows.count > 100)
    for row in rows {
      #expect(bert.encode(row.text).ids == row.bert, "\(row.text.debugDescription)")
      #expect(roberta.encode(row.text).ids == row.roberta, "\(row.text.debugDescription)")
    }
  }

  @Test(
    "reads every real tokenizer, and gives the ids that each is known for",
    .enabled(if: Fixtures.hasShared, "../shared does not lie beside the package"),
    arguments: [
      ("gpt2", [15496, 995, 0]), ("roberta-base", [0, 31414, 232, 328, 2]),
      ("pythia-410m", [12092, 1533, 2]), ("t5-base", [8774, 296, 55, 1]),
      ("flan-t5", [8774, 296, 55, 1]),
    ] as [(String, [Int32])])
  func real(name: String, ids: [Int32]) throws {
    let folder = Fixtures.shared.appendingPathComponent("tokenizers/\(name)")
    #expect(try Tokenizer(folder: folder).encode("Hello world!").ids == ids)
  }
}
