import CKernels

/// The non-linearity of a feed-forward layer.
public enum Activation: Sendable, Equatable {
  /// x/2 (1 + erf(x/√2)), to 5·10⁻⁷.
  case gelu
  /// x/2 (1 + tanh(√(2/π)(x + 0.044715 x³))), to 5·10⁻⁷; up to 5·10⁻⁴ away from `gelu`.
  case geluTanh
  /// x / (1 + e^(−1.702x)), up to 2·10⁻² away from `gelu`.
  case geluSigmoid
  /// x / (1 + e^(−x)).
  case silu
  case relu
  case tanh
}

/// `x ← act(x)`.
public func activate(_ x: inout Matrix, _ activation: Activation) {
  let kernel = unsafe kernel(of: activation)
  unsafe x.values.withUnsafeMutableBufferPointer { x in
    // SAFETY: the kernel changes the buffer's own values.
    unsafe kernel(x.baseAddress, x.count)
  }
}

private func kernel(
  of activation: Activation
) -> (UnsafeMutablePointer<Float>?, Int) -> Void {
  // SAFETY: `activate` calls the kernel with a buffer and its size.
  switch activation {
  case .gelu: unsafe ck_gelu_erf
  case .geluTanh: unsafe ck_gelu_tanh
  case .geluSigmoid: unsafe ck_gelu_sigmoid
  case .silu: unsafe ck_silu
  case .relu: unsafe ck_relu
  case .tanh: unsafe ck_tanh
  }
}

/// Each value of `x` is multiplied by the value of `other` in its place: a gate.
public func scale(_ x: inout Matrix, by other: Matrix) {
  precondition(other.rows == x.rows && other.columns == x.columns, "\(other.rows) rows")
  unsafe x.values.withUnsafeMutableBufferPointer { x in
    unsafe other.values.withUnsafeBufferPointer { other in
      guard let values = x.baseAddress, let factors = other.baseAddress else { return }
      // SAFETY: two matrices of one shape, as checked above.
      unsafe ck_scale(values, factors, x.count)
    }
  }
}

/// Row `row` of `x` grows by row `index` of `table`.
public func add(row index: Int, of table: Parameter, to x: inout Matrix, row: Int) {
  precondition(0 <= index && index < table.rows, "row \(index) of \(table.rows)")
  precondition(table.columns == x.columns && 0 <= row && row < x.rows, "row \(row) of \(x.rows)")
  let (columns, storage) = (x.columns, table.storage)
  unsafe x.values.withUnsafeMutableBufferPointer { x in
    guard let x = x.baseAddress else { return }
    // SAFETY: both rows lie inside their matrices, as checked above; `widened` has room for one.
    if storage.type == .f32 {
      unsafe ck_add(x + row * columns, storage.base + index * columns, columns)
    } else {
      unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { widened in
        guard let widened = widened.baseAddress else { return }
        unsafe widen(
          storage.bytes + index * columns * storage.type.size, type: storage.type, count: columns,
          into: widened)
        unsafe ck_add(x + row * columns, widened, columns)
      }
    }
  }
}

/// `x ← (x − mean) / √(variance + ε) · scale + shift` over each row.
///
/// Source: Ba et al. 2016, arXiv:1607.06450.
public func layerNorm(
  _ x: inout Matrix, scale: Parameter, shift: Parameter, epsilon: Float
) {
  precondition(scale.columns == x.columns && shift.columns == x.columns, "norm of \(scale.columns)")
  let (rows, columns) = (x.rows, x.columns)
  unsafe x.values.withUnsafeMutableBufferPointer { x in
    guard let x = x.baseAddress else { return }
    // SAFETY: rows * columns values; scale and shift are `columns` long.
    unsafe ck_layer_norm(x, scale.storage.base, shift.storage.base, epsilon, rows, columns)
  }
}

/// `out ← LayerNorm(x)`, what a pre-norm block reads beside its unchanged residual.
public func layerNorm(
  _ x: Matrix, into out: inout Matrix, scale: Parameter, shift: Parameter, epsilon: Float
) {
  precondition(scale.columns == x.columns && shift.columns == x.columns, "norm of \(scale.columns)")
  precondition(out.rows == x.rows && out.columns == x.columns, "out has \(out.rows) rows")
  unsafe x.values.withUnsafeBufferPointer { input in
    unsafe out.values.withUnsafeMutableBufferPointer { output in
      guard let from = input.baseAddress, let to = output.baseAddress else { return }
      // SAFETY: two matrices of one shape and two vectors of its width, as checked above.
      unsafe ck_layer_norm_into(
        to, from, scale.storage.base, shift.storage.base, epsilon, x.rows, x.columns)
    }
  }
}

/// `out ← x / √(mean(x²) + ε) · scale` over each row.
///
/// Source: Zhang & Sennrich 2019, arXiv:1910.07467.
public func rmsNorm(_ x: Matrix, into out: inout Matrix, scale: Parameter, epsilon: Float) {
  precondition(scale.columns == x.columns, "norm of \(scale.columns)")
  precondition(out.rows == x.rows && out.columns == x.columns, "out has \(out.rows) rows")
  unsafe x.values.withUnsafeBufferPointer { input in
    unsafe out.values.withUnsafeMutableBufferPointer { output in
      guard let from = input.baseAddress, let to = output.baseAddress else { return }
      // SAFETY: two matrices of one shape and a vector of its width, as checked above.
      unsafe ck_rms_norm_into(to, from, scale.storage.base, epsilon, x.rows, x.columns)
    }
  }
}

/// `x ← LayerNorm(x + bias + residual)`, the end of both halves of a post-norm block.
public func residualLayerNorm(
  _ x: inout Matrix, bias: Parameter, residual: Matrix, scale: Parameter, shift: Parameter,
  epsilon: Float
) {
  precondition(residual.rows == x.rows && residual.columns == x.columns, "residual's shape")
  precondition(bias.columns == x.columns && scale.columns == x.columns, "norm of \(scale.columns)")
  precondition(shift.columns == x.columns, "shift of \(shift.columns)")
  let (rows, columns) = (x.rows, x.columns)
  unsafe x.values.withUnsafeMutableBufferPointer { x in
    unsafe residual.values.withUnsafeBufferPointer { residual in
      guard let x = x.baseAddress, let other = residual.baseAddress else { return }
      // SAFETY: two matrices of one shape and three vectors of its width, as checked above.
      unsafe ck_residual_layer_norm(
        x, bias.storage.base, other, scale.storage.base, shift.storage.base, epsilon, rows, columns)
    }
  }
}

/// Adds `rows` of `x` to a running sum and takes them into a running maximum, column by column.
///
/// With `isFirst` both start here, whatever they hold.
public func pool(
  _ x: Matrix, rows: Range<Int>, sum: inout [Double], max: inout [Float], isFirst: Bool
) {
  precondition(sum.count == x.columns && max.count == x.columns, "\(sum.count) sums")
  precondition(0 <= rows.lowerBound && rows.upperBound <= x.rows, "rows \(rows) of \(x.rows)")
  unsafe x.values.withUnsafeBufferPointer { values in
    unsafe sum.withUnsafeMutableBufferPointer { sum in
      unsafe max.withUnsafeMutableBufferPointer { max in
        guard let values = values.baseAddress, let sum = sum.baseAddress,
          let max = max.baseAddress
        else { return }
        // SAFETY: the rows lie inside x, and both results are as wide as x.
        unsafe ck_pool(
          sum, max, values + rows.lowerBound * x.columns, rows.count, x.columns, isFirst ? 1 : 0)
      }
    }
  }
}

extension Matrix {
  /// Row `index` becomes `sum` divided by `count`, column by column.
  public mutating func setRow(_ index: Int, toMeanOf sum: [Double], count: Int) {
    precondition(sum.count == columns && 0 <= index && index < rows, "row \(index) of \(rows)")
    let start = index * columns
    unsafe sum.withUnsafeBufferPointer { sum in
      unsafe values.withUnsafeMutableBufferPointer { values in
        guard let values = values.baseAddress else { return }
        // SAFETY: the row lies inside the matrix and is as long as the sums.
        unsafe ck_mean(values + start, sum.baseAddress, Double(count), sum.count)
      }
    }
  }

  /// Row `index` becomes row `other` of `source`.
  public mutating func setRow(_ index: Int, to source: Matrix, row other: Int) {
    precondition(source.columns == columns, "\(source.columns) columns for \(columns)")
    precondition(0 <= index && index < rows, "row \(index) of \(rows)")
    precondition(0 <= other && other < source.rows, "row \(other) of \(source.rows)")
    let (to, from, count) = (index * columns, other * columns, columns)
    unsafe source.values.withUnsafeBufferPointer { source in
      unsafe values.withUnsafeMutableBufferPointer { values in
        guard let values = values.baseAddress, let source = source.baseAddress else { return }
        // SAFETY: both rows lie inside their matrices, and no other thread writes to `self`.
        unsafe (values + to).update(from: source + from, count: count)
      }
    }
  }
}
