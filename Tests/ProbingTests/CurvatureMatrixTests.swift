import Tensors
import Testing

@testable import Probing

@Suite("A Hessian that is kept")
struct CurvatureMatrixTests {
  private let columns: Matrix
  private let curvature: [Double]

  init() {
    var noise = Noise(seed: 3)
    columns = noise.matrix(rows: 9, columns: 40)
    curvature = (0..<40).map { 0.1 + Double($0 % 5) / 10 }
  }

  /// X (D − d dᵀ / Σd) Xᵀ by the definition.
  private func expected(_ i: Int, _ j: Int) -> Double {
    func mean(_ row: Int) -> Double {
      zip(columns.row(row), curvature).reduce(0) { $0 + Double($1.0) * $1.1 }
        / curvature.reduce(0, +)
    }
    let (a, b) = (mean(i), mean(j))
    return curvature.indices.reduce(0) {
      $0 + curvature[$1] * (Double(columns[i, $1]) - a) * (Double(columns[j, $1]) - b)
    }
  }

  @Test("serves any features in their order, those that joined first or later")
  func serves() {
    var matrix = CurvatureMatrix(columns, curvature: curvature)
    for features in [[2, 5, 7], [2, 5, 7], [0, 2, 7, 8], [5], [1, 2, 3, 4, 5, 6, 7, 8]] {
      let found = matrix.serve(features)
      #expect(found.rows == features.count && found.columns == features.count)
      for (i, a) in features.enumerated() {
        for (j, b) in features.enumerated() {
          #expect(abs(Double(found[i, j]) - expected(a, b)) < 1e-5, "\(a), \(b) of \(features)")
        }
      }
    }
    #expect(matrix.steps == 5)
  }

  @Test("serves near where it was made, and no further")
  func near() {
    let matrix = CurvatureMatrix(columns, curvature: curvature)
    #expect(matrix.isNear(curvature))
    #expect(matrix.isNear(curvature.map { $0 * 1.2 }))
    #expect(!matrix.isNear(curvature.map { $0 * 1.3 }))
    #expect(!matrix.isNear(curvature.map { $0 * 0.7 }))
  }
}
