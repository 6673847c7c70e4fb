import Testing

@testable import Tensors

@Suite("Products agree with the textbook loop")
struct ProductsTests {
  private func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(
      rows: rows, columns: columns, values: (0..<rows * columns).map { Float($0 * 7 % 13 - 6) })
  }

  @Test("inner products of rows land in their block and leave the rest alone")
  func block() {
    let (x, w) = (matrix(5, 3), matrix(4, 3))
    var out = Matrix(rows: 6, columns: 9, repeating: 99)
    multiplyRows(
      Matrix(rows: 3, columns: 3, values: Array(x.values[3..<12])), w, into: &out, row: 2, column: 5
    )
    for i in 0..<6 {
      for j in 0..<9 {
        let inside = 2..<5 ~= i && 5..<9 ~= j
        let expected =
          inside ? (0..<3).reduce(Float(0)) { $0 + x[i - 1, $1] * w[j - 5, $1] } : 99
        #expect(out[i, j] == expected)
      }
    }
  }

  @Test("a Gram matrix holds the inner products of all rows", arguments: [(1, 1), (3, 5), (8, 2)])
  func gramMatrix(rows: Int, columns: Int) {
    let a = matrix(rows, columns)
    let g = gram(a)
    for i in 0..<rows {
      for j in 0..<rows {
        #expect(g[i, j] == (0..<columns).reduce(Float(0)) { $0 + a[i, $1] * a[j, $1] })
      }
    }
  }

  @Test("the upper triangle of a Gram matrix lands in its block, and mirrors below")
  func gramBlock() {
    let a = matrix(3, 5)
    var out = Matrix(rows: 6, columns: 6, repeating: 7)
    gramUpper(a, into: &out, at: 2)
    let g = gram(a)
    for i in 0..<6 {
      for j in 0..<6 {
        let inside = 2..<5 ~= i && i..<5 ~= j
        #expect(out[i, j] == (inside ? g[i - 2, j - 2] : 7))
      }
    }
    out.mirrorUpperTriangle()
    #expect(out.transposed == out)
  }

  @Test("transposing twice gives the matrix back", arguments: [(1, 70), (33, 65), (0, 3)])
  func transpose(rows: Int, columns: Int) {
    let a = matrix(rows, columns)
    #expect(a.transposed.transposed == a)
  }
}
