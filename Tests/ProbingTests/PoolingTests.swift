import Tensors
import Testing
import Transformers

@testable import Probing

@Suite("Pooling while the model runs gives what pooling a recording gives")
struct PoolingTests {
  /// Lengths that end at, straddle and miss the borders of the model's tiles of 256 tokens.
  static let lengths = [
    [1], [5], [1, 1, 1], [3, 1, 40, 2], [40, 40, 40, 40, 40, 40, 16, 1, 9],
    [40, 40, 40, 40, 40, 40, 15, 1, 1, 40], Array(repeating: 39, count: 14) + [1],
  ]

  private func batch(_ lengths: [Int]) -> Batch {
    var noise = Noise(seed: 5)
    return Batch(lengths.map { length in (0..<length).map { _ in Int32(noise.below(97)) } })
  }

  /// The definition: one neuron's values at all tokens of a text become one value.
  private func pool(_ values: [Float], _ pooling: Pooling) -> Float {
    switch pooling {
    case .first: values[0]
    case .last: values[values.count - 1]
    case .max: values.reduce(-.infinity) { Swift.max($0, $1) }
    case .mean: Float(values.map(Double.init).reduce(0, +) / Double(values.count))
    }
  }

  private func pool(_ matrix: Matrix, _ batch: Batch, _ pooling: Pooling) -> Matrix {
    var pooled = Matrix(rows: batch.textCount, columns: matrix.columns)
    for text in 0..<batch.textCount {
      for column in 0..<matrix.columns {
        pooled[text, column] = pool(batch.rows(of: text).map { matrix[$0, column] }, pooling)
      }
    }
    return pooled
  }

  @Test("every layer, every pooling, whatever the tiles cut", arguments: lengths)
  func recording(lengths: [Int]) throws {
    let (model, batch) = (try Tiny.model(), batch(lengths))
    let recording = model.record(batch)
    var tap = PoolingTap(Pooling.allCases)
    var workspace = Workspace()
    model.forward(batch, blocks: model.shape.blocks, workspace: &workspace, tap: &tap)
    for (matrices, representation) in [
      (recording.hiddenStates, Representation.hidden), (recording.activations, .activation),
    ] {
      for (layer, matrix) in matrices.enumerated() {
        let features = tap.features(representation, layer: layer)
        for (pooling, pooled) in zip(Pooling.allCases, features) {
          #expect(pooled == pool(matrix, batch, pooling), "\(representation) \(layer) \(pooling)")
        }
      }
    }
  }

  @Test(
    "poolings come in the order asked for, and none needs another",
    arguments: [[Pooling.mean, .first], [.last], [.max], [.max, .last, .mean]])
  func order(poolings: [Pooling]) throws {
    let (model, batch) = (try Tiny.model(), batch([4, 1, 7]))
    let recording = model.record(batch)
    var tap = PoolingTap(poolings)
    var workspace = Workspace()
    model.forward(batch, blocks: 1, workspace: &workspace, tap: &tap)
    #expect(
      tap.features(.hidden, layer: 1)
        == poolings.map { pool(recording.hiddenStates[1], batch, $0) })
  }

  @Test("a text without tokens pools to zeros, and leaves its neighbours alone")
  func emptyText() {
    let matrix = Matrix(rows: 3, columns: 1, values: [4, 6, 8])
    for lengths in [[0, 2, 1], [2, 0, 1], [2, 1, 0], [2, 0, 0, 1]] {
      let batch = Batch(lengths.map { Array(repeating: 1, count: $0) })
      var tap = PoolingTap([.first, .last, .max, .mean])
      tap.record(Site(.hidden, 0), matrix, rows: 0..<3, of: batch)
      let pooled = tap.features(.hidden, layer: 0).map { $0.values.filter { $0 != 0 } }
      #expect(pooled == [[4, 8], [6, 8], [6, 8], [5, 8]], "\(lengths)")
    }
    for pooling in Pooling.allCases { #expect(pooling.pool([]) == 0) }
  }
}
