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
    activate(&x, .gelu)
    for (y, v) in zip(x.values, before) {
      let exact = 0.5 * Double(v) * (1 + erf(Double(v) / 2.0.squareRoot()))
      #expect(abs(Double(y) - exact) < 5e-7)
    }
  }

  @Test("the tanh form of gelu is another function", arguments: [1, 9, 64])
  func geluTanh(count: Int) {
    var x = Matrix(rows: 1, columns: count, values: values(count))
    let before = x.values
    activate(&x, .geluTanh)
    for (y, v) in zip(x.values, before.map(Double.init)) {
      let exact = 0.5 * v * (1 + tanh((2 / Double.pi).squareRoot() * (v + 0.044715 * v * v * v)))
      #expect(abs(Double(y) - exact) < 6e-7)
    }
  }

  @Test("every other non-linearity is its formula, near 0 and far from it")
  func activations() {
    let inputs = values(101) + [-200, -90, -1e-20, 0, 1e-20, 90, 200]
    let formulas: [(Activation, (Double) -> Double)] = [
      (.geluSigmoid, { $0 / (1 + exp(-1.702 * $0)) }), (.silu, { $0 / (1 + exp(-$0)) }),
      (.relu, { max($0, 0) }), (.tanh, { Foundation.tanh($0) }),
    ]
    for (activation, formula) in formulas {
      var x = Matrix(rows: 2, columns: 54, values: inputs)
      activate(&x, activation)
      for (y, v) in zip(x.values, inputs.map(Double.init)) {
        let bound = 6e-7 * max(1, abs(v))
        #expect(abs(Double(y) - formula(v)) < bound, "\(activation) of \(v)")
      }
    }
  }

  @Test("a gate multiplies value by value")
  func gate() {
    var x = Matrix(rows: 2, columns: 2, values: [1, 2, 3, 4])
    scale(&x, by: Matrix(rows: 2, columns: 2, values: [5, 0, -1, 0.5]))
    #expect(x.values == [5, 0, -3, 2])
  }

  @Test("norms into another matrix leave their input alone", arguments: [1, 5, 37, 384])
  func normsInto(columns: Int) {
    let x = Matrix(rows: 3, columns: columns, values: values(3 * columns))
    let scale = Parameter(rows: 1, columns: columns, values: values(columns).map { $0 / 3 + 1 })
    let shift = Parameter(rows: 1, columns: columns, values: values(columns))
    var (inPlace, normed) = (x, Matrix(rows: 3, columns: columns, repeating: .nan))
    layerNorm(&inPlace, scale: scale, shift: shift, epsilon: 1e-5)
    layerNorm(x, into: &normed, scale: scale, shift: shift, epsilon: 1e-5)
    #expect(normed == inPlace)
    rmsNorm(x, into: &normed, scale: scale, epsilon: 1e-6)
    for i in 0..<3 {
      let squares = x.row(i).reduce(0.0) { $0 + Double($1) * Double($1) }
      let factor = 1 / (squares / Double(columns) + 1e-6).squareRoot()
      for j in 0..<columns {
        let exact = Double(x[i, j]) * factor * Double(scale.values[j])
        #expect(abs(Double(normed[i, j]) - exact) < 1e-6 * max(1, abs(exact)))
      }
    }
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

  /// Every value is rounded three times, each time by at most 2⁻²⁴ of itself.
  @Test("an RMS norm is as exact as single precision allows beside a loud channel")
  func loudChannel() {
    let columns = 1600
    var x = Matrix(rows: 1, columns: columns, values: values(columns).map { $0 * 0.37 })
    x.values[3] = 1234.567
    let one = Parameter(rows: 1, columns: columns, values: zeros(columns).map { _ in 1.3 })
    var normed = x
    rmsNorm(x, into: &normed, scale: one, epsilon: 1e-6)
    let squares = x.values.reduce(0.0) { $0 + Double($1) * Double($1) }
    let factor = Double(Float(1.3)) / (squares / Double(columns) + 1e-6).squareRoot()
    for (y, v) in zip(normed.values, x.values) {
      let exact = Double(v) * factor
      #expect(abs(Double(y) - exact) <= 3.01 * 0x1p-24 * abs(exact))
    }
  }

  @Test("pooling sums and takes maxima of the rows that are asked for")
  func pooling() {
    let x = Matrix(rows: 4, columns: 2, values: [1, -1, 2, -2, 3, -3, 9, 9])
    var sum = [0.0, 0.0]
    var largest = [-Float.infinity, -Float.infinity]
    pool(x, rows: 0..<2, sum: &sum, max: &largest, isFirst: true)
    pool(x, rows: 2..<3, sum: &sum, max: &largest, isFirst: false)
    #expect(sum == [6, -6])
    #expect(largest == [3, -1])
  }

  private func zeros(_ count: Int) -> [Float] { Array(repeating: 0, count: count) }
}
