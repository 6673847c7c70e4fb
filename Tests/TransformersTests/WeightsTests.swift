import Foundation
import Testing

@testable import Transformers

@Suite("Weights in one file, in shards, in a pickle, or too large")
struct WeightsTests {
  private func inCopy(of name: String, _ body: (URL) throws -> Void) throws {
    let copy = try copyOfModel(name)
    defer { try? FileManager.default.removeItem(at: copy) }
    try body(copy)
  }

  private func refusal(_ folder: URL) -> String {
    do {
      _ = try loadModel(folder: folder)
      return "accepted"
    } catch { return error.description }
  }

  /// What is said of a sharded model whose index is changed.
  private func refusal(_ change: (inout [String: Any]) -> Void) throws -> String {
    var message = ""
    try inCopy(of: "tiny-gpt2-sharded") { folder in
      let url = folder.appendingPathComponent("model.safetensors.index.json")
      var index =
        try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any] ?? [:]
      change(&index)
      try JSONSerialization.data(withJSONObject: index).write(to: url)
      message = refusal(folder)
    }
    return message
  }

  @Test(
    "an index that names files outside the folder is refused",
    arguments: [
      "../model-00001-of-00003.safetensors", "/etc/passwd", "sub/x.safetensors", "x.bin", "", ".",
      "..", "a\0.safetensors",
    ])
  func escapes(file: String) throws {
    let message = try refusal {
      var map = $0["weight_map"] as? [String: Any] ?? [:]
      map["transformer.ln_f.bias"] = file
      $0["weight_map"] = map
    }
    #expect(message.contains("the name of a safetensors file"), "\(message)")
    #expect(!message.contains("\0"))
  }

  @Test("an index without a list of files is refused")
  func shapes() throws {
    #expect(try refusal { $0["weight_map"] = nil }.contains("weight_map is absent"))
    #expect(try refusal { $0["weight_map"] = [1, 2] }.contains("weight_map is a list"))
    #expect(try refusal { $0["weight_map"] = [String: Any]() }.contains("weight_map is an object"))
    #expect(try refusal { $0["weight_map"] = ["a": 1] }.contains("found the number 1"))
    #expect(
      try refusal { $0["weight_map"] = ["a": "none.safetensors"] }.contains("none.safetensors"))
    #expect(try refusal { $0["metadata"] = ["total_size": "wrong"] } == "accepted")
  }

  @Test("a tensor that is not where the index says, or in two shards, is refused")
  func places() throws {
    let misplaced = try refusal {
      var map = $0["weight_map"] as? [String: Any] ?? [:]
      map["absent"] = "model-00001-of-00003.safetensors"
      $0["weight_map"] = map
    }
    #expect(misplaced.contains("tensor absent: expected to be there, as the index says"))
    try inCopy(of: "tiny-gpt2-sharded") { folder in
      let (first, second) = ("model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors")
      try Data(contentsOf: folder.appendingPathComponent(first))
        .write(to: folder.appendingPathComponent(second))
      #expect(refusal(folder).contains("expected to be there"))
      // Both shards as they are, but the index says that each holds what the first holds.
      let index = folder.appendingPathComponent("model.safetensors.index.json")
      let map = try SafetensorsFile(path: folder.appendingPathComponent(first).path).entries.keys
      let half = map.sorted().enumerated().map { ($1, $0 % 2 == 0 ? first : second) }
      let json = ["weight_map": Dictionary(uniqueKeysWithValues: half)]
      try JSONSerialization.data(withJSONObject: json).write(to: index)
      #expect(refusal(folder).contains("to be in one file"))
      #expect(refusal(folder).contains(second))
    }
  }

  @Test("broken and repeated JSON is refused")
  func broken() throws {
    for text in [
      "{", "[]", "{\"weight_map\":{\"a\":\"x.safetensors\",\"a\":\"y.safetensors\"}}",
      "{\"weight_map\":{},\"weight_map\":{}}",
    ] {
      try inCopy(of: "tiny-gpt2-sharded") { folder in
        try Data(text.utf8).write(
          to: folder.appendingPathComponent("model.safetensors.index.json"))
        #expect(refusal(folder).contains("download the file again"))
      }
    }
  }

  @Test("one whole file goes before shards")
  func precedence() throws {
    try inCopy(of: "tiny-gpt2") { folder in
      try Data("{".utf8).write(
        to: folder.appendingPathComponent("model.safetensors.index.json"))
      #expect(refusal(folder) == "accepted")
    }
  }

  @Test("a pickle is refused in one line that says how to convert it")
  func pickle() throws {
    try inCopy(of: "tiny-gpt2") { folder in
      try FileManager.default.moveItem(
        at: folder.appendingPathComponent("model.safetensors"),
        to: folder.appendingPathComponent("pytorch_model.bin"))
      #expect(refusal(folder).contains("save_pretrained"))
      #expect(!refusal(folder).contains("\n"))
    }
  }

  @Test("weights that are widened must fit into the memory that is free")
  func memory() throws {
    let plain = try Weights(folder: fixtures.appendingPathComponent("models/tiny-bert"))
    try plain.requireMemory(available: 0)
    let half = try Weights(folder: fixtures.appendingPathComponent("models/tiny-bert-f16"))
    try half.requireMemory(available: nil)
    let file = fixtures.appendingPathComponent("models/tiny-bert-f16/model.safetensors").path
    let entries = try SafetensorsFile(path: file).entries.values
    let needed = entries.reduce(0) { $0 + 2 * $1.range.count }
    try half.requireMemory(available: needed)
    let error = #expect(throws: ModelError.self) {
      try half.requireMemory(available: needed - 1)
    }
    #expect(error?.problem == .memory(needed: needed, available: needed - 1))
    #expect(availableMemory(meminfo: "MemTotal: 9 kB\nMemAvailable:   3 kB\n") == 3072)
    #expect(availableMemory(meminfo: "MemTotal: 9 kB\n") == nil)
  }
}
