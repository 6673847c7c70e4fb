/// A read-only `(rows, columns)` matrix of which parts are read: the pooled features of many texts.
///
/// It lies in memory, or in a mapped file where 16-bit numbers stay 16-bit until their row is asked
/// for. What is in a file costs no memory that the system could not take back.
public struct StoredMatrix: Sendable {
  private enum Place: Sendable {
    case memory(Matrix)
    case file(MappedFile, offset: Int, type: NumberType)
  }

  public let rows: Int
  public let columns: Int
  private let place: Place

  /// Keeps a matrix that is in memory.
  public init(_ matrix: Matrix) {
    (rows, columns, place) = (matrix.rows, matrix.columns, .memory(matrix))
  }

  /// Reads the bytes of `file` that start at `offset`.
  public init(file: MappedFile, offset: Int, type: NumberType, rows: Int, columns: Int) {
    precondition(
      offset >= 0 && offset + rows * columns * type.size <= file.count,
      "\(rows) x \(columns) \(type) at byte \(offset) of \(file.count)")
    (self.rows, self.columns) = (rows, columns)
    place = .file(file, offset: offset, type: type)
  }

  /// The rows named by `indices`, in that order.
  public func selecting(rows indices: [Int]) -> Matrix {
    if case .memory(let matrix) = place { return matrix.selecting(rows: indices) }
    var selected = Matrix(rows: indices.count, columns: columns)
    for (row, index) in indices.enumerated() {
      copy(row: index, to: row * columns, of: &selected.values)
    }
    return selected
  }

  /// Copies some columns of some rows into `target`, side by side from its column `start`.
  public func copy(
    columns picked: [Int], rows indices: [Int], into target: inout Matrix, from start: Int
  ) {
    precondition(target.rows == indices.count && start + picked.count <= target.columns)
    // Of few columns only their own bytes are read: a file's other pages stay where they are.
    guard picked.count * 8 > columns else {
      for (row, index) in indices.enumerated() {
        for (place, column) in picked.enumerated() {
          copy(
            row: index, columns: column..<column + 1, to: row * target.columns + start + place,
            of: &target.values)
        }
      }
      return
    }
    var values = [Float](repeating: 0, count: columns)
    for (row, index) in indices.enumerated() {
      copy(row: index, to: 0, of: &values)
      for (place, column) in picked.enumerated() { target[row, start + place] = values[column] }
    }
  }

  /// The values of column `index`, one a row.
  public func column(_ index: Int) -> [Float] {
    precondition(0 <= index && index < columns, "column \(index) of \(columns)")
    var column = Matrix(rows: rows, columns: 1)
    copy(columns: [index], rows: Array(0..<rows), into: &column, from: 0)
    return column.values
  }

  /// All values.
  public var matrix: Matrix {
    if case .memory(let matrix) = place { return matrix }
    return selecting(rows: Array(0..<rows))
  }

  private func copy(row: Int, to start: Int, of target: inout [Float]) {
    copy(row: row, columns: 0..<columns, to: start, of: &target)
  }

  private func copy(row: Int, columns part: Range<Int>, to start: Int, of target: inout [Float]) {
    precondition(0 <= row && row < rows, "row \(row) of \(rows)")
    precondition(
      0 <= part.lowerBound && part.upperBound <= columns, "columns \(part) of \(columns)")
    precondition(start + part.count <= target.count, "no room for \(part.count) values")
    let source = row * columns + part.lowerBound
    switch place {
    case .memory(let matrix):
      for i in 0..<part.count { target[start + i] = matrix.values[source + i] }
    case .file(let file, let offset, let type):
      // SAFETY: `init` checked the matrix against the file, the lines above the part and the room.
      unsafe target.withUnsafeMutableBufferPointer { buffer in
        unsafe widen(
          file.buffer.baseAddress.unsafelyUnwrapped + offset + source * type.size,
          type: type, count: part.count, into: buffer.baseAddress.unsafelyUnwrapped + start)
      }
    }
  }
}

/// `values` as numbers of `type` in a file, least significant byte first.
///
/// - Returns: nil if a finite value is too large for the type.
public func littleEndianBytes(_ values: some Collection<Float>, as type: NumberType) -> [UInt8]? {
  guard type == .f16 else { return littleEndianBytes(values) }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(values.count * 2)
  for value in Array(values) {
    let half = Float16(value)
    guard half.isFinite || !value.isFinite else { return nil }
    bytes.append(UInt8(truncatingIfNeeded: half.bitPattern))
    bytes.append(UInt8(truncatingIfNeeded: half.bitPattern >> 8))
  }
  return bytes
}
