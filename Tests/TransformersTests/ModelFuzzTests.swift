import Foundation
import Fuzzing
import Tensors
import Testing

@testable import Transformers

/// Each file is tried in a whole model folder, and a model that is accepted is run.
@Suite("Damaged model folders")
struct ModelFuzzTests {
  private static let models = [
    "tiny-bert", "tiny-distilbert", "tiny-roberta", "tiny-gpt2", "tiny-t5",
  ]

  /// Loads a folder; nil if it is refused, which must be in one line that names a file of it.
  private func load(_ folder: URL) -> (any Transformer)? {
    do {
      return try loadModel(folder: folder)
    } catch {
      let message = error.description
      #expect(error.path.hasPrefix(folder.path), "\(message)")
      #expect(!message.contains { $0.isNewline }, "\(message)")
      return nil
    }
  }

  /// A model that was accepted gives every layer in the shape that it says.
  private func run(_ model: any Transformer) {
    let ids = [0, model.shape.vocabulary - 1, 0].map(Int32.init)
    let batch = Batch([Array(ids.prefix(model.shape.maxTokens)), [0]])
    let recording = model.record(batch)
    #expect(recording.hiddenStates.count == model.shape.blocks + 1)
    #expect(
      recording.hiddenStates.allSatisfy {
        $0.rows == batch.tokenCount && $0.columns == model.shape.width
      })
    #expect(recording.activations.allSatisfy { $0.columns == model.shape.neurons })
  }

  @Test("any config.json gives an error or a model that runs", arguments: models)
  func configuration(name: String) throws {
    let folder = try copyOfModel(name)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("config.json")
    // Of all families, so that parts of one stand in another's.
    let corpus = try ([name] + Self.models).map {
      try Array(Data(contentsOf: fixtures.appendingPathComponent("models/\($0)/config.json")))
    }
    var fuzzer = Fuzzer("config-\(name)", corpus: corpus, rounds: 60)
    try fuzzer.run { bytes in
      try Data(bytes).write(to: file)
      if let model = load(folder) { run(model) }
    }
  }

  @Test("any header gives an error, or tensors that cover the file and no byte beyond it")
  func headers() throws {
    let folder = try copyOfModel("tiny-bert-f16")
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("model.safetensors")
    let whole = try Array(Data(contentsOf: file))
    let length = Int(whole[0]) | Int(whole[1]) << 8
    let data = Array(whole[(8 + length)...])
    let small =
      #"{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"I8","#
      + #""shape":[0],"data_offsets":[24,24]},"__metadata__":{"format":"pt"}}"#
    var fuzzer = Fuzzer(
      "safetensors", corpus: [Array(whole[8..<8 + length]), Array(small.utf8)], rounds: 300)
    try fuzzer.run { header in
      let isSmall = header.count < 1000
      let size = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
      try Data(size + header + (isSmall ? data.prefix(24) : data[...])).write(to: file)
      if let read = read(file) { check(read, size: 8 + header.count + (isSmall ? 24 : data.count)) }
      if let model = load(folder) { run(model) }
    }
  }

  @Test("any bytes at all give an error or a file that can be read")
  func files() throws {
    let corpus = try ["tiny-bert-f16", "tiny-gpt2"].map {
      try Array(Data(contentsOf: fixtures.appendingPathComponent("models/\($0)/model.safetensors")))
    }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    var fuzzer = Fuzzer("safetensors-bytes", corpus: corpus, rounds: 60)
    try fuzzer.run { bytes in
      try Data(bytes).write(to: file)
      if let read = read(file) { check(read, size: bytes.count) }
    }
  }

  private func read(_ file: URL) -> SafetensorsFile? {
    do {
      return try SafetensorsFile(path: file.path)
    } catch {
      #expect(error.path == file.path && !error.description.contains { $0.isNewline })
      return nil
    }
  }

  private func check(_ file: SafetensorsFile, size: Int) {
    var end = size
    let entries = file.entries.sorted {
      ($0.value.range.upperBound, $0.value.range.lowerBound)
        > ($1.value.range.upperBound, $1.value.range.lowerBound)
    }
    for (name, entry) in entries {
      #expect(0 <= entry.range.lowerBound && entry.range.upperBound <= end, "\(name)")
      end = entry.range.lowerBound
      let count = entry.shape.reduce(1, *)
      guard entry.shape.count < 3, let type = NumberType(rawValue: entry.type) else { continue }
      #expect(entry.range.count == count * type.size)
      let rows = entry.shape.count == 2 ? entry.shape[0] : 1
      let columns = entry.shape.last ?? 1
      if entry.shape.isEmpty { continue }
      #expect((try? file.parameter(name, rows: rows, columns: columns))?.values.count == count)
    }
  }

  @Test("any index gives an error or a model that runs")
  func indexes() throws {
    let folder = try copyOfModel("tiny-gpt2-sharded")
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("model.safetensors.index.json")
    var fuzzer = Fuzzer("index", corpus: [try Array(Data(contentsOf: file))], rounds: 100)
    try fuzzer.run { bytes in
      try Data(bytes).write(to: file)
      if let model = load(folder) { run(model) }
    }
  }
}
