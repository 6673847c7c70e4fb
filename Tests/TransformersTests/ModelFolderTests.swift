import Foundation
import Testing

@testable import Transformers

@Suite("A folder that cannot be run exactly is refused with the reason")
struct ModelFolderTests {
  /// A copy of a tiny model whose configuration is changed.
  private func folder(
    _ name: String, _ change: (inout [String: Any]) -> Void
  ) throws -> URL {
    let copy = try copyOfModel(name)
    try changeConfiguration(of: copy, change)
    return copy
  }

  private func refusal(
    of name: String = "tiny-bert", _ change: (inout [String: Any]) -> Void
  ) throws -> String {
    let folder = try folder(name, change)
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      _ = try loadModel(folder: folder)
      Issue.record("the folder was accepted")
      return ""
    } catch {
      return error.description
    }
  }

  @Test("the family is named when it is unknown")
  func family() throws {
    #expect(try refusal { $0["model_type"] = "mamba" }.contains("\"mamba\"") == false)
    #expect(try refusal { $0["model_type"] = "mamba" }.contains("mamba"))
    #expect(try refusal { $0["model_type"] = nil }.contains("model_type"))
  }

  @Test("sizes that make no sense are named")
  func sizes() throws {
    #expect(try refusal { $0["hidden_size"] = 0 }.contains("hidden_size"))
    #expect(try refusal { $0["hidden_size"] = "20" }.contains("hidden_size"))
    #expect(try refusal { $0["num_attention_heads"] = 3 }.contains("divisor of 20"))
    #expect(try refusal { $0["num_hidden_layers"] = 4 }.contains("encoder.layer.3"))
    #expect(try refusal { $0["intermediate_size"] = 38 }.contains("[38, 20]"))
    #expect(try refusal { $0["layer_norm_eps"] = -1 }.contains("layer_norm_eps"))
  }

  @Test("what would give other numbers is refused")
  func unsupported() throws {
    #expect(try refusal { $0["hidden_act"] = "mish" }.contains("\"mish\"") == false)
    #expect(try refusal { $0["hidden_act"] = "mish" }.contains("mish is not supported"))
    #expect(try refusal { $0["hidden_act"] = "mish" }.contains("gelu_new, gelu_python, "))
    #expect(try refusal { $0["hidden_act"] = 3 }.contains("expected a word"))
    #expect(
      try refusal { $0["position_embedding_type"] = "relative_key" }.contains("relative_key"))
    #expect(try refusal { $0["is_decoder"] = true }.contains("is_decoder"))
    #expect(
      try refusal { $0["quantization_config"] = ["bits": 4] }.contains("quantization_config"))
  }

  @Test("a key that stands there twice is refused")
  func repeated() throws {
    let folder = try folder("tiny-bert") { _ in }
    defer { try? FileManager.default.removeItem(at: folder) }
    let config = folder.appendingPathComponent("config.json")
    let text = try String(contentsOf: config, encoding: .utf8)
    try Data("{\"hidden_size\":20,\(text.dropFirst())".utf8).write(to: config)
    #expect(throws: ModelError.self) { try loadModel(folder: folder) }
  }

  /// What is wrong, in which model, with which key, and what the message must say.
  private static let faults: [(String, String, any Sendable, String)] = [
    ("tiny-distilbert", "dim", 22, "a divisor of 22"),
    ("tiny-distilbert", "dim", "21", "dim: expected an integer"),
    ("tiny-distilbert", "n_layers", 100_000, "transformer.layer.2.attention.q_lin"),
    ("tiny-distilbert", "n_layers", 1e30, "n_layers"),
    ("tiny-distilbert", "hidden_dim", 36, "[36, 21]"),
    ("tiny-distilbert", "activation", "xielu", "xielu is not supported"),
    ("tiny-distilbert", "max_position_embeddings", 25, "[25, 21]"),
    ("tiny-roberta", "pad_token_id", -1, "an id below 89"),
    ("tiny-roberta", "pad_token_id", 89, "an id below 89"),
    ("tiny-roberta", "pad_token_id", NSNull(), "an id below 89"),
    ("tiny-roberta", "pad_token_id", 30, "more than pad_token_id + 1 = 31"),
    ("tiny-roberta", "is_decoder", true, "is_decoder"),
    ("tiny-roberta", "layer_norm_eps", "1e-5", "layer_norm_eps"),
    ("tiny-gpt2", "n_head", 2, "a divisor of 21"),
    ("tiny-gpt2", "n_head", 0, "n_head"),
    ("tiny-gpt2", "n_inner", -1, "n_inner"),
    ("tiny-gpt2", "n_inner", 21, "[21, 21]"),
    ("tiny-gpt2", "add_cross_attention", true, "add_cross_attention"),
    ("tiny-gpt2", "scale_attn_weights", "yes", "true or false"),
    ("tiny-gpt2", "vocab_size", 84, "[84, 21]"),
    ("tiny-gpt2", "layer_norm_epsilon", 1e300, "layer_norm_epsilon"),
    ("tiny-t5", "feed_forward_proj", "gated-gelu", "dense_act_fn"),
    ("tiny-t5", "feed_forward_proj", "gated-relu-x", "a non-linearity, or gated- and one"),
    ("tiny-t5", "feed_forward_proj", "split-relu", "a non-linearity, or gated- and one"),
    ("tiny-t5", "feed_forward_proj", "", "is not supported"),
    ("tiny-t5", "feed_forward_proj", 1, "expected a word"),
    ("tiny-t5", "relative_attention_num_buckets", 3, "4 or more"),
    ("tiny-t5", "relative_attention_num_buckets", 16, "[16, 3]"),
    ("tiny-t5", "relative_attention_max_distance", 4, "more than 4"),
    ("tiny-t5", "decoder_start_token_id", 71, "an id below 71"),
    ("tiny-t5", "num_decoder_layers", 2, "decoder.block.1"),
    ("tiny-t5", "num_heads", 1_000_000_000, "[7000000000, 20]"),
    ("tiny-t5", "d_kv", 8, "[24, 20]"),
    ("tiny-t5", "is_decoder", true, "is_decoder"),
    // Other names and keys that follow from others: transformers believes whichever comes last.
    ("tiny-distilbert", "num_attention_heads", 1, "n_heads: expected the number 1"),
    ("tiny-gpt2", "num_attention_heads", 7, "which num_attention_heads says, found the number 3"),
    ("tiny-t5", "num_hidden_layers", 1, "num_hidden_layers"),
    ("tiny-t5", "dense_act_fn", "gelu_new", "dense_act_fn"),
    ("tiny-t5", "is_gated_act", true, "is_gated_act"),
  ]

  @Test("each family names the key or the tensor that does not fit", arguments: faults.indices)
  func families(index: Int) throws {
    let (name, key, value, words) = Self.faults[index]
    let message = try refusal(of: name) { $0[key] = value }
    #expect(message.contains(words), "\(key) \(value): \(message)")
  }

  /// Keys that transformers' classes give the value that the model has.
  @Test(
    "a key that is missing has the value of transformers' class",
    arguments: [
      ("tiny-distilbert", ["activation"]), ("tiny-roberta", ["pad_token_id", "hidden_act"]),
      (
        "tiny-gpt2", ["n_inner", "activation_function", "layer_norm_epsilon", "scale_attn_weights"]
      ),
      ("tiny-t5", ["feed_forward_proj", "decoder_start_token_id", "layer_norm_epsilon"]),
      (
        "tiny-flan-t5",
        ["num_decoder_layers", "relative_attention_num_buckets", "relative_attention_max_distance"]
      ),
    ])
  func defaults(name: String, keys: [String]) throws {
    let shorter = try folder(name) { config in for key in keys { config[key] = nil } }
    defer { try? FileManager.default.removeItem(at: shorter) }
    let whole = try loadModel(folder: fixtures.appendingPathComponent("models/\(name)"))
    let model = try loadModel(folder: shorter)
    #expect(model.shape == whole.shape)
    let batch = Batch([[1, 5, 7, 3]])
    #expect(model.record(batch).values == whole.record(batch).values)
  }

  @Test(
    "families with the very same equations run under their own names",
    arguments: [
      ("tiny-roberta", "xlm-roberta"), ("tiny-roberta", "camembert"), ("tiny-flan-t5", "mt5"),
      ("tiny-t5", "mt5"),
    ])
  func names(name: String, other: String) throws {
    let renamed = try folder(name) { $0["model_type"] = other }
    defer { try? FileManager.default.removeItem(at: renamed) }
    let batch = Batch([[1, 5, 7, 3], [2]])
    let whole = try loadModel(folder: fixtures.appendingPathComponent("models/\(name)"))
    #expect(try loadModel(folder: renamed).record(batch).values == whole.record(batch).values)
  }

  @Test("mT5's feed-forward is gated where nothing says so")
  func gatedByDefault() throws {
    let shorter = try folder("tiny-flan-t5") { config in
      config["model_type"] = "mt5"
      for key in ["feed_forward_proj", "dense_act_fn", "is_gated_act"] { config[key] = nil }
    }
    defer { try? FileManager.default.removeItem(at: shorter) }
    #expect(try loadModel(folder: shorter).shape.isGated)
  }

  @Test("a T5 without a decoder's tensors is its encoder")
  func encoderAlone() throws {
    let source = fixtures.appendingPathComponent("models/tiny-t5")
    let whole = try loadModel(folder: source)
    let folder = try folder("tiny-t5") { _ in }
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = try SafetensorsFile(path: source.appendingPathComponent("model.safetensors").path)
    var writer = SafetensorsWriter()
    for (name, entry) in file.entries where !name.hasPrefix("decoder.") {
      let (rows, columns) = (entry.shape.count > 1 ? entry.shape[0] : 1, entry.shape.last ?? 1)
      let values = try file.parameter(name, rows: rows, columns: columns)
      if rows == 1 { writer.add(name, values.values) } else { writer.add(name, values.matrix) }
    }
    try writer.write(to: folder.appendingPathComponent("model.safetensors"))
    let model = try loadModel(folder: folder)
    #expect(model.shape.decoderBlocks == 0)
    let batch = Batch([[1, 5, 7, 3], [2]])
    let expected = whole.record(batch).values.filter { $0.key.stack == .encoder }
    #expect(model.record(batch).values == expected)
  }

  @Test("a missing folder, a file and a folder of something else are told apart")
  func noModel() throws {
    let manager = FileManager.default
    let place = manager.temporaryDirectory.appendingPathComponent("none-\(UUID().uuidString)")
    func message() -> String {
      do {
        _ = try loadModel(folder: place)
        return ""
      } catch { return error.description }
    }
    #expect(message().contains("no such folder"))
    try Data("x".utf8).write(to: place)
    #expect(message().contains("a file, not a folder"))
    try manager.removeItem(at: place)
    try manager.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: place) }
    try Data("x".utf8).write(to: place.appendingPathComponent("notes.txt"))
    #expect(message().contains("no config.json, found notes.txt"))
  }

  /// What is said of a model of which one file is replaced.
  private func refusal(of file: String, in model: String, by make: (URL) throws -> Void) throws
    -> String
  {
    let folder = try copyOfModel(model)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent(file)
    try FileManager.default.removeItem(at: url)
    try make(url)
    do {
      _ = try loadModel(folder: folder)
      return "accepted"
    } catch {
      #expect(error.path.hasSuffix("/\(file)"), "\(error)")
      return error.description
    }
  }

  private static let files = [
    ("tiny-bert", "config.json"), ("tiny-bert", "model.safetensors"),
    ("tiny-gpt2-sharded", "model.safetensors.index.json"),
    ("tiny-gpt2-sharded", "model-00002-of-00003.safetensors"),
  ]

  @Test("what stands in a file's place is named, and does not block", arguments: files)
  func placeholders(model: String, file: String) throws {
    func text(_ text: String) throws -> String {
      try refusal(of: file, in: model) { try Data(text.utf8).write(to: $0) }
    }
    let pointer = try text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    #expect(pointer.contains("git lfs pull") && !pointer.contains("again"))
    #expect(try text("\n<!DOCTYPE HTML>\n<html></html>\n").contains("a web page"))
    #expect(try refusal(of: file, in: model) { mkfifo($0.path, 0o600) }.contains("not a regular"))
    let manager = FileManager.default
    let folder = try refusal(of: file, in: model) {
      try manager.createDirectory(at: $0, withIntermediateDirectories: false)
    }
    #expect(folder.contains("not a regular file"))
    let link = try refusal(of: file, in: model) {
      try manager.createSymbolicLink(atPath: $0.path, withDestinationPath: "nowhere")
    }
    #expect(link.contains("No such file"))
    let loop = try refusal(of: file, in: model) {
      try manager.createSymbolicLink(atPath: $0.path, withDestinationPath: file)
    }
    #expect(loop.contains("symbolic links"))
    let device = try refusal(of: file, in: model) {
      try manager.createSymbolicLink(atPath: $0.path, withDestinationPath: "/dev/zero")
    }
    #expect(device.contains("not a regular file"))
  }

  @Test("links to files elsewhere are followed, as in Hugging Face's cache")
  func links() throws {
    let (folder, blobs) = (try copyOfModel("tiny-bert"), try copyOfModel("tiny-bert"))
    defer { for place in [folder, blobs] { try? FileManager.default.removeItem(at: place) } }
    for name in fileNames(in: folder) {
      let link = folder.appendingPathComponent(name)
      try FileManager.default.removeItem(at: link)
      let target = "../\(blobs.lastPathComponent)/\(name)"
      try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: target)
    }
    #expect(try loadModel(folder: folder).shape.family == "BERT")
  }

  @Test("a long path is shown to its end")
  func longPath() throws {
    let place = URL(fileURLWithPath: "/" + String(repeating: "long/", count: 60) + "end")
    let error = #expect(throws: ModelError.self) { try loadModel(folder: place) }
    #expect(error?.description.contains("long/end: cannot be read") == true)
  }
}

/// A folder of its own that holds what a fixture's folder holds.
func copyOfModel(_ name: String) throws -> URL {
  let source = fixtures.appendingPathComponent("models/\(name)")
  let copy = FileManager.default.temporaryDirectory
    .appendingPathComponent("model-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
  // Not copyItem, which also copies owners and so fails for ordinary users on some systems.
  for name in try FileManager.default.contentsOfDirectory(atPath: source.path) {
    try Data(contentsOf: source.appendingPathComponent(name))
      .write(to: copy.appendingPathComponent(name))
  }
  return copy
}

/// Rewrites a folder's `config.json`.
func changeConfiguration(of folder: URL, _ change: (inout [String: Any]) -> Void) throws {
  let config = folder.appendingPathComponent("config.json")
  var json =
    try JSONSerialization.jsonObject(with: Data(contentsOf: config)) as? [String: Any] ?? [:]
  change(&json)
  try JSONSerialization.data(withJSONObject: json).write(to: config)
}
