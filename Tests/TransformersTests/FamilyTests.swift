import Foundation
import Tensors
import Testing

@testable import Transformers

let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("Fixtures")

/// The models of `Tests/Oracles/make_model_fixtures.py`, and what transformers computed for them:
/// odd shapes, heads of odd widths, every non-linearity and number type of the paper's families.
@Suite("Every family agrees with transformers in double precision")
struct FamilyTests {
  static let models = [
    "tiny-bert", "tiny-bert-prefixed", "tiny-bert-f16", "tiny-distilbert", "tiny-distilbert-bf16",
    "tiny-roberta", "tiny-roberta-f16", "tiny-gpt2", "tiny-gpt2-sharded", "tiny-t5", "tiny-flan-t5",
  ]

  @Test("every layer is within the bound", arguments: models)
  func layers(name: String) throws {
    let folder = fixtures.appendingPathComponent("models/\(name)")
    let model = try loadModel(folder: folder)
    let oracle = try Oracle(folder)
    #expect(oracle.texts.count > 1)
    for (text, ids) in oracle.texts.enumerated() {
      let recording = model.record(Batch([ids]))
      #expect(Set(recording.values.keys.map { "\($0.name).\(text)" }) == oracle.names(of: text))
      for (site, matrix) in recording.values {
        try oracle.check(matrix, "\(site.name).\(text)")
      }
    }
  }

  @Test("the shape says which sites there are", arguments: models)
  func shape(name: String) throws {
    let model = try loadModel(folder: fixtures.appendingPathComponent("models/\(name)"))
    let shape = model.shape
    let recording = model.record(Batch([[5, 3], [1]]))
    for (stack, blocks) in [(Site.Stack.encoder, shape.blocks), (.decoder, shape.decoderBlocks)] {
      let isThere = blocks > 0
      let hidden = recording.layers(.hidden, of: stack)
      #expect(hidden.count == (isThere ? blocks + 1 : 0))
      #expect(hidden.allSatisfy { $0.rows == 3 && $0.columns == shape.width })
      #expect(recording.layers(.final, of: stack).count == (isThere && shape.hasFinalNorm ? 1 : 0))
      let activations = recording.layers(.activation, of: stack)
      #expect(activations.count == blocks)
      #expect(activations.allSatisfy { $0.rows == 3 && $0.columns == shape.neurons })
      for kind in [Site.Kind.gate, .up, .product] {
        #expect(recording.layers(kind, of: stack).count == (shape.isGated ? blocks : 0))
      }
      if shape.isGated { #expect(recording.layers(.gate, of: stack) == activations) }
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
      #expect(alone.values.count == together.values.count)
      for (site, a) in alone.values {
        let b = try #require(together.values[site])
        let rows = b.selecting(rows: Array(batch.rows(of: place)))
        #expect(largestDifference(a, rows) < 4e-6 * largest(a), "\(site.name)")
      }
    }
  }

  @Test("a batch longer than a tile gives every token's values once", arguments: models)
  func tiles(name: String) throws {
    let folder = fixtures.appendingPathComponent("models/\(name)")
    let model = try loadModel(folder: folder)
    let ids = try #require(Oracle(folder).texts.last)
    let batch = Batch(Array(repeating: ids, count: 26))
    let recording = model.record(batch)
    for (site, values) in recording.values {
      #expect(values.rows == 26 * ids.count)
      let first = values.selecting(rows: Array(batch.rows(of: 0)))
      let last = values.selecting(rows: Array(batch.rows(of: 25)))
      #expect(largestDifference(first, last) < 4e-6 * largest(first), "\(site.name)")
    }
  }

  @Test("layers above those asked for are not computed, and those below do not change")
  func depth() throws {
    for name in Self.models {
      let model = try loadModel(folder: fixtures.appendingPathComponent("models/\(name)"))
      let batch = Batch([[2, 5, 3], [4]])
      let all = model.record(batch)
      for blocks in 0...model.shape.allBlocks {
        var recording = Recording()
        var workspace = Workspace()
        model.forward(batch, blocks: blocks, workspace: &workspace, tap: &recording)
        let deeper = max(0, blocks - model.shape.blocks)
        #expect(recording.hiddenStates.count == min(blocks, model.shape.blocks) + 1)
        #expect(recording.activations.count == min(blocks, model.shape.blocks))
        #expect(recording.layers(.activation, of: .decoder).count == deeper)
        #expect(recording.layers(.hidden, of: .decoder).count == (deeper > 0 ? deeper + 1 : 0))
        for (site, values) in recording.values { #expect(all.values[site] == values) }
      }
    }
  }

  @Test("texts and batches without tokens reach every layer", arguments: models)
  func empty(name: String) throws {
    let model = try loadModel(folder: fixtures.appendingPathComponent("models/\(name)"))
    let sites = Set(model.record(Batch([[1]])).values.keys)
    for batch in [Batch([]), Batch([[]]), Batch([[], [1, 2], []])] {
      let recording = model.record(batch)
      #expect(Set(recording.values.keys) == sites)
      #expect(recording.values.values.allSatisfy { $0.rows == batch.tokenCount })
    }
  }

  @Test("a workspace serves models of all shapes in turn")
  func workspace() throws {
    var workspace = Workspace()
    for name in Self.models + Self.models.reversed() {
      let model = try loadModel(folder: fixtures.appendingPathComponent("models/\(name)"))
      let batch = Batch([[7, 1, 2], [3]])
      var recording = Recording()
      model.forward(
        batch, blocks: model.shape.allBlocks, workspace: &workspace, tap: &recording)
      #expect(recording.values == model.record(batch).values)
    }
  }
}

/// What an oracle script wrote beside a model.
struct Oracle {
  private let file: SafetensorsFile
  private let ids: [[Int32]]

  init(_ folder: URL, _ name: String = "expected.safetensors") throws {
    file = try SafetensorsFile(path: folder.appendingPathComponent(name).path)
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
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

  /// The tensors of one text.
  func names(of text: Int) -> Set<String> {
    Set(
      file.entries.keys.filter {
        $0.hasSuffix(".\(text)") && !$0.hasPrefix("ids.") && !$0.hasPrefix("held.")
      })
  }

  /// A tensor of this name and shape.
  func matrix(_ name: String, rows: Int, columns: Int) throws -> Matrix {
    try file.parameter(name, rows: rows, columns: columns).matrix
  }

  /// The bound of the design: 2·10⁻⁵ · max(1, max |reference|).
  func check(_ matrix: Matrix, _ name: String) throws {
    let reference = try self.matrix(name, rows: matrix.rows, columns: matrix.columns)
    let bound = 2e-5 * largest(reference)
    let difference = largestDifference(matrix, reference)
    #expect(difference <= bound, "\(name): \(difference)")
  }
}

func largestDifference(_ a: Matrix, _ b: Matrix) -> Float {
  zip(a.values, b.values).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
}

/// max(1, max |x|), by which differences are measured.
func largest(_ x: Matrix) -> Float { x.values.reduce(1) { max($0, abs($1)) } }
