import Foundation
import Testing

@testable import Tokenizers

@Suite("Byte-level BPE and Unigram files that are damaged")
struct HostileSubwordTests {
  /// A fixture's tokenizer.json with a part replaced; the part must be there.
  private func error(_ name: String, _ old: String, _ new: String) throws -> TokenizerError? {
    let file = Fixtures.tokenizers.appendingPathComponent("\(name)/tokenizer.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    let range = try #require(text.range(of: old, options: .literal), "\(old)")
    let damaged = text.replacingCharacters(in: range, with: new)
    let folder = try TemporaryFolder(["tokenizer.json": Array(damaged.utf8)])
    return #expect(throws: TokenizerError.self, "\(new)") { try Tokenizer(folder: folder.url) }
  }

  @Test(
    "names the place of what is wrong in a BPE file",
    arguments: [
      ("[[\"", "[[\"nopiece\",\"a\"],[\"", "model.merges[0]"),
      ("[[\"", "[[\"z\",\"q\"],[\"", "model.merges[0]"),
      ("\"merges\":[", "\"merges\":[\"a b c\",", "model.merges[0]"),
      ("\"merges\":[", "\"merges\":[\"ab\",", "model.merges[0]"),
      ("\"merges\":[", "\"merges\":[[\"a\",\"b\",\"c\"],", "model.merges[0]"),
      ("\"merges\":[", "\"merges\":[[\"a\"],", "model.merges[0]"),
      ("\"merges\":[", "\"merges\":[[\"a\",7],", "model.merges[0]"),
      ("\"merges\":[", "\"merges\":[{},", "model.merges[0]"),
      ("\"merges\":[", "\"merges\":[[\"Ġ\",\"t\"],[\"Ġ\",\"t\"],", "model.merges[1]"),
      ("\"merges\":[", "\"merges\":null,\"_\":[", "model.merges"),
      ("\"vocab\":{", "\"vocab\":{},\"_\":{", "model.vocab"),
      ("\"~\":", "\"nosuchbyte\":", "model.vocab"),
      ("\"dropout\":null", "\"dropout\":0.1", "model.dropout"),
      ("\"unk_token\":null", "\"unk_token\":\"nope\"", "model.unk_token"),
      ("_prefix\":null", "_prefix\":\"##\"", "model.continuing_subword_prefix"),
      ("_suffix\":null", "_suffix\":\"</w>\"", "model.end_of_word_suffix"),
      ("\"add_prefix_space\":false", "\"add_prefix_space\":0", "pre_tokenizer.add_prefix_space"),
      ("\"type\":\"BPE\"", "\"type\":\"WordLevel\"", "model"),
    ])
  func bpe(old: String, new: String, place: String) throws {
    let error = try error("gpt2", old, new)
    #expect(error?.place == place, "\(error?.description ?? "")")
  }

  @Test(
    "names the place of what is wrong in a Unigram file",
    arguments: [
      ("\"unk_id\":2", "\"unk_id\":99999", "model.unk_id"),
      ("\"unk_id\":2", "\"unk_id\":-1", "model.unk_id"),
      ("\"unk_id\":2", "\"unk_id\":null", "model.unk_id"),
      ("\"vocab\":[", "\"vocab\":[],\"_\":[", "model.unk_id"),
      ("\"vocab\":[", "\"vocab\":{},\"_\":[", "model.vocab"),
      ("[\"<pad>\",0.0]", "[\"<pad>\"]", "model.vocab[0]"),
      ("[\"<pad>\",0.0]", "[\"<pad>\",null]", "model.vocab[0]"),
      ("[\"<pad>\",0.0]", "[0.0,\"<pad>\"]", "model.vocab[0]"),
      ("[\"<pad>\",0.0]", "[\"</s>\",0.0]", "model.vocab[1]"),
      ("\"byte_fallback\":false", "\"byte_fallback\":\"yes\"", "model.byte_fallback"),
      (
        "{\"Regex\":\" {2,}\"}", "{\"Regex\":\"(a|aa)+$\"}",
        "normalizer.normalizers[2].pattern.Regex"
      ),
      ("{\"Regex\":\" {2,}\"}", "{\"String\":\"\"}", "normalizer.normalizers[2].pattern.String"),
      ("{\"Regex\":\" {2,}\"}", "{}", "normalizer.normalizers[2].pattern.String"),
      ("\"strip_left\":false", "\"strip_left\":\"no\"", "normalizer.normalizers[1].strip_left"),
      ("_charsmap\":\"", "_charsmap\":\"*", "normalizer.normalizers[0].precompiled_charsmap"),
      ("_charsmap\":\"", "_charsmap\":\"AAAA", "normalizer.normalizers[0].precompiled_charsmap"),
      ("_scheme\":\"first\"", "_scheme\":\"last\"", "pre_tokenizer.prepend_scheme"),
      ("\"replacement\":\"▁\"", "\"replacement\":\"\"", "pre_tokenizer.replacement"),
      ("\"replacement\":\"▁\"", "\"replacement\":\"__\"", "pre_tokenizer.replacement"),
      ("\"type\":\"Metaspace\"", "\"type\":\"ByteLevel\"", "pre_tokenizer.add_prefix_space"),
    ])
  func unigram(old: String, new: String, place: String) throws {
    let error = try error("flan", old, new)
    #expect(error?.place == place, "\(error?.description ?? "")")
  }

  @Test(
    "names the place of what is wrong in a BPE file of characters",
    arguments: [
      ("\"byte_fallback\":false", "\"byte_fallback\":true", "model.byte_fallback"),
      ("_prefix\":\"@\"", "_prefix\":\"#\"", "model.merges[0]"),
      ("_suffix\":\"/\"", "_suffix\":7", "model.end_of_word_suffix"),
      ("\"fuse_unk\":true", "\"fuse_unk\":1", "model.fuse_unk"),
      ("\"unk_token\":\"<unk>\"", "\"unk_token\":\"<no>\"", "model.unk_token"),
    ])
  func characters(old: String, new: String, place: String) throws {
    let error = try error("characters", old, new)
    #expect(error?.place == place, "\(error?.description ?? "")")
  }

  @Test("NaN and infinite scores are no JSON", arguments: ["NaN", "Infinity", "1e999"])
  func scores(number: String) throws {
    let error = try error("flan", "[\"<pad>\",0.0]", "[\"<pad>\",\(number)]")
    #expect(error?.place.hasPrefix("byte ") == true)
  }

  @Test("stages after ByteLevel, and templates before it, are refused")
  func orders() throws {
    let stages = "\"pre_tokenizer\":{\"type\":\"Sequence\",\"pretokenizers\":["
    let old = "\"pre_tokenizer\":{\"type\":\"ByteLevel\""
    let level = "{\"type\":\"ByteLevel\",\"add_prefix_space\":false}"
    let after = try error(
      "gpt2", old, "\(stages)\(level),{\"type\":\"WhitespaceSplit\"}],\"_\":\"\"")
    #expect(after?.place == "pre_tokenizer.pretokenizers[1]")
    let twice = try error(
      "pythia", "\"processors\":[",
      "\"processors\":[{\"type\":\"ByteLevel\",\"trim_offsets\":true},")
    #expect(twice?.place == "post_processor.processors[1]")
  }

  @Test("merges.txt names the line", arguments: ["a b c", "ab", "a nopiece", "", "Ġ t"])
  func mergesFile(line: String) throws {
    let folder = try TemporaryFolder()
    try Fixtures.copy("gpt2/vocab.json", to: folder)
    try Data("#version: 0.2\nĠ t\n\(line)\nh e\n".utf8)
      .write(to: folder.url.appendingPathComponent("merges.txt"))
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
    #expect(error?.place == "line 3", "\(error?.description ?? "")")
    #expect(error?.file.hasSuffix("/merges.txt") == true)
  }

  @Test("files that would change the others' meaning, or cannot be read alone, are refused")
  func folders() throws {
    let folder = try TemporaryFolder(["added_tokens.json": Array("{}".utf8)])
    try Fixtures.copy("gpt2/vocab.json", to: folder)
    try Fixtures.copy("gpt2/merges.txt", to: folder)
    #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
    let piece = try TemporaryFolder(["spiece.model": [10, 0]])
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(folder: piece.url) }
    #expect(error?.description.contains("spiece.model alone is not supported") == true)
    let other = try TemporaryFolder([
      "tokenizer_config.json": Array(#"{"tokenizer_class":"OddTokenizer"}"#.utf8)
    ])
    try Fixtures.copy("gpt2/vocab.json", to: other)
    try Fixtures.copy("gpt2/merges.txt", to: other)
    #expect(throws: TokenizerError.self) { try Tokenizer(folder: other.url) }
  }

  @Test(
    "any changed byte gives an error or a tokenizer, never a trap",
    arguments: ["gpt2", "t5", "characters", "fallback"])
  func changedBytes(name: String) throws {
    let file = Fixtures.tokenizers.appendingPathComponent("\(name)/tokenizer.json")
    let bytes = Array(try Data(contentsOf: file))
    let text = Array("Ab é 中</s> \u{FB01}\u{301}  x'll".utf8)
    for index in stride(from: 0, to: bytes.count, by: bytes.count / 80) {
      for byte in [UInt8(ascii: "\""), UInt8(ascii: "9"), UInt8(ascii: "A")] {
        var damaged = bytes
        damaged[index] = byte
        guard let root = try? JSONField(parsing: damaged, file: "f") else { continue }
        guard let pipeline = try? TokenizerFile(root).pipeline() else { continue }
        #expect(pipeline.tokenize(text).count > 0)
      }
    }
  }

  @Test(
    "long texts of one kind take no more than a moment",
    arguments: ["gpt2", "pythia", "t5", "flan", "characters", "fallback"])
  func long(name: String) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    for unit in ["a", " ", "!", "\u{301}", "\u{4E2D}", "\u{1F468}\u{200D}", "\u{1}", "\r\n"] {
      let text = String(repeating: unit, count: 10_000)
      #expect(tokenizer.encode(text).count >= 0)
    }
  }
}
