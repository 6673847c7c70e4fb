import CKernels

/// How numbers stand in a file.
public enum NumberType: String, Sendable {
  case f32 = "F32"
  case f16 = "F16"
  case bf16 = "BF16"

  /// Bytes of one number.
  public var size: Int { self == .f32 ? 4 : 2 }
}

/// A read-only `(rows, columns)` matrix: a model's weights, or a stored feature matrix.
///
/// An aligned F32 tensor of a mapped file is used where it lies, so loading it costs nothing;
/// everything else is widened or copied once. A vector is a matrix of one row.
public struct Parameter: Sendable {
  public let rows: Int
  public let columns: Int
  let storage: Storage

  /// Keeps a copy of computed values.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns, "\(values.count) values for \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    storage = unsafe Storage(count: values.count) { target in
      // SAFETY: `target` has room for exactly `values.count` floats.
      unsafe values.withUnsafeBufferPointer { source in
        unsafe _ = target.initialize(from: source)
      }
    }
  }

  /// Takes the bytes of `file` that start at `offset`.
  public init(file: MappedFile, offset: Int, type: NumberType, rows: Int, columns: Int) {
    let count = rows * columns
    precondition(
      offset >= 0 && offset + count * type.size <= file.count,
      "\(count) \(type) at byte \(offset) of \(file.count)")
    self.rows = rows
    self.columns = columns
    storage =
      type == .f32 && offset % 4 == 0
      ? Storage(file: file, offset: offset)
      : unsafe Storage(count: count) { target in
        // SAFETY: the source range was checked above; `target` has room for `count` floats.
        unsafe widen(
          file.buffer.baseAddress.unsafelyUnwrapped + offset, type: type, count: count,
          into: target.baseAddress.unsafelyUnwrapped)
      }
  }

  /// A copy of the values, row after row.
  public var values: [Float] {
    // SAFETY: the storage holds rows * columns floats for as long as `self` lives.
    unsafe Array(UnsafeBufferPointer(start: storage.base, count: rows * columns))
  }

  /// A copy of one row.
  public func row(_ index: Int) -> [Float] {
    precondition(0 <= index && index < rows, "row \(index) of \(rows)")
    // SAFETY: the row was checked just above.
    return unsafe Array(
      UnsafeBufferPointer(start: storage.base + index * columns, count: columns))
  }

  /// The values as a matrix that can be changed.
  public var matrix: Matrix { Matrix(rows: rows, columns: columns, values: values) }
}

/// The memory behind a `Parameter`: a mapped file's, or its own.
@safe final class Storage: @unchecked Sendable {
  let base: UnsafePointer<Float>
  private let file: MappedFile?

  init(file: MappedFile, offset: Int) {
    self.file = file
    // SAFETY: the caller checked range and alignment; `file` keeps the mapping alive.
    unsafe base = (file.buffer.baseAddress.unsafelyUnwrapped + offset)
      .assumingMemoryBound(to: Float.self)
  }

  init(count: Int, fill: (UnsafeMutableBufferPointer<Float>) -> Void) {
    file = nil
    // 64 bytes: a cache line, and the widest vector register.
    // SAFETY: the memory is filled before anybody reads it, and freed once, in `deinit`.
    let memory = unsafe UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * 4, alignment: 64
    ).bindMemory(to: Float.self, capacity: max(count, 1))
    unsafe fill(UnsafeMutableBufferPointer(start: memory, count: count))
    unsafe base = UnsafePointer(memory)
  }

  /// Lets the system take back the memory of `count` values of a file; reading them again is safe.
  func giveBack(count: Int) {
    // SAFETY: the values lie in the file, by what `init`'s caller checked.
    if let file { unsafe file.giveBack(UnsafeRawBufferPointer(start: base, count: count * 4)) }
  }

  deinit {
    // SAFETY: own memory only; a mapped file frees itself.
    if file == nil { unsafe UnsafeMutablePointer(mutating: base).deallocate() }
  }
}

/// Copies `count` numbers of `type` to floats; the source need not be aligned.
func widen(
  _ source: UnsafeRawPointer, type: NumberType, count: Int, into target: UnsafeMutablePointer<Float>
) {
  // SAFETY: the caller guarantees `count` numbers behind both pointers.
  switch type {
  case .f32:
    unsafe UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count * 4)
  case .f16, .bf16:
    // x86 and arm64 read 16-bit numbers at any address, but C calls it undefined: copy first.
    let halves = unsafe [UInt16](unsafeUninitializedCapacity: count) { buffer, filled in
      if let start = buffer.baseAddress {
        unsafe UnsafeMutableRawPointer(start).copyMemory(from: source, byteCount: count * 2)
      }
      filled = count
    }
    if type == .f16 {
      unsafe ck_widen_f16(target, halves, count)
    } else {
      unsafe ck_widen_bf16(target, halves, count)
    }
  }
}
