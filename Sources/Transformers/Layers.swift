import Tensors

/// The memory of a forward pass, one per worker, kept from batch to batch.
public struct Workspace: Sendable {
  var matrices: [String: Matrix] = [:]
  var scores: [Float] = []

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
}

/// `y = x Wᵀ + b`.
struct Linear: Sendable {
  /// `(O, I)`.
  let weight: Parameter
  /// `O` values.
  let bias: Parameter

  init(_ weights: Weights, _ name: String, out: Int, in: Int) throws(ModelError) {
    weight = try weights.matrix("\(name).weight", rows: out, columns: `in`)
    bias = try weights.vector("\(name).bias", count: out)
  }

  /// Columns `column ..< column + O` of `y` become `x Wᵀ + b`.
  func callAsFunction(_ x: Matrix, into y: inout Matrix, column: Int = 0) {
    multiply(x, rows: 0..<x.rows, weight, into: &y, column: column)
    add(bias, to: &y, column: column)
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

  /// `x ← LN(x + bias + residual)`.
  func callAsFunction(_ x: inout Matrix, bias: Parameter, residual: Matrix) {
    residualLayerNorm(
      &x, bias: bias, residual: residual, scale: scale, shift: shift, epsilon: epsilon)
  }
}
