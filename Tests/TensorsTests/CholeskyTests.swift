import Tensors
import Testing

@Suite("Linear systems with a positive definite matrix")
struct CholeskyTests {
  /// G Gᵀ + I of made-up numbers.
  private func matrix(_ m: Int) -> Matrix {
    var generator = SplitMix64(seed: UInt64(m))
    let values = (0..<m * m).map { _ in Float.random(in: -1...1, using: &generator) }
    var a = gram(Matrix(rows: m, columns: m, values: values))
    for i in 0..<m { a[i, i] += 1 }
    return a
  }

  @Test(
    "the solution solves, on both sides of the block size", arguments: [0, 1, 5, 63, 64, 65, 200])
  func solves(m: Int) throws {
    let a = matrix(m)
    let x = (0..<m).map { Double($0 % 7) - 3 }
    var used = a
    let found = try #require(
      solvePositiveDefinite(&used, multiply(a, x).map { Float($0) }))
    #expect(found.count == m)
    for (found, x) in zip(found, x) { #expect(abs(Double(found) - x) < 2e-3) }
  }

  @Test("what stands above the diagonal does not count")
  func lower() throws {
    var a = Matrix(rows: 2, columns: 2, values: [4, .nan, 2, 3])
    let x = try #require(solvePositiveDefinite(&a, [8, 7]))
    #expect(abs(x[0] - 1.25) < 1e-6 && abs(x[1] - 1.5) < 1e-6)
  }

  @Test("a matrix that is not positive definite has no answer")
  func indefinite() {
    var a = Matrix(rows: 2, columns: 2, values: [1, 2, 2, 1])
    #expect(solvePositiveDefinite(&a, [1, 1]) == nil)
    var large = matrix(100)
    large[80, 80] = -1
    #expect(solvePositiveDefinite(&large, Array(repeating: 1, count: 100)) == nil)
  }
}
