public import Tensors

/// One layer of a representation, pooled in one way: what a probe reads.
public struct FeatureKey: Sendable, Hashable {
  public var representation: Representation
  public var layer: Int
  public var pooling: Pooling

  /// Names one feature matrix.
  public init(_ representation: Representation, layer: Int, pooling: Pooling) {
    self.representation = representation
    self.layer = layer
    self.pooling = pooling
  }
}

/// The pooled features of all texts, one `(texts, width)` matrix a layer and pooling.
public struct Features: Sendable {
  private var matrices: [FeatureKey: Matrix] = [:]

  /// Starts with no matrix.
  public init() {}

  /// The matrix of `key`, which must be there.
  public subscript(key: FeatureKey) -> Matrix {
    get {
      guard let matrix = matrices[key] else { preconditionFailure("no features for \(key)") }
      return matrix
    }
    set { matrices[key] = newValue }
  }

  /// All keys, in no order.
  public var keys: some Collection<FeatureKey> { matrices.keys }

  /// Copies the rows of `source` to the rows `targets`; the matrix is made when first asked for.
  mutating func place(_ source: Matrix, at targets: [Int], of texts: Int, key: FeatureKey) {
    var matrix =
      matrices.removeValue(forKey: key) ?? Matrix(rows: texts, columns: source.columns)
    for (row, target) in targets.enumerated() { matrix.setRow(target, to: source.row(row)) }
    matrices[key] = matrix
  }

  /// The values of some neurons, side by side, for the texts `rows`.
  ///
  /// - Parameters:
  ///   - neurons: any order; the columns follow it.
  ///   - pooling: how all of them are pooled.
  ///   - rows: positions of texts.
  /// - Returns: `(rows.count, neurons.count)`.
  public func integrated(
    _ neurons: [NeuronAddress], pooling: Pooling, rows: [Int]
  ) -> Matrix {
    var values = Matrix(rows: rows.count, columns: neurons.count)
    for (column, neuron) in neurons.enumerated() {
      let key = FeatureKey(neuron.representation, layer: neuron.layer, pooling: pooling)
      guard let matrix = matrices[key] else { preconditionFailure("no features for \(key)") }
      for (row, text) in rows.enumerated() { values[row, column] = matrix[text, neuron.index] }
    }
    return values
  }
}
