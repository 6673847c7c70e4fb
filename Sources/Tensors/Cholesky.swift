import CBLAS

/// A⁻¹ b for a symmetric positive definite A, by A = L Lᵀ in single precision.
///
/// Columns are taken 64 at a time, so that most of the work is matrix products.
/// Source: Golub & Van Loan, "Matrix Computations", section 4.2.9 (block Cholesky).
/// - Parameters:
///   - a: `(m, m)`, of which the lower triangle counts; it is used up.
///   - b: m values.
/// - Returns: nil where rounding leaves no positive definite matrix.
public func solvePositiveDefinite(_ a: inout Matrix, _ b: [Float]) -> [Float]? {
  let m = a.rows
  precondition(a.columns == m && b.count == m, "\(b.count) values for \(m) x \(a.columns)")
  _ = singleThreaded
  for start in stride(from: 0, to: m, by: 64) {
    let block = start..<min(start + 64, m)
    guard factorDiagonal(&a, block) else { return nil }
    if block.upperBound < m { eliminate(block, from: &a) }
  }
  var x = b
  guard m > 0 else { return x }
  unsafe a.values.withUnsafeBufferPointer { factor in
    unsafe x.withUnsafeMutableBufferPointer { x in
      for side in [CblasNoTrans, CblasTrans] {
        // SAFETY: a whole `(m, m)` matrix and m values; BLAS keeps neither pointer.
        unsafe cblas_strsv(
          CblasRowMajor, CblasLower, side, CblasNonUnit, Int32(m), factor.baseAddress, Int32(m),
          x.baseAddress, 1)
      }
    }
  }
  return x
}

/// The square block of `a` on the diagonal becomes its factor, below the diagonal.
///
/// - Returns: false at a pivot that is not positive.
private func factorDiagonal(_ a: inout Matrix, _ block: Range<Int>) -> Bool {
  for j in block {
    var pivot = a[j, j]
    for k in block.lowerBound..<j { pivot -= a[j, k] * a[j, k] }
    guard pivot > 0, pivot.isFinite else { return false }
    let root = pivot.squareRoot()
    a[j, j] = root
    for i in j + 1..<block.upperBound {
      var rest = a[i, j]
      for k in block.lowerBound..<j { rest -= a[i, k] * a[j, k] }
      a[i, j] = rest / root
    }
  }
  return true
}

/// The rows below a factored block become L's there, and what they explain leaves the rest of `a`.
private func eliminate(_ block: Range<Int>, from a: inout Matrix) {
  let (m, next) = (a.rows, block.upperBound)
  let (below, width) = (Int32(m - next), Int32(block.count))
  unsafe a.values.withUnsafeMutableBufferPointer { values in
    let base = unsafe values.baseAddress.unsafelyUnwrapped
    let diagonal = unsafe base + block.lowerBound * (m + 1)
    let panel = unsafe base + next * m + block.lowerBound
    // SAFETY: the block, the rows below it and the triangle right of these lie inside the matrix.
    unsafe cblas_strsm(
      CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, below, width, 1, diagonal,
      Int32(m), panel, Int32(m))
    unsafe cblas_ssyrk(
      CblasRowMajor, CblasLower, CblasNoTrans, below, width, -1, panel, Int32(m), 1,
      base + next * (m + 1), Int32(m))
  }
}
