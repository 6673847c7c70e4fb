import Testing

@testable import Probing

@Suite("Cholesky factors")
struct CholeskyFactorTests {
  private let a: [[Double]] = [[4, 2, -2], [2, 10, 5], [-2, 5, 14]]

  @Test("A⁻¹ b solves the equations, and L⁻¹ b has the length that belongs to it")
  func solve() {
    let b: [Double] = [1, -2, 3]
    let factor = CholeskyFactor(a)
    let x = factor.solve(b)
    for i in 0..<3 { #expect(abs((0..<3).reduce(-b[i]) { $0 + a[i][$1] * x[$1] }) < 1e-12) }
    let length = factor.forward(b).reduce(0) { $0 + $1 * $1 }
    #expect(abs(length - zip(b, x).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-12)
  }

  @Test("a matrix that rounding has made singular gives finite numbers")
  func singular() {
    let x = CholeskyFactor([[1, 1], [1, 1]]).solve([1, 1])
    #expect(x.allSatisfy { $0.isFinite })
    #expect(abs(x[0] + x[1] - 1) < 1e-6)
  }
}
