import Foundation
import Testing

@testable import Tokenizers

@Suite("Files that are damaged or that we cannot follow")
struct HostileFileTests {
  /// A small tokenizer.json, with one part replaced.
  private static func json(_ old: String = "", _ new: String = "") -> [UInt8] {
    let whole = """
      {"version":"1.0","truncation":null,"padding":null,
      "added_tokens":[{"id":1,"content":"[CLS]","special":true}],
      "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,
      "strip_accents":null,"lowercase":true},
      "pre_tokenizer":{"type":"BertPreTokenizer"},
      "post_processor":{"type":"BertProcessing","sep":["[SEP]",2],"cls":["[CLS]",1]},
      "decoder":null,
      "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
      "max_input_chars_per_word":100,"vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2,"a":3,"##b":4}}}
      """
    return Array(whole.replacingOccurrences(of: old, with: new).utf8)
  }

  private static func error(_ files: [String: [UInt8]]) throws -> TokenizerError? {
    let folder = try TemporaryFolder(files)
    return #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
  }

  @Test("the small file itself is whole")
  func whole() throws {
    let folder = try TemporaryFolder(["tokenizer.json": Self.json()])
    #expect(try Tokenizer(folder: folder.url).encode("AB a c").ids == [1, 3, 4, 3, 0, 2])
  }

  @Test(
    "names the place of what is wrong in tokenizer.json",
    arguments: [
      ("\"model\":{", "\"modal\":{", "model"),
      ("\"WordPiece\"", "\"BPE\"", "model.merges"),
      ("\"WordPiece\"", "\"Other\"", "model"),
      ("\"WordPiece\"", "7", "model.type"),
      ("\"BertNormalizer\"", "\"ByteLevel\"", "normalizer"),
      ("\"BertNormalizer\"", "\"Prepend\"", "normalizer.prepend"),
      ("\"BertPreTokenizer\"", "\"UnicodeScripts\"", "pre_tokenizer"),
      ("\"BertPreTokenizer\"", "\"Digits\"", "pre_tokenizer.individual_digits"),
      ("\"BertPreTokenizer\"", "\"Punctuation\",\"behavior\":\"No\"", "pre_tokenizer.behavior"),
      (
        "\"BertPreTokenizer\"", "\"CharDelimiterSplit\",\"delimiter\":\"\"",
        "pre_tokenizer.delimiter"
      ),
      (
        "\"BertPreTokenizer\"", "\"CharDelimiterSplit\",\"delimiter\":\"ab\"",
        "pre_tokenizer.delimiter"
      ),
      ("\"truncation\":null", "\"truncation\":{\"direction\":\"Up\"}", "truncation.direction"),
      ("\"BertPreTokenizer\"", "\"Split\",\"pattern\":{}", "pre_tokenizer.pattern.String"),
      (
        "\"BertPreTokenizer\"", "\"Split\",\"pattern\":{\"String\":\"\"}",
        "pre_tokenizer.pattern.String"
      ),
      (
        "\"BertPreTokenizer\"", "\"Split\",\"pattern\":{\"Regex\":\"a+\"}",
        "pre_tokenizer.pattern.Regex"
      ),
      ("\"BertPreTokenizer\"", "\"ByteLevel\",\"add_prefix_space\":false", "model"),
      ("\"special\":true}", "\"special\":true},{\"id\":5,\"content\":\"\u{301}\"}", "added_tokens"),
      ("\"BertProcessing\"", "\"OtherProcessing\"", "post_processor"),
      ("\"1.0\"", "\"2.0\"", "version"),
      ("\"[UNK]\":0", "\"[unk]\":0", "model.unk_token"),
      ("\"a\":3", "\"a\":-3", "model.vocab.a"),
      ("\"a\":3", "\"a\":3.0", "model.vocab.a"),
      ("\"a\":3", "\"a\":\"3\"", "model.vocab.a"),
      ("\"a\":3", "\"a\":8589934592", "model.vocab.a"),
      ("\"a\":3", "\"a\":2000000000", "model.vocab.a"),
      ("\"a\":3", "\"a\":99999999999999999999", "model.vocab.a"),
      ("\"a\":3", "\"a\":4", "model.vocab.##b"),
      ("\"a\":3", "\"[SEP]\":3", "model.vocab.[SEP]"),
      ("\"id\":1", "\"id\":77", "added_tokens[0].id"),
      ("\"[CLS]\",\"special\"", "\"<new>\",\"special\"", "added_tokens[0].id"),
      ("[\"[SEP]\",2]", "[\"[SEP]\",5]", "post_processor.sep[1]"),
      ("[\"[SEP]\",2]", "[\"[SEP]\"]", "post_processor.sep"),
      ("\"lowercase\":true", "\"lowercase\":null", "normalizer.lowercase"),
      ("\"clean_text\":true", "\"clean_text\":1", "normalizer.clean_text"),
      ("_per_word\":100", "_per_word\":-1", "model.max_input_chars_per_word"),
      ("\"decoder\":null", "\"model\":null", ""),
    ])
  func places(old: String, new: String, place: String) throws {
    let error = try Self.error(["tokenizer.json": Self.json(old, new)])
    #expect(error?.place == place, "\(error?.description ?? "")")
    #expect(error?.file.hasSuffix("/tokenizer.json") == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test(
    "vocab.txt is refused where another tokenizer than BERT's made it",
    arguments: ["tokenizer_config.json", "config.json"])
  func otherClasses(file: String) throws {
    func tokenizer(_ name: String) throws -> Tokenizer {
      let folder = try TemporaryFolder([
        "vocab.txt": Array("[UNK]\n[CLS]\n[SEP]\na\n".utf8),
        file: Array("{\"tokenizer_class\":\"\(name)\"}".utf8),
      ])
      return try Tokenizer(folder: folder.url)
    }
    #expect(try tokenizer("DistilBertTokenizerFast").encode("a").ids == [1, 3, 2])
    let error = #expect(throws: TokenizerError.self) { try tokenizer("BertJapaneseTokenizer") }
    #expect(error?.description.contains("BertJapaneseTokenizer without tokenizer.json") == true)
  }

  @Test("a gap among the ids is allowed, and has no piece")
  func gap() throws {
    let folder = try TemporaryFolder(["tokenizer.json": Self.json("\"a\":3", "\"a\":9")])
    let tokenizer = try Tokenizer(folder: folder.url)
    #expect(tokenizer.vocabularySize == 10)
    #expect(tokenizer.token(5).isEmpty)
    #expect(tokenizer.encode("ab").ids == [1, 9, 4, 2])
  }

  @Test("any beginning of the file is refused, with a byte of it")
  func cutOff() throws {
    let bytes = Self.json()
    for count in stride(from: 0, to: bytes.count, by: 13) {
      let error = try Self.error(["tokenizer.json": Array(bytes.prefix(count))])
      #expect(error?.place == "byte \(count)", "\(error?.description ?? "")")
    }
  }

  @Test("any changed byte gives an error or a tokenizer, never a trap")
  func changedBytes() throws {
    let bytes = Self.json()
    for index in stride(from: 0, to: bytes.count, by: 3) {
      for byte in [UInt8(ascii: "\""), UInt8(ascii: "9"), UInt8(ascii: "}"), 0x00, 0xFF] {
        var damaged = bytes
        damaged[index] = byte
        guard let root = try? JSONField(parsing: damaged, file: "f") else { continue }
        guard let pipeline = try? TokenizerFile(root).pipeline() else { continue }
        #expect(pipeline.tokenize(Array("Ab é 中[CLS]".utf8)).count > 0)
      }
    }
  }

  @Test("no tokenizer, or a file that is none, says what is there")
  func folders() throws {
    let other = try Self.error(["model.safetensors": []])
    #expect(other?.problem == .noTokenizer(found: ["model.safetensors"]))
    let pointer = try Self.error([
      "tokenizer.json": Array("version https://git-lfs.github.com/spec/v1\noid".utf8)
    ])
    #expect(pointer?.description.contains("git lfs pull") == true)
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("tokenizer.json"), withIntermediateDirectories: true)
    #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
    #expect(throws: TokenizerError.self) {
      try Tokenizer(folder: folder.url.appendingPathComponent("nowhere"))
    }
  }

  @Test("what stands in a file's place is named, and does not block")
  func placeholders() throws {
    let page = try Self.error(["vocab.txt": Array("<!DOCTYPE html>\n<html>".utf8)])
    #expect(page?.description.contains("a web page") == true)
    let manager = FileManager.default
    for name in ["tokenizer.json", "tokenizer_config.json", "vocab.txt"] {
      let folder = try TemporaryFolder(["vocab.txt": Array("[UNK]\n[CLS]\n[SEP]\n".utf8)])
      let file = folder.url.appendingPathComponent(name)
      for target in ["nowhere", name, "/dev/zero"] {
        try? manager.removeItem(at: file)
        try manager.createSymbolicLink(atPath: file.path, withDestinationPath: target)
        let error = #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
        #expect(error?.file.hasSuffix("/\(name)") == true)
      }
      try manager.removeItem(at: file)
      #expect(mkfifo(file.path, 0o600) == 0)
      #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
    }
  }

  private static func sequence(_ stages: [String]) -> String {
    "\"Sequence\",\"normalizers\":[\(stages.joined(separator: ","))],\"_\":["
      + "],\"ignored\":\"\""
  }

  @Test("a normalizer that makes far more of a text is refused before it does")
  func growth() throws {
    func replace(_ old: String, _ new: String) -> String {
      "{\"type\":\"Replace\",\"pattern\":{\"String\":\"\(old)\"},\"content\":\"\(new)\"}"
    }
    func prepend(_ length: Int) -> String {
      "{\"type\":\"Prepend\",\"prepend\":\"\(String(repeating: "a", count: length))\"}"
    }
    let ten = replace("a", "aaaaaaaaaa")
    for stages in [
      [ten, ten, ten, ten], [prepend(1000)], Array(repeating: prepend(10), count: 20),
    ] {
      let file = Self.json("\"BertNormalizer\"", Self.sequence(stages))
      let error = try Self.error(["tokenizer.json": file])
      #expect(error?.place == "normalizer", "\(error?.description ?? "")")
    }
    let many = Self.json(
      "\"BertNormalizer\"", Self.sequence(Array(repeating: replace("a", "b"), count: 65)))
    #expect(try Self.error(["tokenizer.json": many])?.place == "normalizer.normalizers")
    let few = Self.json("\"BertNormalizer\"", Self.sequence([ten, prepend(9), replace("aa", "b")]))
    let folder = try TemporaryFolder(["tokenizer.json": few])
    #expect(try Tokenizer(folder: folder.url).vocabularySize == 5)
  }

  @Test("vocab.txt may have CRLF, a byte order mark, repeats and blank ends")
  func vocabularyFile() throws {
    let text = "\u{FEFF}[UNK]\r\n[CLS]\r\n[SEP]\r\na\r\na \r\n##b\r\n"
    let folder = try TemporaryFolder(["vocab.txt": Array(text.utf8)])
    let tokenizer = try Tokenizer(folder: folder.url)
    #expect(tokenizer.encode("AB [CLS]").ids == [1, 4, 5, 1, 2])
    #expect(tokenizer.token(3).isEmpty)
    let missing = try Self.error(["vocab.txt": Array("[UNK]\n[CLS]\n".utf8)])
    #expect(missing?.problem == .missingPiece("[SEP]"))
    let latin = try Self.error(["vocab.txt": [0x5B, 0x0A, 0xE9, 0x0A]])
    #expect(latin?.place == "byte 2")
  }

  @Test("a message never carries controls of the file to a terminal")
  func printing() throws {
    let error = try Self.error([
      "tokenizer.json": Self.json("\"BertNormalizer\"", "\"\\u001b[2J\\u202eevil\"")
    ])
    #expect(error?.description.contains("\\u{1b}[2J\\u{202e}evil") == true)
  }
}
