/// L with L Lᵀ = A, for a small symmetric positive definite A.
struct CholeskyFactor {
  private var rows: [[Double]]

  /// Factors `a`, of which the lower triangle counts.
  ///
  /// A pivot that rounding has brought to nothing is kept at 10⁻¹² of its diagonal.
  init(_ a: [[Double]]) {
    rows = a
    for i in a.indices {
      for j in 0...i {
        let rest = (0..<j).reduce(a[i][j]) { $0 - rows[i][$1] * rows[j][$1] }
        rows[i][j] =
          i == j ? max(rest, 1e-12 * a[i][i], 1e-300).squareRoot() : rest / rows[j][j]
      }
    }
  }

  /// L⁻¹ b.
  func forward(_ b: [Double]) -> [Double] {
    var x = b
    for i in x.indices {
      x[i] = (0..<i).reduce(b[i]) { $0 - rows[i][$1] * x[$1] } / rows[i][i]
    }
    return x
  }

  /// A⁻¹ b.
  func solve(_ b: [Double]) -> [Double] {
    var x = forward(b)
    for i in x.indices.reversed() {
      x[i] = (i + 1..<x.count).reduce(x[i]) { $0 - rows[$1][i] * x[$1] } / rows[i][i]
    }
    return x
  }
}
