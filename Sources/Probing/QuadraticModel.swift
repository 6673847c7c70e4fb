import Tensors

/// The second-order model of the loss over a working set of weights, with the intercepts eliminated.
///
///     q(Δ) = g·Δ + ½ Δᵀ H Δ,   Hₖₗ = Xₖ Dₖₗ Xₗᵀ − Bₖ K⁻¹ Bₗᵀ
///
/// for outputs k, l, where Dₖₗ is the loss's curvature text by text, K that by the intercepts and B
/// that by weights and intercepts. Minimising over the intercepts first gives the second term; the
/// gradient is unchanged, because the intercepts are optimal. A feature may be shifted by any
/// constant: centred by its mean under Dₖₖ, the second term is 0 for one output and small for more.
struct QuadraticModel {
  /// H, `(m, m)`, m the size of the working set, output by output.
  private let hessian: Matrix
  /// The features of each output.
  private let working: [[Int]]
  /// As many sweeps as take about the time that making H took: BLAS does some eight times the
  /// arithmetic of a sweep in the same time.
  private let maxSweeps: Int

  /// - Parameters:
  ///   - columns: `(d, n)`, one feature a row.
  ///   - working: the features of each output.
  ///   - loss: of margins with these outputs.
  ///   - p: the probabilities where the loss is modelled.
  init(_ columns: Matrix, _ working: [[Int]], _ loss: MultinomialLoss, _ p: [[Double]]) {
    self.working = working
    maxSweeps = max(100, columns.columns / 8)
    let diagonals = p.indices.map { loss.positiveCurvature(p, $0) }
    let blocks = zip(working, diagonals).map { centredRows(columns, $0, weights: $1) }
    let starts = working.indices.map { working[..<$0].reduce(0) { $0 + $1.count } }
    let size = working.reduce(0) { $0 + $1.count }
    var hessian = Matrix(rows: size, columns: size)
    for k in blocks.indices {
      gramUpper(blocks[k], into: &hessian, at: starts[k])
      for l in 0..<k {
        // Both blocks carry the root of their own curvature already.
        let ratios = zip(loss.curvature(p, l, k), zip(diagonals[l], diagonals[k])).map {
          Float($0 / ($1.0 * $1.1).squareRoot())
        }
        multiplyRows(
          scaledColumns(blocks[l], by: ratios), blocks[k], into: &hessian, row: starts[l],
          column: starts[k])
      }
    }
    if blocks.count > 1 { Self.eliminateIntercepts(&hessian, blocks, diagonals, loss, p) }
    hessian.mirrorUpperTriangle()
    self.hessian = hessian
  }

  /// A model of one output from its matrix, `(m, m)` for m features.
  init(_ hessian: Matrix, _ features: [Int], texts: Int) {
    self.hessian = hessian
    working = [features]
    maxSweeps = max(100, texts / 8)
  }

  /// Takes B K⁻¹ Bᵀ = (B L⁻ᵀ)(B L⁻ᵀ)ᵀ away from the upper triangle, K = L Lᵀ.
  private static func eliminateIntercepts(
    _ hessian: inout Matrix, _ blocks: [Matrix], _ diagonals: [[Double]], _ loss: MultinomialLoss,
    _ p: [[Double]]
  ) {
    let factor = loss.interceptCurvature(p)
    var rows: [Float] = []
    for (k, block) in blocks.enumerated() {
      let sums = blocks.indices.map { l in
        multiply(
          block, zip(loss.curvature(p, k, l), diagonals[k]).map { $0 / $1.squareRoot() })
      }
      for j in 0..<block.rows {
        rows += factor.forward(sums.map { $0[j] }).map { Float($0) }
      }
    }
    let correction = gram(Matrix(rows: hessian.rows, columns: blocks.count, values: rows))
    for i in hessian.values.indices { hessian.values[i] -= correction.values[i] }
  }

  /// argmin over Δ of q(Δ) + ‖W + Δ‖₁, by cyclic coordinate descent.
  ///
  /// - Parameters:
  ///   - gradient: g of all features, a row an output.
  ///   - weights: W of all features, a row an output.
  ///   - tolerance: how much smaller than the first the changes of slopes become; the model is only
  ///     a model, and more digits than a Newton step gains are lost on it.
  /// - Returns: Δ of the working set, a row an output.
  func minimise(
    gradient: [[Double]], from weights: [[Double]], tolerance: Double = 1e-2
  ) -> [[Double]] {
    func gathered(_ rows: [[Double]]) -> [Double] {
      zip(working, rows).flatMap { features, row in features.map { row[$0] } }
    }
    var descent = CoordinateDescent(hessian, slopes: gathered(gradient), from: gathered(weights))
    descent.run(tolerance: tolerance, maxSweeps: maxSweeps)
    var rest = descent.moves[...]
    return working.map { features in
      defer { rest = rest.dropFirst(features.count) }
      return Array(rest.prefix(features.count))
    }
  }
}
