import Foundation
import Testing

@testable import Tensors

@Suite("Elementwise kernels agree with the textbook")
struct ElementwiseTests {
  private func values(_ count: Int) -> [Float] {
    (0..<count).map { Float($0 * 37 % 101 - 50) / 8 }
  }

  @Test("gelu is x/2 (1 + erf(x/√2)) to 5e-7", arguments: [1, 7, 8, 9, 37, 256])
  func gelu(count: Int) {
    var x = Matrix(rows: 2, columns: count, values: values(2 * count))
    let before = x.values
    activate(&x, bias: Parameter(rows: 1, columns: count, values: zeros(count)), .gelu)
    for (y, v) in zip(x.values, before) {
      let exact = 0.5 * Double(v) * (1 + erf(Double(v) / 2.0.squareRoot()))
      #expect(abs(Double(y) - exact) < 5e-7)
    }
  }

  @Test("the tanh form of gelu is another function", arguments: [1, 9, 64])
  func geluTanh(count: Int) {
    var x = Matrix(rows: 1, columns: count, values: values(count))
    let before = x.values
    activate(&x, bias: Parameter(rows: 1, columns: count, values: zeros(count)), .geluTanh)
    for (y, v) in zip(x.values, before.map(Double.init)) {
      let exact = 0.5 * v * (1 + tanh((2 / Double.pi).squareRoot() * (v + 0.044715 * v * v * v)))
      #expect(abs(Double(y) - exact) < 6e-7)
    }
  }

  @Test("the bias is added before the non-linearity")
  func biasFirst() {
    var x = Matrix(rows: 1, columns: 3, values: [-2, 0, 2])
    activate(&x, bias: Parameter(rows: 1, columns: 3, values: [1, 1, 1]), .relu)
    #expect(x.values == [0, 1, 3])
  }

  @Test("layer norm has mean 0 and deviation 1, however large the mean", arguments: [5, 37, 384])
  func layerNormMoments(columns: Int) {
    var x = Matrix(rows: 3, columns: columns, values: values(3 * columns).map { $0 + 1000 })
    let one = Parameter(rows: 1, columns: columns, values: zeros(columns).map { _ in 1 })
    let zero = Parameter(rows: 1, columns: columns, values: zeros(columns))
    layerNorm(&x, scale: one, shift: zero, epsilon: 1e-12)
    for i in 0..<3 {
      let row = x.row(i).map(Double.init)
      let mean = row.reduce(0, +) / Double(columns)
      let variance = row.reduce(0) { $0 + $1 * $1 } / Double(columns)
      #expect(abs(mean) < 1e-4)
      #expect(abs(variance - 1) < 1e-3)
    }
  }

  @Test("pooling sums and takes maxima of the rows that are asked for")
  func pooling() {
    let x = Matrix(rows: 4, columns: 2, values: [1, -1, 2, -2, 3, -3, 9, 9])
    var sum = [0.0, 0.0]
    var largest = [-Float.infinity, -Float.infinity]
    pool(x, rows: 0..<2, sum: &sum, max: &largest)
    pool(x, rows: 2..<3, sum: &sum, max: &largest)
    #expect(sum == [6, -6])
    #expect(largest == [3, -1])
  }

  private func zeros(_ count: Int) -> [Float] { Array(repeating: 0, count: count) }
}
