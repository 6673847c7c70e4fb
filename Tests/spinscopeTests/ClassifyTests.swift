import Foundation
import Testing

/// Texts in odd shapes, and the heads that answer to them.
@Suite("Classify, with the run's head and the model's own", .serialized)
struct ClassifyTests {
  static let heads = "Tests/Fixtures/heads"

  /// A run on one of the checkpoints with a head of their own.
  private func inRun(on model: String, _ body: (String) throws -> Void) throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let rows = (0..<40).map { "\"the film \($0) \($0 % 2 == 0 ? "good" : "bad")\",\($0 % 2)" }
    let data = folder.appendingPathComponent("data.csv")
    try Data(("text,label\n" + rows.joined(separator: "\n")).utf8).write(to: data)
    let spin = folder.appendingPathComponent("own.spin").path
    let fit = try run(["fit", "\(Self.heads)/\(model)", data.path, "-o", spin])
    try #require(fit.code == 0, "\(fit.errors)")
    try body(spin)
  }

  @Test("both heads answer side by side, in every form")
  func both() throws {
    try inRun(on: "bert") { spin in
      let texts = ["the film was good", "no"]
      let alone = try run(["classify", spin] + texts + ["--json"]).objects()
      let both = try run(["classify", spin] + texts + ["--json", "--own-head"]).objects()
      let own = try run(["classify", "\(Self.heads)/bert"] + texts + ["--json", "--own-head"])
        .objects()
      for (number, object) in both.enumerated() {
        var rest = object
        let answer = try #require(rest.removeValue(forKey: "own") as? NSDictionary)
        #expect(rest as NSDictionary == alone[number] as NSDictionary)
        #expect(answer == own[number]["own"] as? NSDictionary)
        let p = try #require(answer["probabilities"] as? [String: Double])
        #expect(Set(p.keys) == ["negative", "neutral", "positive"])
        #expect(answer["label"] as? String == p.max { $0.value < $1.value }?.key)
      }
      let table = try run(["classify", spin] + texts + ["--tsv", "--own-head"]).lines
      #expect(
        table[0] == "label\t0\t1\town\town negative\town neutral\town positive\ttruncated\ttext")
      #expect(table[1].split(separator: "\t").count == 9)
      let plain = try run(["classify", spin] + texts + ["--own-head"]).lines
      #expect(plain[0].contains(" %  own neutral ") && plain[0].hasSuffix("the film was good"))
    }
  }

  @Test("the model's own head answers alone where a model stands in the place of the run")
  func model() throws {
    let feelings = try run([
      "classify", "\(Self.heads)/distilbert", "the film", "", "--own-head", "--json",
    ]).objects()
    let first = try #require(feelings[0]["own"] as? [String: Any])
    #expect(first["labels"] as? [String] == ["anger"])
    let p = try #require(first["probabilities"] as? [String: Double])
    #expect(abs(p.values.reduce(0, +) - 1) > 0.1)
    let none = try run(["classify", "\(Self.heads)/distilbert", "the film was good", "--own-head"])
    #expect(none.output == "none, most anger 42.8 %  the film was good\n")
    let value = try run(["classify", "\(Self.heads)/roberta", "no", "--own-head", "--json"])
      .objects()
    let values = try #require(value[0]["own"] as? [String: [String: Double]])
    #expect(Array(try #require(values["values"]).keys) == ["LABEL_0"])
    let table = try run(["classify", "\(Self.heads)/roberta", "no", "--own-head", "--tsv"])
    #expect(table.lines[0] == "own LABEL_0\ttruncated\ttext")
    #expect(table.lines[1].hasSuffix("\tfalse\tno"))
  }

  @Test("a text without a token has no answer; the others do, and the exit code is 1")
  func noToken() throws {
    let arguments = ["classify", "\(Self.heads)/gpt2", "good", "", "bad", "--own-head"]
    let plain = try run(arguments)
    #expect(plain.code == 1)
    #expect(plain.lines[1] == "no token")
    #expect(plain.lines[0].hasSuffix("good") && plain.lines[2].hasSuffix("bad"))
    #expect(plain.errors.contains("1 of 3 texts could not be answered"))
    let objects = try run(arguments + ["--json"]).objects()
    #expect(objects[1] as NSDictionary == ["text": "", "error": "no token"])
    #expect(objects[2]["own"] != nil)
    let table = try run(arguments + ["--tsv"])
    #expect(table.lines[2] == "\t\t\tfalse\t")
    #expect(try run(["classify", "\(Self.heads)/bert", "", "--own-head"]).code == 0)
    try inRun(on: "gpt2") { spin in
      let both = try run(["classify", spin, "good", "", "--own-head"])
      #expect(both.code == 1)
      #expect(both.lines[1] == "no token")
      let explanation = try run(["explain", spin, ""])
      #expect(explanation.code == 1)
      #expect(explanation.output.isEmpty && explanation.errors.contains("no token"))
    }
  }

  @Test("a head that finds no end, or weights that are no numbers, gives no answer")
  func noAnswer() throws {
    let folder = try copy(of: "heads/t5")
    defer { try? FileManager.default.removeItem(at: folder) }
    let config = folder.appendingPathComponent("config.json")
    let text = try String(contentsOf: config, encoding: .utf8)
    try Data(
      text.replacingOccurrences(of: "\"eos_token_id\": 1", with: "\"eos_token_id\": 80").utf8
    ).write(to: config)
    let result = try run(["classify", folder.path, "good", "--own-head"])
    #expect(result.code == 1)
    #expect(result.output == "no token that the own head reads  good\n")

    let weights = folder.appendingPathComponent("model.safetensors")
    var bytes = try Data(contentsOf: weights)
    bytes.replaceSubrange(bytes.count - 4000..<bytes.count, with: repeatElement(0xFF, count: 4000))
    try bytes.write(to: weights)
    try Data(text.utf8).write(to: config)
    let broken = try run(["classify", folder.path, "good", "--own-head", "--json"]).objects()
    #expect(broken[0]["error"] as? String == "no finite score of the own head")
  }

  @Test("texts that are cut are named on standard error, in every command")
  func cut() throws {
    let long = Array(repeating: "good", count: 60).joined(separator: " ")
    let model = "\(Self.heads)/bert"
    let classified = try run(["classify", model, "a", long, long, "--own-head", "--json"])
    #expect(classified.code == 0)
    #expect(classified.errors == "spinscope: texts 2, 3 are cut at 30 tokens\n")
    #expect(try classified.objects().map { $0["truncated"] as? Bool } == [false, true, true])
    let table = try run(["classify", model, long, "--own-head", "--tsv"])
    #expect(table.lines[1].contains("\ttrue\tgood good"))
    let tokens = try run(["tokenize", model, "a", long])
    #expect(
      tokens.errors == "spinscope: text 2 is longer than the 30 tokens that the model reads\n")
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let trace = try run([
      "trace", model, "a", long, "-o", folder.appendingPathComponent("t.safetensors").path,
    ])
    #expect(trace.errors == "spinscope: text 1 is cut at 30 tokens\n")
    try inRun(on: "bert") { spin in
      let explanation = try run(["explain", spin, long])
      #expect(explanation.errors == "spinscope: the text is cut at 30 tokens\n")
    }
  }

  @Test("tokenize and trace say which text has no token")
  func empty() throws {
    let model = "\(Self.heads)/gpt2"
    let tokens = try run(["tokenize", model, "", "a"])
    #expect(tokens.code == 0)
    #expect(tokens.output == "no token\n\n65\ta\t0–1\n")
    #expect(tokens.errors == "spinscope: text 1 is without a token for this model\n")
    let objects = try run(["tokenize", model, "", "--json"]).objects()
    #expect((objects[0]["ids"] as? [Int]) == [])
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let trace = try run([
      "trace", model, "a", "", "-o", folder.appendingPathComponent("t.safetensors").path,
    ])
    #expect(trace.code == 0)
    #expect(trace.errors.contains("text 1 is without a token for this model"))
  }

  @Test("text that spells a special token becomes that token")
  func literals() throws {
    let ids = try run([
      "tokenize", "\(Self.heads)/bert", "a [SEP] a", "\u{1F642}", "--json",
    ]).objects()
    #expect((ids[0]["tokens"] as? [String]) == ["[CLS]", "a", "[SEP]", "a", "[SEP]"])
    #expect((ids[1]["tokens"] as? [String]) == ["[CLS]", "[UNK]", "[SEP]"])
  }

  @Test(
    "what cannot be asked is said in one line",
    arguments: [
      (
        ["Tests/Fixtures/models/tiny-bert", "x", "--own-head"], "no classification head of its own"
      ),
      ([CommandTests.tiny, "x", "--own-head"], "no classification head of its own"),
      (["Tests/Fixtures/heads/bert", "x"], "a model, not a run"),
      (["nowhere", "x", "--own-head"], "no such folder"), (["nowhere", "x"], "no such run"),
    ] as [([String], String)])
  func refused(_ arguments: [String], _ message: String) throws {
    let result = try run(["classify"] + arguments)
    #expect(result.code == 4)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains(message))
    #expect(result.errors.split(separator: "\n").count == 1)
  }
}
