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

  @Test(
    "weights of another format are refused in one line that says what to do",
    arguments: [
      ("pytorch_model.bin", "m.save_pretrained(f)' FOLDER"),
      ("pytorch_model-00001-of-00002.bin", "python -c"), ("adapter_model.safetensors", "peft"),
      ("tf_model.h5", "from_tf=True"), ("flax_model.msgpack", "from_flax=True"),
      ("model-q4.gguf", "made from safetensors"), ("model.onnx", "made from safetensors"),
      ("Model.safetensors", "no model.safetensors, found Model.safetensors"),
    ])
  func otherFormats(file: String, advice: String) throws {
    try inCopy(of: "tiny-gpt2") { folder in
      let weights = folder.appendingPathComponent("model.safetensors")
      try FileManager.default.moveItem(at: weights, to: folder.appendingPathComponent(file))
      try FileManager.default.removeItem(at: folder.appendingPathComponent("config.json"))
      try Data("{\"model_type\":\"gpt2\"}".utf8)
        .write(to: folder.appendingPathComponent("config.json"))
      let message = refusal(folder)
      #expect(message.contains(advice) && message.contains(file), "\(message)")
      #expect(!message.contains("\n"))
    }
  }

  /// What is said of a BERT that holds zeros under a second name for one of its tensors.
  private func refusal(ofSecond name: String, for first: String, in model: String) throws -> String
  {
    var message = ""
    try inCopy(of: model) { folder in
      let path = folder.appendingPathComponent("model.safetensors")
      let file = try SafetensorsFile(path: path.path)
      var writer = SafetensorsWriter()
      for (tensor, entry) in file.entries {
        let (rows, columns) = (entry.shape.count > 1 ? entry.shape[0] : 1, entry.shape.last ?? 1)
        let values = try file.parameter(tensor, rows: rows, columns: columns)
        for name in tensor == first ? [tensor, name] : [tensor] {
          if entry.shape.count > 1 {
            writer.add(name, values.matrix)
          } else {
            writer.add(name, values.values)
          }
        }
      }
      try writer.write(to: path)
      message = refusal(folder)
      #expect(
        try ModelSurvey(folder: folder).tensors.get().fault?.description ?? "accepted" == message)
    }
    return message
  }

  @Test(
    "a tensor under two names is refused, for nothing says which is the model's",
    arguments: [
      ("tiny-bert", "encoder.layer.1.output.dense.weight", "bert.", ""),
      ("tiny-bert-prefixed", "bert.encoder.layer.1.output.dense.weight", "", "bert."),
    ])
  func twoNames(model: String, first: String, prefix: String, old: String) throws {
    let second = prefix + first.dropFirst(old.count)
    let message = try refusal(ofSecond: second, for: first, in: model)
    #expect(message.contains("to be there once, found \(second) too"), "\(message)")
    let norm = "\(old)encoder.layer.0.output.LayerNorm"
    let twice = try refusal(ofSecond: "\(norm).gamma", for: "\(norm).weight", in: model)
    #expect(twice.contains("\(norm).weight: expected to be there once"), "\(twice)")
    #expect(try refusal(ofSecond: "other.weight", for: first, in: model) == "accepted")
  }

  @Test("weights that are copied, and a text's matrices, must fit into the memory that is free")
  func memory() throws {
    let folder = fixtures.appendingPathComponent("models/tiny-bert-f16")
    let shape = try modelShape(folder: folder)
    let workspace = shape.workspaceBytes(tokens: shape.maxTokens)
    let half = try Weights(folder: folder)
    try half.requireMemory(for: shape, available: workspace)
    let configuration = try Configuration(folder: folder)
    let drawn = try half.drawn(by: configuration.family.untrained(configuration, seed: 1))
    try drawn.requireMemory(for: shape, available: nil)
    let file = folder.appendingPathComponent("model.safetensors").path
    let entries = try SafetensorsFile(path: file).entries.values
    let needed = workspace + entries.reduce(0) { $0 + 2 * $1.range.count }
    try drawn.requireMemory(for: shape, available: needed)
    let error = #expect(throws: ModelError.self) {
      try drawn.requireMemory(for: shape, available: needed - 1)
    }
    #expect(error?.problem == .memory(needed: needed, available: needed - 1))
  }

  @Test("panels of 16-bit weights take half of what F32 ones do")
  func panels() throws {
    let folder = fixtures.appendingPathComponent("models/tiny-bert-f16")
    let shape = try modelShape(folder: folder)
    let half = try Weights(folder: folder)
    let file = folder.appendingPathComponent("model.safetensors").path
    let stored = try SafetensorsFile(path: file).entries.values.reduce(0) { $0 + $1.range.count }
    let needed = stored + shape.workspaceBytes(tokens: shape.maxTokens)
    #expect(half.fitting(shape, into: needed).keepsPanels)
    #expect(!half.fitting(shape, into: needed - 1).keepsPanels)
  }

  @Test("free memory is what the system, its limits and ulimit -v leave")
  func free() {
    #expect(availableMemory(meminfo: "MemTotal: 9 kB\nMemAvailable:   3 kB\n") == 3072)
    #expect(availableMemory(meminfo: "MemTotal: 9 kB\n") == nil)
    let status = "VmPeak:\t 9 kB\nVmSize:\t   3 kB\n"
    func left(_ limit: String) -> Int? {
      availableAddresses(limits: "Max cpu time  7 s\nMax address space   \(limit)", status: status)
    }
    #expect(left("8192   9000   bytes") == 5120)
    #expect(left("1024   9000   bytes") == 0)
    #expect(left("unlimited   unlimited   bytes") == nil)
    #expect(availableAddresses(limits: "", status: status) == nil)
  }
}
