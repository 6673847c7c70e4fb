import Testing

@testable import Tensors

@Suite("Products with vectors agree with the textbook loop")
struct VectorProductsTests {
  private func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(
      rows: rows, columns: columns, values: (0..<rows * columns).map { Float($0 * 7 % 13 - 6) })
  }

  // Kernels take four rows at a time: every remainder is a case of its own.
  @Test("a v and aᵀ v", arguments: [0, 1, 4, 7, 10])
  func vectors(rows: Int) {
    let a = matrix(rows, 5)
    let v: [Double] = [1, 0, 2, -1, 3]
    #expect(
      multiply(a, v)
        == (0..<rows).map { i in (0..<5).reduce(0.0) { $0 + Double(a[i, $1]) * v[$1] } })
    let w = (0..<rows).map { Double($0 - 2) }
    #expect(
      multiplyTransposed(a, w)
        == (0..<5).map { j in (0..<rows).reduce(0.0) { $0 + w[$1] * Double(a[$1, j]) } })
  }

  @Test("some rows, in any order and more than once")
  func selectedRows() {
    let a = matrix(6, 4)
    #expect(
      multiplyTransposed(a, rows: [5, 0, 5, 2, 1], [1, -1, 2, 3, 1])
        == (0..<4).map { Double(3 * a[5, $0] - a[0, $0] + 3 * a[2, $0] + a[1, $0]) })
  }

  @Test("centred rows have no mean under their weights, and their Gram matrix is the centred one")
  func centred() {
    let a = matrix(5, 9)
    let d = (0..<9).map { 0.5 + Double($0) }
    let rows = [4, 1]
    let centred = centredRows(a, rows, weights: d)
    for (place, row) in rows.enumerated() {
      let mean = (0..<9).reduce(0) { $0 + d[$1] * Double(a[row, $1]) } / d.reduce(0, +)
      for j in 0..<9 {
        let expected = (Double(a[row, j]) - mean) * d[j].squareRoot()
        #expect(abs(Double(centred[place, j]) - expected) < 1e-5)
      }
    }
  }

  @Test("a row is added to a vector, columns are scaled")
  func addedAndScaled() {
    let a = matrix(3, 4)
    var y: [Double] = [1, 2, 3, 4]
    addScaled(a, row: 2, by: -2, to: &y)
    #expect(y == (0..<4).map { Double($0 + 1) - 2 * Double(a[2, $0]) })
    let scaled = scaledColumns(a, by: [0, 1, 2, -1])
    #expect(scaled.row(1) == [0, a[1, 1], 2 * a[1, 2], -a[1, 3]])
  }
}
