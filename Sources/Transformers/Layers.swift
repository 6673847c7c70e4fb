import Tensors

/// The memory of a forward pass, one per worker, kept from batch to batch.
public struct Workspace: Sendable {
  var matrices: [String: Matrix] = [:]
  var scores: [Float] = []
  /// Shares the products of a pass over one text; nil where texts keep all cores busy.
  var team: Team?

  /// Starts empty; it grows to the largest batch that it sees.
  public init() {}

  /// Takes the scratch matrix `name` in the given shape; give it back with `keep`.
  ///
  /// Its contents are whatever the last use left.
  mutating func take(_ name: String, rows: Int, columns: Int) -> Matrix {
    guard var matrix = matrices.removeValue(forKey: name), matrix.columns == columns else {
      return Matrix(rows: rows, columns: columns)
    }
    matrix.resize(rows: rows)
    return matrix
  }

  mutating func keep(_ name: String, _ matrix: Matrix) { matrices[name] = matrix }

  /// Takes the `(T, C)` hidden state `h` that a pass starts with: the entry's, or embeddings.
  mutating func start(
    _ batch: Batch, width: Int, from entry: Entry?, embed: (_ h: inout Matrix) -> Void
  ) -> Matrix {
    var h = take("h", rows: batch.tokenCount, columns: width)
    guard let entry else {
      embed(&h)
      return h
    }
    precondition(
      entry.hidden.rows == h.rows && entry.hidden.columns == width,
      "an entry of \(entry.hidden.rows) x \(entry.hidden.columns) for \(h.rows) x \(width)")
    h.values = entry.hidden.values
    return h
  }
}

extension Array {
  /// The blocks that a pass runs, each with its number: those from the entry's on, below `end`.
  func blocks(from entry: Entry?, to end: Int) -> [(l: Int, block: Element)] {
    indices.filter { $0 >= entry?.block ?? 0 && $0 < end }.map { ($0, self[$0]) }
  }
}

/// The rows `0 ..< count` in tiles, in order; no rows are one empty tile, so that every layer
/// reaches the tap.
///
/// Tokens whose activations are made, tapped and contracted at a time: 256 × 3,072 floats are 3 MB
/// and stay in the cache, where all tokens of a batch would not.
func tiles(of count: Int) -> [Range<Int>] {
  stride(from: 0, to: max(count, 1), by: 256).map { $0..<min($0 + 256, count) }
}

/// `y = x W + b`.
struct Linear: Sendable {
  private let weights: PackedWeights
  /// `O` values.
  let bias: Parameter

  init(
    _ weights: Weights, _ name: String, out: Int, in: Int, layout: WeightLayout = .outIn
  ) throws(ModelError) {
    self.weights = try weights.packed("\(name).weight", out: out, in: `in`, layout: layout)
    bias = try weights.vector("\(name).bias", count: out)
  }

  /// O.
  var outputs: Int { bias.columns }

  /// Columns `column ..< column + O` of `y` become `x W + b`.
  func callAsFunction(_ x: Matrix, into y: inout Matrix, column: Int = 0, team: Team? = nil) {
    callAsFunction(x, rows: 0..<x.rows, into: &y, column: column, team: team)
  }

  /// Columns `column ..< column + O` of `y` become `x[rows] W + b`.
  func callAsFunction(
    _ x: Matrix, rows: Range<Int>, into y: inout Matrix, column: Int = 0, team: Team?
  ) {
    multiply(x, rows: rows, weights, bias: bias, into: &y, column: column, team: team)
  }

  /// The rows of `y` from `row` on grow by `x W + b`.
  func add(_ x: Matrix, to y: inout Matrix, row: Int = 0, team: Team?) {
    multiply(
      x, rows: 0..<x.rows, weights, bias: bias, into: &y, row: row, adding: true, team: team)
  }

  /// The rows of `y` from `row` on become `x W`; the bias is left to what follows.
  func product(_ x: Matrix, into y: inout Matrix, row: Int = 0, team: Team?) {
    multiply(x, rows: 0..<x.rows, weights, into: &y, row: row, team: team)
  }
}

extension Weights {
  /// The weights `name` of a layer, ready for products.
  func packed(
    _ name: String, out: Int, in: Int, layout: WeightLayout = .outIn
  ) throws(ModelError) -> PackedWeights {
    let (rows, columns) = layout == .outIn ? (out, `in`) : (`in`, out)
    return PackedWeights(
      try matrix(name, rows: rows, columns: columns), layout: layout, keepsPanels: keepsPanels)
  }
}

/// Layer normalisation's learned scale and shift.
struct LayerNorm: Sendable {
  let scale: Parameter
  let shift: Parameter
  let epsilon: Float

  init(_ weights: Weights, _ name: String, width: Int, epsilon: Float) throws(ModelError) {
    scale = try weights.vector("\(name).weight", count: width)
    shift = try weights.vector("\(name).bias", count: width)
    self.epsilon = epsilon
  }

  /// `x ← LN(x)`.
  func callAsFunction(_ x: inout Matrix) {
    layerNorm(&x, scale: scale, shift: shift, epsilon: epsilon)
  }

  /// `out ← LN(x)`.
  func callAsFunction(_ x: Matrix, into out: inout Matrix) {
    layerNorm(x, into: &out, scale: scale, shift: shift, epsilon: epsilon)
  }

  /// `x ← LN(x + bias + residual)`.
  func callAsFunction(_ x: inout Matrix, bias: Parameter, residual: Matrix) {
    residualLayerNorm(
      &x, bias: bias, residual: residual, scale: scale, shift: shift, epsilon: epsilon)
  }
}

/// The learned scale of a norm without mean and shift.
struct RMSNorm: Sendable {
  let scale: Parameter
  let epsilon: Float

  init(_ weights: Weights, _ name: String, width: Int, epsilon: Float) throws(ModelError) {
    scale = try weights.vector("\(name).weight", count: width)
    self.epsilon = epsilon
  }

  /// `out ← RMS(x)`.
  func callAsFunction(_ x: Matrix, into out: inout Matrix) {
    rmsNorm(x, into: &out, scale: scale, epsilon: epsilon)
  }
}
