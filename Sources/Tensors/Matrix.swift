/// A dense row-major matrix of single-precision values that are computed here.
///
/// Read-only weights are `Parameter`s. `values.count == rows * columns` always holds.
public struct Matrix: Sendable, Equatable {
  public private(set) var rows: Int
  public let columns: Int
  /// The values, row after row.
  public var values: [Float]

  /// Makes a matrix of one repeated value.
  public init(rows: Int, columns: Int, repeating value: Float = 0) {
    precondition(rows >= 0 && columns >= 0, "negative shape \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    values = Array(repeating: value, count: rows * columns)
  }

  /// Makes a matrix of `values`, row after row.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns, "\(values.count) values for \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// One value.
  public subscript(row: Int, column: Int) -> Float {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// A copy of one row.
  public func row(_ index: Int) -> [Float] {
    Array(values[index * columns..<(index + 1) * columns])
  }

  /// Replaces one row.
  public mutating func setRow(_ index: Int, to row: some Collection<Float>) {
    precondition(row.count == columns, "a row of \(row.count) for \(columns) columns")
    values.replaceSubrange(index * columns..<(index + 1) * columns, with: row)
  }

  /// Changes the number of rows and keeps the memory: what a reused scratch matrix needs.
  ///
  /// Rows that are added hold zeros.
  public mutating func resize(rows newRows: Int) {
    precondition(newRows >= 0, "\(newRows) rows")
    let count = newRows * columns
    if count <= values.count {
      values.removeLast(values.count - count)
    } else {
      values.append(contentsOf: repeatElement(0, count: count - values.count))
    }
    rows = newRows
  }

  /// Adds the rows of `other` behind the last.
  public mutating func append(_ other: Matrix) {
    precondition(columns == other.columns, "\(other.columns) columns under \(columns)")
    values += other.values
    rows += other.rows
  }

  /// The rows named by `indices`, in that order.
  public func selecting(rows indices: [Int]) -> Matrix {
    var selected: [Float] = []
    selected.reserveCapacity(indices.count * columns)
    for index in indices { selected += values[index * columns..<(index + 1) * columns] }
    return Matrix(rows: indices.count, columns: columns, values: selected)
  }

  /// The columns named by `indices`, in that order.
  public func selecting(columns indices: [Int]) -> Matrix {
    var selected: [Float] = []
    selected.reserveCapacity(rows * indices.count)
    for row in 0..<rows {
      let start = row * columns
      for index in indices { selected.append(values[start + index]) }
    }
    return Matrix(rows: rows, columns: indices.count, values: selected)
  }

  /// The square part of some rows and the columns of the same numbers, on and below its diagonal;
  /// 0 above.
  public func lowerPart(_ indices: [Int]) -> Matrix {
    var part = Matrix(rows: indices.count, columns: indices.count)
    for (row, i) in indices.enumerated() {
      for column in 0...row {
        part.values[row * indices.count + column] = values[i * columns + indices[column]]
      }
    }
    return part
  }

  /// The matrix with rows and columns exchanged.
  public var transposed: Matrix {
    let (rows, columns) = (rows, columns)
    var result = Matrix(rows: columns, columns: rows)
    unsafe values.withUnsafeBufferPointer { source in
      unsafe result.values.withUnsafeMutableBufferPointer { target in
        // Blocks of 32 x 32 keep both the rows read and the rows written in the first cache.
        for top in stride(from: 0, to: rows, by: 32) {
          for left in stride(from: 0, to: columns, by: 32) {
            for i in top..<min(top + 32, rows) {
              for j in left..<min(left + 32, columns) {
                // SAFETY: i < rows and j < columns, and both hold rows * columns values.
                unsafe target[j * rows + i] = source[i * columns + j]
              }
            }
          }
        }
      }
    }
    return result
  }

  /// Copies what stands above the diagonal of a square matrix below it.
  public mutating func mirrorUpperTriangle() {
    precondition(rows == columns, "\(rows) x \(columns) is not square")
    // Blocks of 32 x 32 keep both the rows read and the rows written in the first cache.
    for top in stride(from: 0, to: rows, by: 32) {
      for left in stride(from: 0, through: top, by: 32) {
        for i in top..<min(top + 32, rows) {
          for j in left..<min(left + 32, i) {
            values[i * columns + j] = values[j * columns + i]
          }
        }
      }
    }
  }
}
