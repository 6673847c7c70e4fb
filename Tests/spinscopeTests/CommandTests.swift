import Foundation
import Synchronization
import Testing

/// The program as its users start it.
@Suite("Commands", .serialized)
struct CommandTests {
  static let tiny = "Tests/Fixtures/runs/tiny.spin"
  static let model = "Tests/Fixtures/models/tiny-bert"

  @Test("classify answers a line a text, as JSON on demand")
  func classify() throws {
    let result = try run(["classify", Self.tiny, "-", "--json"], input: "good\nbad \"x\"\n")
    #expect(result.code == 0)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 2)
    for line in lines {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(Set(object.keys) == ["text", "label", "probabilities", "exit", "truncated"])
      let p = try #require(object["probabilities"] as? [String: Double])
      #expect(abs(p.values.reduce(0, +) - 1) < 1e-9)
    }
  }

  @Test("explain sums to the logit")
  func explain() throws {
    let result = try run(["explain", Self.tiny, "a dull day", "--json"])
    #expect(result.code == 0)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let logit = try #require(object["logit"] as? Double)
    let base = try #require(object["base"] as? Double)
    let neurons = try #require(object["neurons"] as? [[String: Any]])
    let sum = neurons.reduce(0) { $0 + ($1["contribution"] as? Double ?? .nan) }
    #expect(abs(logit - base - sum) < 1e-6)
  }

  @Test("a report comes in every format", arguments: ["markdown", "json", "csv", "svg"])
  func report(format: String) throws {
    let result = try run(["report", Self.tiny, "--format", format])
    #expect(result.code == 0)
    let parts = [
      "markdown": "## Neurons of the head", "json": "\"scores\"",
      "csv": "neuron,layer,index,mean,scale,class,weight,raw_weight\n", "svg": "</svg>",
    ]
    #expect(result.output.contains(try #require(parts[format])))
    #expect(result.output.split(separator: "\n").count > 1)
    if format == "json" {
      _ = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    }
  }

  @Test("a fit writes a run that opens, the same bytes each time, and refuses to overwrite it")
  func fit() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let rows = (0..<40).map { "\"text \($0) \($0 % 2 == 0 ? "aaa" : "zzz")\",\($0 % 2)" }
    let data = folder.appendingPathComponent("data.csv")
    try Data(("text,label\n" + rows.joined(separator: "\n")).utf8).write(to: data)
    func fit(_ name: String, _ threads: String) throws -> Program.Result {
      try run([
        "fit", Self.model, data.path, "-o", folder.appendingPathComponent(name).path,
        "--threads", threads,
      ])
    }
    #expect(try fit("a.spin", "1").code == 0)
    #expect(try fit("b.spin", "2").code == 0)
    #expect(try fit("a.spin", "1").code == 1)
    let names = try FileManager.default.subpathsOfDirectory(
      atPath: folder.appendingPathComponent("a.spin").path)
    #expect(names.contains("features/hidden.0.safetensors"))
    // How long each depth takes is measured, and differs from fit to fit.
    for name in names where name.contains(".") && name != "timings.json" {
      let a = try Data(contentsOf: folder.appendingPathComponent("a.spin/\(name)"))
      let b = try Data(contentsOf: folder.appendingPathComponent("b.spin/\(name)"))
      #expect(a == b, "\(name)")
    }
    #expect(try run(["screenshot", folder.appendingPathComponent("a.spin").path]).code == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3)
  }

  @Test("shards that are read at once join to the bytes of a fit in one piece")
  func shards() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let words = (0..<40).map { $0 % 3 == 0 ? "good" : "story" }.joined(separator: " ")
    let rows = (0..<160).map { "\"\($0) \($0 % 2 == 0 ? "aaa" : "zzz") \(words)\",\($0 % 2)" }
    let data = folder.appendingPathComponent("data.csv")
    try Data(("text,label\n" + rows.joined(separator: "\n")).utf8).write(to: data)
    @Sendable func fit(_ name: String, _ more: [String] = []) throws -> Program.Result {
      try run(
        [
          "fit", Self.model, data.path, "-o", folder.appendingPathComponent(name).path,
          "--read", "hidden", "--eta", "0.5", "--poolings", "max", "--stability", "0",
        ] + more)
    }
    #expect(try fit("one.spin").code == 0)
    let results = Mutex<[Program.Result]>([])
    DispatchQueue.concurrentPerform(iterations: 3) { index in
      let result = try? fit("r.spin", ["--shard", "\(index + 1)/3"])
      results.withLock { $0 += result.map { [$0] } ?? [] }
    }
    for result in results.withLock({ $0 }) {
      #expect(result.code == 0 && result.output.contains("texts; when all are read"))
    }
    let joined = try fit("r.spin")
    #expect(joined.code == 0 && joined.errors.contains("shards bring 160 of 160 texts"))
    let names = try FileManager.default.subpathsOfDirectory(
      atPath: folder.appendingPathComponent("one.spin").path)
    for name in names where name.contains(".") && name != "timings.json" {
      let files = ["one.spin", "r.spin"].map { folder.appendingPathComponent("\($0)/\(name)") }
      #expect(try Data(contentsOf: files[0]) == Data(contentsOf: files[1]), "\(name)")
    }
    #expect(try fit("s.spin", ["--shard", "4/3"]).code == 2)
  }

  @Test("a trace holds every layer of every text")
  func trace() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("t.safetensors")
    #expect(try run(["trace", Self.model, "a b", "", "-o", file.path]).code == 0)
    let header = String(decoding: try Data(contentsOf: file).prefix(3000), as: UTF8.self)
    for name in ["ids.0", "hidden.0.0", "hidden.3.1", "activation.2.1"] {
      #expect(header.contains("\"\(name)\""))
    }
  }

  @Test("tokenize prints ids, tokens and byte offsets")
  func tokenize() throws {
    let result = try run(["tokenize", Self.model, "-", "--json"], input: "a é\n")
    #expect(result.code == 0)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect((object["ids"] as? [Int])?.count == (object["offsets"] as? [[Int]])?.count)
  }

  @Test(
    "what is wrong is said in one line, with the right exit code",
    arguments: [
      (["fit", "nowhere", "nothing.csv", "-o", "x.spin"], 4, "nowhere: no such folder"),
      (["fit", "Tests", "Tests/Fixtures/l1-problems.json", "-o", "x.spin"], 4, "json"),
      (["report", "nowhere.spin"], 4, "nowhere.spin: no such run"),
      (["report", "Tests"], 4, "no run.json"),
      (["tokenize", "Tests", "x"], 4, "no tokenizer.json"),
      (["trace", "Tests", "x", "-o", "/x"], 4, "no config.json"),
      (["fetch", "nothing"], 4, "minilm"),
      (["explore", tiny], 3, "terminal"),
      (["screenshot", tiny, "--size", "80"], 2, "COLUMNSxROWS"),
      (["screenshot", tiny, "--keys", "<Nokey>"], 2, "Nokey"),
      (["classify"], 2, "<run>"),
      (["fit", model, "x.csv", "-o", "x.spin", "--threads", "0"], 2, "--threads"),
    ] as [([String], Int32, String)])
  func failures(_ arguments: [String], _ code: Int32, _ message: String) throws {
    let result = try run(arguments)
    #expect(result.code == code)
    #expect(result.errors.contains(message))
    #expect(code == 2 || result.errors.split(separator: "\n").count == 1)
    #expect(result.output.isEmpty)
  }

  @Test(
    "inspect says what a path holds",
    arguments: [
      (tiny, "verdict"), ("themes/default-dark.toml", "findings        none"),
      ("Sources/spinscope/Demo/reviews.csv", "410 train"),
    ])
  func inspect(path: String, fact: String) throws {
    let result = try run(["inspect", path])
    #expect(result.code == 0)
    #expect(result.output.contains(fact))
  }

  @Test("help and version succeed on standard output")
  func help() throws {
    #expect(try run(["--help"]).output.contains("SUBCOMMANDS"))
    #expect(try run(["--version"]).output == "0.1.0\n")
  }
}
