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
/// A tensor of a mapped file is used where it lies, so loading it costs nothing; only one that is not
/// aligned is widened or copied once. 16-bit numbers stay 16-bit until they are asked for. A vector is
/// a matrix of one row.
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
      offset % type.size == 0
      ? Storage(file: file, offset: offset, type: type)
      : unsafe Storage(count: count) { target in
        // SAFETY: the source range was checked above; `target` has room for `count` floats.
        unsafe widen(
          file.buffer.baseAddress.unsafelyUnwrapped + offset, type: type, count: count,
          into: target.baseAddress.unsafelyUnwrapped)
      }
  }

  /// A copy of the values, row after row.
  public var values: [Float] { copy(0..<rows * columns) }

  /// A copy of one row.
  public func row(_ index: Int) -> [Float] {
    precondition(0 <= index && index < rows, "row \(index) of \(rows)")
    return copy(index * columns..<(index + 1) * columns)
  }

  private func copy(_ part: Range<Int>) -> [Float] {
    unsafe [Float](unsafeUninitializedCapacity: part.count) { buffer, filled in
      // SAFETY: the storage holds rows * columns numbers, and `part` lies in them by the above.
      if let target = buffer.baseAddress {
        unsafe widen(
          storage.bytes + part.lowerBound * storage.type.size, type: storage.type,
          count: part.count, into: target)
      }
      filled = part.count
    }
  }

  /// The same values as F32 numbers, as norms and biases are read.
  public var widened: Parameter {
    storage.type == .f32 ? self : Parameter(rows: rows, columns: columns, values: values)
  }

  /// The values as a matrix that can be changed.
  public var matrix: Matrix { Matrix(rows: rows, columns: columns, values: values) }
}

/// The memory behind a `Parameter`: a mapped file's, or its own.
@safe final class Storage: @unchecked Sendable {
  let bytes: UnsafeRawPointer
  let type: NumberType
  private let file: MappedFile?

  init(file: MappedFile, offset: Int, type: NumberType) {
    self.file = file
    self.type = type
    // SAFETY: the caller checked range and alignment; `file` keeps the mapping alive.
    unsafe bytes = file.buffer.baseAddress.unsafelyUnwrapped + offset
  }

  /// Own memory for `count` numbers, which `fill` must fill.
  init(count: Int, type: NumberType, fill: (UnsafeMutableRawPointer) -> Void) {
    file = nil
    self.type = type
    // 64 bytes: a cache line, and the widest vector register.
    // SAFETY: the memory is filled before anybody reads it, and freed once, in `deinit`.
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(count * type.size, 1), alignment: 64)
    unsafe fill(memory)
    unsafe bytes = UnsafeRawPointer(memory)
  }

  /// Own memory for `count` floats.
  convenience init(count: Int, fill: (UnsafeMutableBufferPointer<Float>) -> Void) {
    unsafe self.init(count: count, type: .f32) { memory in
      // SAFETY: room for `count` floats, and aligned for them.
      let floats = unsafe memory.bindMemory(to: Float.self, capacity: count)
      unsafe fill(UnsafeMutableBufferPointer(start: floats, count: count))
    }
  }

  /// The values, which must be F32.
  var base: UnsafePointer<Float> {
    precondition(type == .f32, "\(type) values read as F32")
    // SAFETY: floats are what the memory was filled with, or what the file's header says.
    return unsafe bytes.assumingMemoryBound(to: Float.self)
  }

  /// Lets the system take back the memory of `count` values of a file; reading them again is safe.
  func giveBack(count: Int) {
    // SAFETY: the values lie in the file, by what `init`'s caller checked.
    if let file {
      unsafe file.giveBack(UnsafeRawBufferPointer(start: bytes, count: count * type.size))
    }
  }

  deinit {
    // SAFETY: own memory only; a mapped file frees itself.
    if file == nil { unsafe UnsafeMutableRawPointer(mutating: bytes).deallocate() }
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
    if Int(bitPattern: source) % 2 == 0 {
      let halves = unsafe source.assumingMemoryBound(to: UInt16.self)
      unsafe type == .f16
        ? ck_widen_f16(target, halves, count) : ck_widen_bf16(target, halves, count)
    } else {
      // x86 and arm64 read 16-bit numbers at any address, but C calls it undefined: copy first.
      let halves = unsafe [UInt16](unsafeUninitializedCapacity: count) { buffer, filled in
        if let start = buffer.baseAddress {
          unsafe UnsafeMutableRawPointer(start).copyMemory(from: source, byteCount: count * 2)
        }
        filled = count
      }
      unsafe type == .f16
        ? ck_widen_f16(target, halves, count) : ck_widen_bf16(target, halves, count)
    }
  }
}
