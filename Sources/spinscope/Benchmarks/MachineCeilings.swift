import Probing
import Tensors
import Transformers

/// What this machine reaches at best on the work that a model gives it, on some workers at once.
struct MachineCeilings {
  /// Floating-point operations a second of one block's products, for each number of tokens; in 10⁹.
  private(set) var products: [Int: Double] = [:]
  /// The same by the system's BLAS: what a program without kernels of its own could have.
  private(set) var blas: [Int: Double] = [:]
  /// Bytes read a second, in 10⁹.
  private(set) var bandwidth: Double
  let workers: Int

  /// Tokens of the products: a sentence, a text, a tile of a batch, a whole batch.
  static let tokens = [16, 128, 256, 2048]

  /// Measures for the products of a model's blocks.
  init(_ shape: ModelShape, workers: Int) {
    self.workers = workers
    bandwidth = Self.bandwidth(workers)
    for tokens in Self.tokens {
      products[tokens] = Self.products(shape, tokens: tokens, workers) { $0.byPanels(&$1) }
      blas[tokens] = Self.products(shape, tokens: tokens, workers) { $0.byBLAS(&$1) }
    }
  }

  /// The best of all shapes.
  var peak: Double { (Array(products.values) + blas.values).max() ?? .nan }

  var measurements: [Measurement] {
    Self.tokens.flatMap { tokens in
      [("products", products), ("BLAS sgemm", blas)].map { name, rates in
        let rate = rates[tokens] ?? .nan
        return Measurement(
          "\(name), \(grouped(tokens)) tokens", rate, "GFLOP/s", share: rate / peak,
          of: "the best shape")
      }
    } + [Measurement("reading memory", bandwidth, "GB/s")]
  }

  /// The fastest of several rounds: a ceiling is what nothing else disturbed.
  private static func products(
    _ shape: ModelShape, tokens: Int, _ workers: Int,
    by multiply: @Sendable (BlockProducts, _ scratch: inout BlockProducts.Scratch) -> Void
  ) -> Double {
    let products = BlockProducts(shape)
    let repeats = max(1, Int(4e9 / (products.operations * Double(tokens))))
    let best =
      (0..<5).map { _ in
        seconds {
          forEachInParallel(count: workers, workers: workers) {
            BlockProducts.Scratch(shape, tokens: tokens)
          } work: { _, scratch in
            for _ in 0..<repeats { multiply(products, &scratch) }
          } consume: { _, _ in
            true
          }
        }
      }.min() ?? .infinity
    return products.operations * Double(tokens * repeats * workers) / best / 1e9
  }

  private static func bandwidth(_ workers: Int) -> Double {
    // 256 MB a worker: more than any cache holds.
    let values = Matrix(rows: 1 << 10, columns: 1 << 16, repeating: 1)
    let best =
      (0..<5).map { _ in
        seconds {
          _ = mapInParallel(count: workers, workers: workers) { _ in absoluteSum(values) }
        }
      }.min() ?? .infinity
    return Double(values.values.count * 4 * workers) / best / 1e9
  }
}

/// The matrix products of one block: four of the attention, two of the feed-forward.
private struct BlockProducts: Sendable {
  private let square: [Weights]
  private let expand: Weights
  private let contract: Weights
  /// Floating-point operations a token.
  let operations: Double

  /// The same weights for both ways to multiply.
  private struct Weights: Sendable {
    let stored: Matrix
    let packed: PackedWeights

    init(_ outputs: Int, _ inputs: Int) {
      stored = Matrix(rows: outputs, columns: inputs, repeating: 0.25)
      packed = PackedWeights(Parameter(rows: outputs, columns: inputs, values: stored.values))
    }
  }

  /// The matrices that one worker reads and writes.
  struct Scratch: Sendable {
    fileprivate var narrow: Matrix
    fileprivate var wide: Matrix
    fileprivate var out: Matrix

    fileprivate init(_ shape: ModelShape, tokens: Int) {
      narrow = Matrix(rows: tokens, columns: shape.width, repeating: 0.5)
      wide = Matrix(rows: tokens, columns: shape.neurons)
      out = Matrix(rows: tokens, columns: shape.width)
    }
  }

  init(_ shape: ModelShape) {
    let (c, f) = (shape.width, shape.neurons)
    square = (0..<4).map { _ in Weights(c, c) }
    expand = Weights(f, c)
    contract = Weights(c, f)
    operations = 2 * Double(4 * c * c + 2 * c * f)
  }

  func byPanels(_ scratch: inout Scratch) {
    let rows = 0..<scratch.narrow.rows
    for weights in square {
      multiply(scratch.narrow, rows: rows, weights.packed, into: &scratch.out)
    }
    multiply(scratch.narrow, rows: rows, expand.packed, into: &scratch.wide)
    multiply(scratch.wide, rows: rows, contract.packed, into: &scratch.out)
  }

  func byBLAS(_ scratch: inout Scratch) {
    for weights in square {
      multiplyRows(scratch.narrow, weights.stored, into: &scratch.out, row: 0, column: 0)
    }
    multiplyRows(scratch.narrow, expand.stored, into: &scratch.wide, row: 0, column: 0)
    multiplyRows(scratch.wide, contract.stored, into: &scratch.out, row: 0, column: 0)
  }
}

extension ModelShape {
  /// Floating-point operations of the blocks on a text, norms and non-linearities left out.
  ///
  /// Of an encoder-decoder, the encoder's.
  func operations(tokens: Int) -> Double {
    let linear = 2 * (4 * width * width + (isGated ? 3 : 2) * width * neurons)
    return Double(blocks) * Double(tokens) * Double(linear + 4 * tokens * width)
  }
}
