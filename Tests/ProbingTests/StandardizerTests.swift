import Tensors
import Testing

@testable import Probing

@Suite("Standardised features have mean 0 and deviation 1")
struct StandardizerTests {
  @Test("mean and deviation are those of the whole column, not of a sample")
  func moments() {
    let x = Matrix(rows: 4, columns: 2, values: [1, 10, 2, 10, 3, 30, 6, 30])
    let standardizer = Standardizer(x)
    #expect(standardizer.mean == [3, 20])
    #expect(standardizer.scale == [Float(3.5.squareRoot()), 10])
  }

  @Test("columns come out as rows, standardised")
  func columns() {
    var noise = Noise(seed: 2)
    var x = noise.matrix(rows: 50, columns: 3)
    for row in 0..<50 { x[row, 1] = x[row, 1] * 0.1 + 1000 }
    let standardizer = Standardizer(x)
    let columns = standardizer.columns(of: x)
    #expect(columns.rows == 3 && columns.columns == 50)
    for j in 0..<3 {
      let row = columns.row(j).map(Double.init)
      // A mean of 1,000 leaves numbers around it some 6·10⁻⁵ of room.
      #expect(abs(row.reduce(0, +) / 50) < (j == 1 ? 0.05 : 1e-6))
      #expect(abs(row.reduce(0) { $0 + $1 * $1 } / 50 - 1) < (j == 1 ? 0.05 : 1e-5))
      #expect(columns[j, 7] == (x[7, j] - standardizer.mean[j]) / standardizer.scale[j])
    }
  }

  @Test(
    "a feature that never changes becomes 0",
    arguments: [0, 0.1, -3e30, .leastNonzeroMagnitude] as [Float])
  func constant(value: Float) {
    let x = Matrix(rows: 7, columns: 1, repeating: value)
    let standardizer = Standardizer(x)
    #expect(standardizer.mean == [value] && standardizer.scale == [1])
    #expect(standardizer.columns(of: x).values == Array(repeating: 0, count: 7))
  }

  @Test("what only the rounding of the forward pass moves is no feature")
  func rounding() {
    var noise = Noise(seed: 5)
    var x = noise.matrix(rows: 40, columns: 3)
    for row in 0..<40 {
      x[row, 1] = x[row, 1] * 1e-6 + 2
      x[row, 2] = x[row, 2] * 1e-6
    }
    let columns = Standardizer(x).columns(of: x)
    #expect(columns.row(0).contains { $0 != 0 })
    #expect(columns.row(1).allSatisfy { $0 == 0 } && columns.row(2).allSatisfy { $0 == 0 })
  }

  @Test("a feature that hardly changes gives no infinity")
  func subnormal() {
    let x = Matrix(rows: 2, columns: 1, values: [0, .leastNonzeroMagnitude])
    let standardizer = Standardizer(x)
    #expect(standardizer.columns(of: x).values.allSatisfy { $0.isFinite })
  }

  @Test("no text and no feature are no trouble")
  func empty() {
    #expect(Standardizer(Matrix(rows: 0, columns: 2)).scale == [1, 1])
    #expect(Standardizer(Matrix(rows: 3, columns: 0)).mean == [])
  }
}
