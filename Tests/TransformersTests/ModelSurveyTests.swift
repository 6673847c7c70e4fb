import Foundation
import Tensors
import Testing

@testable import Transformers

@Suite("A survey says what a folder holds without loading it")
struct ModelSurveyTests {
  @Test(
    "the tensors that a family asks for are those of its checkpoints",
    arguments: FamilyTests.models.map { "models/\($0)" }
      + ClassificationHeadTests.families.map { "heads/\($0)" })
  func whole(name: String) throws {
    let folder = fixtures.appendingPathComponent(name)
    let survey = ModelSurvey(folder: folder)
    let tensors = try survey.tensors.get()
    #expect(tensors.missing.isEmpty && tensors.misfits.isEmpty && tensors.fault == nil)
    #expect(!tensors.isCutShort && !tensors.lacksMemory)
    // Only OpenAI's masks and a head of another kind are left over.
    #expect(tensors.extra.allSatisfy { LeftOver(tensor: $0) == .buffer })
    let shape = try loadModel(folder: folder).shape
    #expect(try survey.shape.get() == shape && tensors.shape == shape)
    #expect(tensors.notFinite().isEmpty)
    let bytes = try survey.files.get().flatMap(\.entries.values).reduce(0) { $0 + $1.range.count }
    #expect(tensors.readBytes <= bytes && tensors.readBytes > bytes * 3 / 4)
    #expect(tensors.mappedBytes + tensors.copiedBytes > 0)
    #expect((try survey.head.get()?.labels) == (try loadHead(folder: folder)?.labels))
  }

  @Test("what is missing, misshapen and left over is named")
  func faults() throws {
    let folder = try copyOfModel("tiny-bert")
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("model.safetensors")
    let file = try SafetensorsFile(path: url.path)
    var writer = SafetensorsWriter()
    for (name, entry) in file.entries where name != "encoder.layer.1.output.dense.bias" {
      let (rows, columns) = (entry.shape.count > 1 ? entry.shape[0] : 1, entry.shape.last ?? 1)
      var matrix = try file.parameter(name, rows: rows, columns: columns).matrix
      if name == "encoder.layer.2.output.dense.weight" { matrix[3, 4] = .nan }
      if name == "embeddings.LayerNorm.bias" { matrix = Matrix(rows: 1, columns: 19) }
      if rows == 1 { writer.add(name, matrix.values) } else { writer.add(name, matrix) }
    }
    writer.add("cls.predictions.bias", [1])
    writer.add("strange", [.infinity])
    try writer.write(to: url)
    let tensors = try ModelSurvey(folder: folder).tensors.get()
    #expect(tensors.missing == ["encoder.layer.1.output.dense.bias"])
    #expect(tensors.misfits.count == 1)
    #expect(tensors.misfits.first?.description.contains("expected [1, 20], found [19]") == true)
    #expect(tensors.extra == ["cls.predictions.bias", "strange"])
    #expect(tensors.notFinite() == ["encoder.layer.2.output.dense.weight"])
    #expect(tensors.fault == tensors.misfits.first)
  }

  @Test("a configuration that asks for far too much is cut short")
  func hostile() throws {
    for (name, key) in [("tiny-bert", "num_hidden_layers"), ("tiny-t5", "num_decoder_layers")] {
      let folder = try copyOfModel(name)
      defer { try? FileManager.default.removeItem(at: folder) }
      try changeConfiguration(of: folder) { $0[key] = 1_000_000_000 }
      let tensors = try ModelSurvey(folder: folder).tensors.get()
      #expect(tensors.isCutShort)
      #expect(tensors.missing.count == 1000)
      #expect(tensors.fault != nil)
    }
  }

  @Test("parts are told apart")
  func parts() throws {
    let folder = try copyOfModel("tiny-bert-prefixed")
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(ModelSurvey(folder: folder).labels == ["negative", "neutral", "positive"])
    #expect(ModelSurvey(folder: folder).architectures == ["BertForSequenceClassification"])
    try changeConfiguration(of: folder) { $0["hidden_act"] = "mish" }
    let unknown = ModelSurvey(folder: folder)
    #expect((try? unknown.shape.get()) != nil && (try? unknown.tensors.get()) == nil)
    try FileManager.default.removeItem(at: folder.appendingPathComponent("config.json"))
    let bare = ModelSurvey(folder: folder)
    #expect(bare.modelType == nil && (try? bare.shape.get()) == nil)
    #expect(try bare.files.get().count == 1)
    try FileManager.default.removeItem(at: folder.appendingPathComponent("model.safetensors"))
    #expect((try? ModelSurvey(folder: folder).files.get()) == nil)
  }

  @Test(
    "what checkpoints hold besides is known by name",
    arguments: [
      ("cls.predictions.bias", .languageHead), ("lm_head.dense.weight", .languageHead),
      ("vocab_projector.bias", .languageHead), ("bert.pooler.dense.weight", .pooler),
      ("pooler.dense.bias", .pooler), ("classifier.weight", .otherHead),
      ("qa_outputs.bias", .otherHead), ("embeddings.position_ids", .buffer),
      ("transformer.h.3.attn.bias", .buffer), ("h.3.attn.masked_bias", .buffer),
      ("decoder.embed_tokens.weight", .copy), ("transformer.shared.weight", .copy),
      (
        "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight", .relic
      ), ("h.3.attn.c_attn.bias", .unknown), ("transformer.layer.9.ffn.lin1.bias", .unknown),
      ("", .unknown),
    ] as [(String, LeftOver)])
  func leftOver(name: String, kind: LeftOver) {
    #expect(LeftOver(tensor: name) == kind)
  }

  @Test("the memory of a worker grows with tokens, and more so with a decoder")
  func workspace() throws {
    let bert = try loadModel(folder: fixtures.appendingPathComponent("models/tiny-bert")).shape
    let t5 = try loadModel(folder: fixtures.appendingPathComponent("models/tiny-t5")).shape
    let panels = 2 * (bert.width / bert.heads + 32)
    #expect(bert.workspaceBytes(tokens: 0) == 4 * (256 * 37 + (128 + panels) * 40))
    #expect(
      bert.workspaceBytes(tokens: 10) - bert.workspaceBytes(tokens: 0) == 4 * 10 * 6 * 20)
    #expect(t5.workspaceBytes(tokens: 10) - t5.workspaceBytes(tokens: 0) == 4 * 10 * 10 * 20)
    // A batch has 512 tokens, or one longer text's.
    let each = bert.workspaceBytes(tokens: 512)
    #expect(bert.readers(64, available: 2 * 10 * each) == 10)
    #expect(bert.readers(4, available: 2 * 10 * each) == 4)
    #expect(bert.readers(4, available: 0) == 1 && bert.readers(4, available: nil) == 4)
  }
}
