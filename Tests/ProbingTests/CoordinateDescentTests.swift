import Tensors
import Testing

@testable import Probing

@Suite("Coordinate descent")
struct CoordinateDescentTests {
  @Test("independent coordinates are shrunk once")
  func diagonal() {
    let hessian = Matrix(rows: 3, columns: 3, values: [2, 0, 0, 0, 1, 0, 0, 0, 0])
    var descent = CoordinateDescent(hessian, slopes: [-5, 0.5, 9], from: [0, 1, 3])
    descent.run(tolerance: 1e-6, maxSweeps: 10)
    // (5 − 1) / 2; 1 − 0.5 − 1 < 0 stays at 0; no curvature, no move.
    #expect(descent.moves == [2, -1, 0])
  }

  @Test("equal coordinates share a weight")
  func duplicates() {
    let hessian = Matrix(rows: 2, columns: 2, repeating: 4)
    var descent = CoordinateDescent(hessian, slopes: [-9, -9], from: [0, 0])
    descent.run(tolerance: 1e-6, maxSweeps: 100)
    #expect(abs(descent.moves[0] + descent.moves[1] - 2) < 1e-9)
  }

  @Test("correlated coordinates settle in a few sweeps, because leaps solve for them together")
  func leaps() {
    // Sweeps alone still leave violations of 0.05 after 200 rounds.
    let count = 30
    var hessian = Matrix(rows: count, columns: count, repeating: 0.99)
    for i in 0..<count { hessian[i, i] = 1 }
    let slopes = (0..<count).map { -20 + Double($0 % 3) / 100 }
    var descent = CoordinateDescent(hessian, slopes: slopes, from: slopes.map { _ in 0 })
    descent.run(tolerance: 1e-9, maxSweeps: 60)
    for j in 0..<count {
      let slope = (0..<count).reduce(slopes[j]) {
        $0 + Double(hessian[j, $1]) * descent.moves[$1]
      }
      let violation = descent.moves[j] > 0 ? abs(slope + 1) : max(0, abs(slope) - 1)
      #expect(descent.moves[j] >= 0 && violation < 1e-5, "coordinate \(j): slope \(slope)")
    }
  }

  @Test("soft thresholding shrinks towards zero and stays there")
  func threshold() {
    #expect([3, 1, 0.5, 0, -0.5, -3].map { softThreshold($0, 1) } == [2, 0, 0, 0, 0, -2])
  }
}
