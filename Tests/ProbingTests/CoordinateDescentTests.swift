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

  @Test("soft thresholding shrinks towards zero and stays there")
  func threshold() {
    #expect([3, 1, 0.5, 0, -0.5, -3].map { softThreshold($0, 1) } == [2, 0, 0, 0, 0, -2])
  }
}
