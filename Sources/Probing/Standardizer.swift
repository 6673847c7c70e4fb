public import Tensors

/// Each feature's mean and deviation over the training texts.
///
/// `z = (x − mean) / scale`. A feature that never changes has scale 1, so it becomes 0.
public struct Standardizer: Sendable, Equatable, Codable {
  public var mean: [Float]
  public var scale: [Float]

  /// Keeps means and scales that were computed before.
  public init(mean: [Float], scale: [Float]) {
    precondition(mean.count == scale.count, "\(mean.count) means, \(scale.count) scales")
    self.mean = mean
    self.scale = scale
  }

  /// Leaves features as they are.
  public init(width: Int) {
    self.init(
      mean: Array(repeating: 0, count: width), scale: Array(repeating: 1, count: width))
  }

  /// Measures the `(texts, features)` matrix `x`, in double precision and two passes.
  public init(_ x: Matrix) {
    let (n, d) = (Double(max(x.rows, 1)), x.columns)
    var sums = [Double](repeating: 0, count: d)
    for i in 0..<x.rows {
      for j in 0..<d { sums[j] += Double(x.values[i * d + j]) }
    }
    let means = sums.map { $0 / n }
    var squares = [Double](repeating: 0, count: d)
    for i in 0..<x.rows {
      for j in 0..<d {
        let difference = Double(x.values[i * d + j]) - means[j]
        squares[j] += difference * difference
      }
    }
    mean = means.map { Float($0) }
    let energy = zip(means, squares).reduce(0) { $0 + $1.0 * $1.0 + $1.1 / n }
    let size = (energy / Double(max(d, 1))).squareRoot()
    scale = zip(means, squares).map { mean, sum in
      let deviation = (sum / n).squareRoot()
      // A forward pass is right to 2·10⁻⁵ of its layer's values, and its rounding depends on the
      // batch: a feature that moves less than that says nothing about the text.
      let least = max(2e-5 * max(abs(mean), size), Double(Float.leastNormalMagnitude))
      return deviation > least ? Float(deviation) : 1
    }
  }

  /// The standardised features as the solver reads them: one feature a row, `(features, texts)`.
  public func columns(of x: Matrix) -> Matrix {
    precondition(x.columns == mean.count, "\(x.columns) features, \(mean.count) means")
    var columns = x.transposed
    guard !isIdentity else { return columns }
    let n = x.rows
    for j in 0..<x.columns {
      let (m, s) = (mean[j], scale[j])
      var energy: Float = 0
      for i in j * n..<(j + 1) * n {
        columns.values[i] = (columns.values[i] - m) / s
        energy += columns.values[i] * columns.values[i]
      }
      // Where the mean square is not 1, the feature does not change, and what is left is rounding.
      if energy < 0.25 * Float(n) {
        for i in j * n..<(j + 1) * n { columns.values[i] = 0 }
      }
    }
    return columns
  }

  /// Whether it leaves features as they are.
  private var isIdentity: Bool {
    mean.allSatisfy { $0 == 0 } && scale.allSatisfy { $0 == 1 }
  }
}
