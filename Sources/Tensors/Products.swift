import CBLAS

/// One BLAS thread: the workers above are the parallel level.
///
/// OpenBLAS 0.3.21 is slower with two threads on these shapes than two workers with one each, and
/// concurrent multi-threaded products can corrupt each other (OpenBLAS issue 5836).
let singleThreaded: Void = openblas_set_num_threads(1)

/// The kernels that are used here: the lanes of our products, and the kind of processor whose kernels
/// OpenBLAS has chosen for the probes: `Zen`, `SkylakeX`.
///
/// Sums are rounded in another order by others, so that results agree to rounding only.
public let kernelName: String = {
  // SAFETY: OpenBLAS returns a constant string.
  let name: UnsafeMutablePointer<CChar>? = unsafe openblas_get_corename()
  let blas = unsafe name.map { unsafe String(cString: $0) } ?? "unknown"
  return "\(productLanes)-lane, \(blas)"
}()

/// `a bᵀ`, the inner products of rows, becomes the block of `out` that starts at (`row`, `column`).
public func multiplyRows(_ a: Matrix, _ b: Matrix, into out: inout Matrix, row: Int, column: Int) {
  precondition(a.columns == b.columns, "\(a.columns) and \(b.columns) columns")
  precondition(
    0 <= row && row + a.rows <= out.rows && 0 <= column && column + b.rows <= out.columns,
    "\(a.rows) x \(b.rows) at (\(row), \(column)) of \(out.rows) x \(out.columns)")
  guard a.rows > 0, b.rows > 0, a.columns > 0 else { return }
  _ = singleThreaded
  let width = out.columns
  unsafe a.values.withUnsafeBufferPointer { left in
    unsafe b.values.withUnsafeBufferPointer { right in
      unsafe out.values.withUnsafeMutableBufferPointer { output in
        // SAFETY: two whole matrices, and a block inside another by the check above.
        unsafe cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(a.rows), Int32(b.rows),
          Int32(a.columns), 1, left.baseAddress, Int32(a.columns), right.baseAddress,
          Int32(b.columns), 0, output.baseAddress.unsafelyUnwrapped + row * width + column,
          Int32(width))
      }
    }
  }
}

/// `a aᵀ`, the inner products of all pairs of rows; symmetric.
public func gram(_ a: Matrix) -> Matrix {
  var out = Matrix(rows: a.rows, columns: a.rows)
  gramUpper(a, into: &out, at: 0)
  out.mirrorUpperTriangle()
  return out
}

/// The upper triangle of `a aᵀ` becomes the block of `out` that starts at (`place`, `place`).
public func gramUpper(_ a: Matrix, into out: inout Matrix, at place: Int) {
  precondition(
    0 <= place && place + a.rows <= min(out.rows, out.columns),
    "\(a.rows) rows at \(place) of \(out.rows) x \(out.columns)")
  guard a.rows > 0, a.columns > 0 else { return }
  _ = singleThreaded
  let width = out.columns
  unsafe a.values.withUnsafeBufferPointer { input in
    unsafe out.values.withUnsafeMutableBufferPointer { output in
      // SAFETY: a whole matrix, and a block inside another; BLAS keeps neither pointer.
      unsafe cblas_ssyrk(
        CblasRowMajor, CblasUpper, CblasNoTrans, Int32(a.rows), Int32(a.columns), 1,
        input.baseAddress, Int32(a.columns), 0,
        output.baseAddress.unsafelyUnwrapped + place * (width + 1), Int32(width))
    }
  }
}

/// The sum of |x| over all values: reads a matrix once, as fast as memory gives it.
public func absoluteSum(_ x: Matrix) -> Float {
  guard !x.values.isEmpty else { return 0 }
  return unsafe x.values.withUnsafeBufferPointer { values in
    // SAFETY: a whole matrix, which BLAS only reads.
    unsafe cblas_sasum(Int32(values.count), values.baseAddress, 1)
  }
}
