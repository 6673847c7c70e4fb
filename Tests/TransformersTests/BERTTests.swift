import Foundation
import Tensors
import Testing

@testable import Transformers

let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("Fixtures")

/// The models of `Tests/Oracles/make_bert_fixtures.py`, and what transformers computed for them.
@Suite("BERT agrees with transformers in double precision")
struct BERTTests {
  static let models = ["tiny-bert", "tiny-bert-prefixed", "tiny-bert-f16"]

  @Test("every layer is within the bound", arguments: models)
  func layers(name: String) throws {
    let folder = fixtures.appendingPathComponent("models/\(name)")
    let model = try loadModel(folder: folder)
    let oracle = try Oracle(folder)
    #expect(oracle.texts.count == 4)
    for (text, ids) in oracle.texts.enumerated() {
      let recording = model.record(Batch([ids]))
      #expect(recording.hiddenStates.count == model.shape.blocks + 1)
      #expect(recording.activations.count == model.shape.blocks)
      for (layer, matrix) in recording.hiddenStates.enumerated() {
        try oracle.check(matrix, "hidden.\(layer).\(text)")
      }
      for (layer, matrix) in recording.activations.enumerated() {
        try oracle.check(matrix, "activation.\(layer).\(text)")
      }
    }
  }

  @Test("a text gives the same numbers alone and in a batch", arguments: models)
  func batches(name: String) throws {
    let folder = fixtures.appendingPathComponent("models/\(name)")
    let model = try loadModel(folder: folder)
    let texts = try Oracle(folder).texts
    let batch = Batch(texts.reversed() + texts)
    let together = model.record(batch)
    for (place, ids) in (texts.reversed() + texts).enumerated() {
      let alone = model.record(Batch([ids]))
      for (a, b) in zip(
        alone.hiddenStates + alone.activations,
        together.hiddenStates + together.activations)
      {
        let rows = b.selecting(rows: Array(batch.rows(of: place)))
        #expect(largestDifference(a, rows) < 4e-6)
      }
    }
  }

  @Test("a batch longer than a tile gives every token's activations once")
  func tiles() throws {
    let folder = fixtures.appendingPathComponent("models/tiny-bert")
    let model = try loadModel(folder: folder)
    let ids = try Oracle(folder).texts[3]
    let batch = Batch(Array(repeating: ids, count: 20))
    let recording = model.record(batch)
    #expect(recording.activations[0].rows == 800)
    let first = recording.activations[0].selecting(rows: Array(batch.rows(of: 0)))
    let last = recording.activations[0].selecting(rows: Array(batch.rows(of: 19)))
    #expect(largestDifference(first, last) < 4e-6)
  }

  @Test("layers above those asked for are not computed")
  func depth() throws {
    let model = try loadModel(folder: fixtures.appendingPathComponent("models/tiny-bert"))
    var recording = Recording()
    var workspace = Workspace()
    model.forward(Batch([[2, 5, 3]]), blocks: 1, workspace: &workspace, tap: &recording)
    #expect(recording.hiddenStates.count == 2)
    #expect(recording.activations.count == 1)
  }
}

/// What an oracle script wrote beside a model.
struct Oracle {
  private let file: SafetensorsFile
  private let ids: [[Int32]]

  init(_ folder: URL) throws {
    file = try SafetensorsFile(path: folder.appendingPathComponent("expected.safetensors").path)
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent("expected.safetensors")))
    var ids: [[Int32]] = []
    while let entry = file.entries["ids.\(ids.count)"] {
      let size = entry.type == "I64" ? 8 : 4
      ids.append(
        stride(from: entry.range.lowerBound, to: entry.range.upperBound, by: size).map { start in
          (0..<4).reduce(Int32(0)) { $0 | Int32(bytes[start + $1]) << Int32(8 * $1) }
        })
    }
    self.ids = ids
  }

  var texts: [[Int32]] { ids }

  /// The bound of the design: 2·10⁻⁵ · max(1, max |reference|).
  func check(_ matrix: Matrix, _ name: String) throws {
    let reference = try file.parameter(name, rows: matrix.rows, columns: matrix.columns).matrix
    let largest = reference.values.reduce(Float(1)) { max($0, abs($1)) }
    let difference = largestDifference(matrix, reference)
    #expect(difference <= 2e-5 * largest, "\(name): \(difference)")
  }
}

func largestDifference(_ a: Matrix, _ b: Matrix) -> Float {
  zip(a.values, b.values).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
}
