import Foundation
import Testing

@testable import spinscope

@Suite("Inspect shows every part of a model, and what is wrong in its place", .serialized)
struct InspectTests {
  /// The facts by their labels, each in one line.
  private func facts(_ output: String) -> [String: String] {
    var facts: [String: String] = [:]
    var label = ""
    for line in output.split(separator: "\n") {
      let own = line.prefix(16).trimmingCharacters(in: .whitespaces)
      if !own.isEmpty { label = own }
      let text = String(line.dropFirst(16))
      facts[label] = facts[label].map { "\($0) \(text)" } ?? text
    }
    return facts
  }

  @Test("of a checkpoint that lacks nothing")
  func whole() throws {
    let result = try run(["inspect", "Tests/Fixtures/heads/distilbert"])
    #expect(result.code == 0 && result.errors.isEmpty)
    let facts = facts(result.output)
    #expect(facts["family"] == "DistilBERT · DistilBertForSequenceClassification")
    #expect(facts["blocks"] == "2")
    #expect(facts["width"] == "14 · 2 heads · 23 activations a block")
    #expect(facts["embeddings"] == "97")
    #expect(facts["longest text"] == "26 tokens")
    #expect(facts["weights"]?.hasPrefix("model.safetensors · 40 F16 · ") == true)
    for label in ["missing", "not read", "unexpected", "warnings"] {
      #expect(facts[label] == "none", "\(label)")
    }
    #expect(facts["values"] == "all finite")
    #expect(facts["own head"] == "each label by itself (sigmoid), on the first token")
    #expect(facts["labels"] == "3: joy, anger, fear")
    #expect(facts["tokenizer"] == "vocab.txt · 97 ids")
    #expect(facts["token model"] == "WordPiece · 97 pieces")
    #expect(facts["post-processor"] == "[CLS] text [SEP]")
    #expect(facts["added tokens"] == "5: [PAD], [UNK], [CLS], [SEP], [MASK]")
    #expect(facts["max length"] == "26 tokens")
    #expect(facts["memory to load"]?.hasSuffix(" mapped, nothing copied") == true)
    #expect(facts["memory to run"]?.contains("core") == true)
    #expect(facts["verdict"] == "can be used")
  }

  @Test("in lines of 80 columns at most", arguments: ["heads/t5", "models/tiny-flan-t5"])
  func narrow(model: String) throws {
    let result = try run(["inspect", "Tests/Fixtures/\(model)"])
    #expect(result.lines.count > 20)
    #expect(result.lines.allSatisfy { $0.count <= 80 })
  }

  @Test(
    "a part that is absent does not hide the others",
    arguments: [
      ("vocab.txt", "tokenizer", "no tokenizer.json"),
      ("model.safetensors", "weights", "no model.safetensors"),
      ("config.json", "sizes", "no config.json"),
    ])
  func absent(file: String, label: String, words: String) throws {
    let folder = try copy(of: "heads/bert", without: [file])
    defer { try? FileManager.default.removeItem(at: folder) }
    let result = try run(["inspect", folder.path])
    #expect(result.code == 4)
    #expect(result.errors.contains(words) && result.errors.split(separator: "\n").count == 1)
    let facts = facts(result.output)
    #expect(facts[label]?.hasPrefix("! ") == true && facts[label]?.contains(words) == true)
    #expect(facts["verdict"] == "cannot be used; ! says why")
    if label != "tokenizer" { #expect(facts["tokenizer"] == "vocab.txt · 97 ids") }
    if label != "weights" { #expect(facts["weights"]?.contains("41 F32") == true) }
    if label != "sizes" { #expect(facts["blocks"] == "2") }
  }

  @Test(
    "a part that is broken is named",
    arguments: [
      ("\"hidden_size\": 15", "\"hidden_size\": 18", 4, "misfits", "! model.safetensors: tensor "),
      ("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", 4, "missing", "! 16: bert.encoder."),
      (
        "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1000000", 4, "missing",
        "! 1,000 or more: bert.encoder."
      ),
      ("\"gelu\"", "\"mish\"", 4, "tensors", "! config.json: hidden_act mish is not supported"),
      ("\"bert\"", "\"mamba\"", 4, "sizes", "! config.json: the model family mamba"),
      ("\"vocab_size\": 97", "\"vocab_size\": 90", 4, "warnings", "! the tokenizer has 97 ids"),
      ("\"2\": \"positive\"", "\"5\": \"positive\"", 0, "own head", "! config.json: id2label"),
      ("\"2\": \"positive\"", "\"5\": \"positive\"", 0, "verdict", "can be used, but for its own"),
    ] as [(String, String, Int32, String, String)])
  func broken(old: String, new: String, code: Int32, label: String, words: String) throws {
    let folder = try copy(of: "heads/bert")
    defer { try? FileManager.default.removeItem(at: folder) }
    let config = folder.appendingPathComponent("config.json")
    let text = try String(contentsOf: config, encoding: .utf8)
    try #require(text.contains(old))
    try Data(text.replacingOccurrences(of: old, with: new).utf8).write(to: config)
    let result = try run(["inspect", folder.path])
    #expect(result.code == code)
    #expect(result.errors.isEmpty == (code == 0))
    #expect(facts(result.output)[label]?.hasPrefix(words) == true, "\(result.output)")
  }

  @Test("a folder that holds no part of a model is an error alone")
  func nothing() throws {
    let result = try run(["inspect", "Tests"])
    #expect(result.code == 4)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("not a Hugging Face model folder"))
  }

  @Test("names from files do not reach the terminal raw")
  func hostile() throws {
    let folder = try copy(of: "heads/bert")
    defer { try? FileManager.default.removeItem(at: folder) }
    let config = folder.appendingPathComponent("config.json")
    let text = try String(contentsOf: config, encoding: .utf8)
    try Data(
      text.replacingOccurrences(of: "BertForSequenceClassification", with: "A\\u001b[31m\\u202eB")
        .utf8
    ).write(to: config)
    let output = try run(["inspect", folder.path]).output
    #expect(!output.contains("\u{1B}") && !output.contains("\u{202E}"))
    #expect(output.contains("A␛[31m⟨U+202E⟩B"))
  }

  @Test("of a data file: columns, choice, preview, classes, lengths, oddities and repeats")
  func dataFile() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("d.csv")
    let rows = (0..<40).map { row in
      "\(row),\(["bad", "good"][row % 2]),this is text \(row) \(["caf\u{C3}\u{A9}", "fine"][row / 39]),"
        + "\(["train", "train", "dev", "dev", "test", "test"][row % 6])"
    }
    let doubled = "40,good,THIS is text 0 caf\u{C3}\u{A9}!,test\n41,bad, ,train\n"
    try Data(("n,mood,words,part\n" + rows.joined(separator: "\n") + "\n" + doubled).utf8)
      .write(to: file)
    let result = try run(["inspect", file.path])
    #expect(result.code == 0 && result.errors.isEmpty)
    let facts = facts(result.output)
    #expect(facts["used"] == "text from 'words', label from 'mood', split from 'part'")
    #expect(facts["columns"]?.hasPrefix("n: 42 different in 42 of 42 rows") == true)
    #expect(facts["preview"]?.hasPrefix("train · bad · this is text 0") == true)
    #expect(facts["texts"] == "42 in 2 classes" && facts["splits"] == "given by the file")
    #expect(facts["characters"] == "40 texts with signs of UTF-8 read as Latin-1, such as Ã©")
    #expect(
      facts["audit"]?.hasPrefix("1 text empty 1 of 13 test texts repeat a train text (1 but")
        == true)
    #expect(facts["audit"]?.contains("1 under another label: scores look better") == true)
    #expect(result.lines.allSatisfy { $0.count <= 80 })
  }

  @Test("a data file that is refused shows what could be read, and the error")
  func refusedData() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("d.tsv")
    try Data("text\tmood\n\u{1B}[31mone\tgood\ntwo\tgood\n".utf8).write(to: file)
    let result = try run(["inspect", file.path, "--label", "mood"])
    #expect(result.code == 4 && result.errors.contains("every text has the label 'good'"))
    #expect(facts(result.output)["used"] == "text from 'text', label from 'mood', no split")
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test("facts go on below themselves, and words longer than a line are cut")
  func table() {
    var table = FactTable()
    table.add("label", Array(repeating: "word", count: 14).joined(separator: " "))
    table.addGap()
    table.add("long", String(repeating: "x", count: 70) + " y")
    table.add("none", "")
    #expect(
      table.text.split(separator: "\n", omittingEmptySubsequences: false) == [
        "label           word word word word word word word word word word word word word",
        "                word", "",
        "long            " + String(repeating: "x", count: 64)[...],
        "                xxxxxx y", "none            ",
      ])
  }
}
