import Foundation
import Testing

@testable import Transformers

@Suite("A folder that cannot be run exactly is refused with the reason")
struct ModelFolderTests {
  /// A copy of the tiny model whose configuration is changed.
  private func folder(_ change: (inout [String: Any]) -> Void) throws -> URL {
    let source = fixtures.appendingPathComponent("models/tiny-bert")
    let copy = FileManager.default.temporaryDirectory
      .appendingPathComponent("model-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
    // Not copyItem, which also copies owners and so fails for ordinary users on some systems.
    for name in try FileManager.default.contentsOfDirectory(atPath: source.path) {
      try Data(contentsOf: source.appendingPathComponent(name))
        .write(to: copy.appendingPathComponent(name))
    }
    let config = copy.appendingPathComponent("config.json")
    var json =
      try JSONSerialization.jsonObject(with: Data(contentsOf: config)) as? [String: Any] ?? [:]
    change(&json)
    try JSONSerialization.data(withJSONObject: json).write(to: config)
    return copy
  }

  private func refusal(_ change: (inout [String: Any]) -> Void) throws -> String {
    let folder = try folder(change)
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
}
