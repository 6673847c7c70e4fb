import CKernels

/// `a v`: the inner product of each row of `a` with `v`, summed in double precision.
public func multiply(_ a: Matrix, _ v: [Double]) -> [Double] {
  precondition(v.count == a.columns, "\(v.count) values for \(a.columns) columns")
  var out = [Double](repeating: 0, count: a.rows)
  unsafe a.values.withUnsafeBufferPointer { matrix in
    unsafe v.withUnsafeBufferPointer { vector in
      unsafe out.withUnsafeMutableBufferPointer { out in
        // SAFETY: a whole matrix, a vector of its width and a result of its height.
        unsafe ck_products(
          out.baseAddress, matrix.baseAddress, vector.baseAddress, a.rows, a.columns)
      }
    }
  }
  return out
}

/// `aᵀ v`: the sum of the rows of `a`, weighted by `v`, in double precision.
public func multiplyTransposed(_ a: Matrix, _ v: [Double]) -> [Double] {
  precondition(v.count == a.rows, "\(v.count) values for \(a.rows) rows")
  return multiplyTransposed(a, rows: Array(0..<a.rows), v)
}

/// The sum of some rows of `a`, weighted by `v`, in double precision.
///
/// - Parameters:
///   - a: `(k, n)`.
///   - rows: which rows to sum.
///   - v: one weight for each of `rows`.
/// - Returns: n sums.
public func multiplyTransposed(_ a: Matrix, rows: [Int], _ v: [Double]) -> [Double] {
  precondition(v.count == rows.count, "\(v.count) values for \(rows.count) rows")
  checkRows(rows, of: a)
  var out = [Double](repeating: 0, count: a.columns)
  unsafe a.values.withUnsafeBufferPointer { matrix in
    unsafe rows.withUnsafeBufferPointer { rows in
      unsafe v.withUnsafeBufferPointer { vector in
        unsafe out.withUnsafeMutableBufferPointer { out in
          // SAFETY: every row lies inside the matrix; a weight a row, and a result of its width.
          unsafe ck_weighted_sum(
            out.baseAddress, matrix.baseAddress, rows.baseAddress, vector.baseAddress, rows.count,
            a.columns)
        }
      }
    }
  }
  return out
}

/// Some rows of `a`, without their mean under the weights `d`, times √d.
///
/// The Gram matrix of the result is X (D − d dᵀ / Σd) Xᵀ.
/// - Parameters:
///   - a: `(k, n)`.
///   - rows: which rows to take, in this order.
///   - d: n positive weights, one a column.
/// - Returns: `(rows.count, n)`.
public func centredRows(_ a: Matrix, _ rows: [Int], weights d: [Double]) -> Matrix {
  precondition(d.count == a.columns, "\(d.count) weights for \(a.columns) columns")
  checkRows(rows, of: a)
  let roots = d.map { Float($0.squareRoot()) }
  var out = Matrix(rows: rows.count, columns: a.columns)
  unsafe a.values.withUnsafeBufferPointer { matrix in
    unsafe rows.withUnsafeBufferPointer { rows in
      unsafe d.withUnsafeBufferPointer { d in
        unsafe roots.withUnsafeBufferPointer { roots in
          unsafe out.values.withUnsafeMutableBufferPointer { out in
            // SAFETY: every row lies inside the matrix; weights, roots and rows of its width.
            unsafe ck_centred_rows(
              out.baseAddress, matrix.baseAddress, rows.baseAddress, d.baseAddress,
              roots.baseAddress, rows.count, a.columns)
          }
        }
      }
    }
  }
  return out
}

/// y ← y + factor · row `row` of `a`.
public func addScaled(_ a: Matrix, row: Int, by factor: Double, to y: inout [Double]) {
  precondition(0 <= row && row < a.rows, "row \(row) of \(a.rows)")
  precondition(y.count == a.columns, "\(y.count) values for \(a.columns) columns")
  unsafe a.values.withUnsafeBufferPointer { matrix in
    unsafe y.withUnsafeMutableBufferPointer { y in
      guard let base = matrix.baseAddress else { return }
      // SAFETY: the row lies inside the matrix and is as long as y.
      unsafe ck_add_scaled(y.baseAddress, base + row * a.columns, factor, a.columns)
    }
  }
}

private func checkRows(_ rows: [Int], of a: Matrix) {
  for row in rows { precondition(0 <= row && row < a.rows, "row \(row) of \(a.rows)") }
}

/// `a` with its columns multiplied by `factors`.
public func scaledColumns(_ a: Matrix, by factors: [Float]) -> Matrix {
  precondition(factors.count == a.columns, "\(factors.count) factors for \(a.columns) columns")
  var out = a
  for i in 0..<a.rows {
    for j in 0..<a.columns { out.values[i * a.columns + j] *= factors[j] }
  }
  return out
}
