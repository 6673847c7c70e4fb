import Foundation
public import Tensors

/// The outcome of a multinomial fit, converged or not.
public struct SoftmaxFit: Sendable, Equatable {
  /// K rows of d weights.
  public var weights: [[Float]]
  public var intercepts: [Float]
  /// ‖W‖₁ + C Σ loss.
  public var objective: Double
  /// Duality gap: the objective is at most this far above its minimum.
  public var gap: Double
  /// Newton steps that were made, each in the weights of one class.
  public var iterations: Int

  /// The gap as a share of the objective.
  public var relativeGap: Double { objective > 0 ? gap / objective : 0 }
}

/// L1-penalised multinomial logistic regression.
///
///     minimise over W, b:   ‖W‖₁ + C Σᵢ aᵢ (log Σₖ exp zᵢₖ − zᵢ,yᵢ),   zᵢ = W xᵢ + b
///
/// b is free; aᵢ is how much text i counts. Classes take turns: each makes a proximal Newton step
/// in its own weights, as in `LogisticRegression`. It stops by the duality gap, with the dual
/// point `s (pᵢ − e_yᵢ)`, where b is optimal (so that Σᵢ aᵢ (pᵢ − e_yᵢ) = 0) and s scales into
/// |C Xᵀ(…)| ≤ 1.
///
/// Source: Friedman, Hastie & Tibshirani 2010, JSS 33(1), section 4 (partial Newton).
public struct SoftmaxRegression: Sendable {
  /// `(d, n)`: one feature a row.
  private let columns: Matrix
  private let labels: [Int]
  private let classes: Int
  private let textWeights: [Double]

  private static let maxIterations = 300

  /// - Parameters:
  ///   - columns: `(d, n)` features, scaled by the caller.
  ///   - labels: the class of each of the n texts, `0 ..< classes`.
  ///   - classes: K, the number of classes.
  ///   - textWeights: how much each text counts; nil if all count once.
  public init(columns: Matrix, labels: [Int], classes: Int, textWeights: [Double]? = nil) {
    precondition(columns.columns == labels.count, "\(labels.count) labels")
    precondition(labels.allSatisfy { 0 <= $0 && $0 < classes }, "a label beyond \(classes)")
    self.columns = columns
    self.labels = labels
    self.classes = classes
    self.textWeights = textWeights ?? labels.map { _ in 1 }
  }

  /// The largest C at which every weight is zero; infinite if no feature ever changes anything.
  public var smallestUsefulC: Double {
    let state = state(from: nil)
    let largest = slopes(at: state, c: 1).lazy.joined().map { abs($0) }.max() ?? 0
    return largest > 0 ? 1 / largest : .infinity
  }

  /// Fits at one C.
  ///
  /// - Parameters:
  ///   - c: the loss's weight.
  ///   - tolerance: the relative duality gap at which to stop.
  ///   - start: a fit at a neighbouring C to start from.
  /// - Returns: the last point, with its gap, whether or not the tolerance was reached.
  public func fit(c: Double, tolerance: Double = 1e-4, start: SoftmaxFit? = nil) -> SoftmaxFit {
    var state = state(from: start)
    var best = Double.infinity
    for iteration in 0... {
      let slopes = slopes(at: state, c: c)
      let objective = objective(at: state, c: c)
      let gap = max(0, objective - dual(at: state, slopes: slopes, c: c))
      let stalled = objective >= best - 1e-12 * abs(best)
      if gap <= tolerance * objective || stalled && iteration > 1 || iteration == Self.maxIterations
      {
        return SoftmaxFit(
          weights: state.weights.map { $0.map { Float($0) } },
          intercepts: state.intercepts.map { Float($0) }, objective: objective, gap: gap,
          iterations: iteration * classes)
      }
      best = min(best, objective)
      for k in 0..<classes { step(&state, class: k, c: c) }
    }
    preconditionFailure("the loop above has no end but its return")
  }

  /// A point, with the margins z = W x + b that belong to it, a row a class.
  private struct State {
    var weights: [[Double]]
    var intercepts: [Double]
    var margins: [[Double]]
  }

  private func state(from start: SoftmaxFit?) -> State {
    let zeros = [Double](repeating: 0, count: columns.rows)
    var state = State(
      weights: start?.weights.map { $0.map(Double.init) }
        ?? Array(repeating: zeros, count: classes),
      intercepts: start?.intercepts.map(Double.init) ?? Array(repeating: 0, count: classes),
      margins: [])
    state.margins = zip(state.weights, state.intercepts).map { margins($0, intercept: $1) }
    centre(&state)
    return state
  }

  private func margins(_ weights: [Double], intercept: Double) -> [Double] {
    let active = weights.indices.filter { weights[$0] != 0 }
    return multiplyTransposed(columns.selecting(rows: active), active.map { weights[$0] })
      .map { $0 + intercept }
  }

  // MARK: The objective, its gradient and its dual

  /// log Σ exp zᵢ of each text.
  private func logSums(_ margins: [[Double]]) -> [Double] {
    labels.indices.map { i in
      let largest = margins.lazy.map { $0[i] }.max() ?? 0
      return largest + log(margins.reduce(0) { $0 + exp($1[i] - largest) })
    }
  }

  private func objective(at state: State, c: Double) -> Double {
    let logSums = logSums(state.margins)
    let loss = labels.indices.reduce(0.0) {
      $0 + textWeights[$1] * (logSums[$1] - state.margins[labels[$1]][$1])
    }
    return state.weights.joined().reduce(0) { $0 + abs($1) } + c * loss
  }

  /// pᵢₖ of every text for one class.
  private func probabilities(_ k: Int, _ state: State, _ logSums: [Double]) -> [Double] {
    zip(state.margins[k], logSums).map { exp($0 - $1) }
  }

  /// ∂/∂wₖ of the loss, C Σ aᵢ (pᵢₖ − [yᵢ = k]) xᵢ, a row a class.
  private func slopes(at state: State, c: Double) -> [[Double]] {
    let logSums = logSums(state.margins)
    return (0..<classes).map { k in slopes(k, probabilities(k, state, logSums), c: c) }
  }

  private func slopes(_ k: Int, _ p: [Double], c: Double) -> [Double] {
    multiply(
      columns, labels.indices.map { c * textWeights[$0] * (p[$0] - (labels[$0] == k ? 1 : 0)) })
  }

  /// C Σ aᵢ H(qᵢ), H the entropy in nats, at qᵢ = (1 − s) e_yᵢ + s pᵢ.
  private func dual(at state: State, slopes: [[Double]], c: Double) -> Double {
    let s = 1 / max(1, slopes.lazy.joined().map { abs($0) }.max() ?? 0)
    let logSums = logSums(state.margins)
    return (0..<classes).reduce(0) { sum, k in
      let p = probabilities(k, state, logSums)
      return labels.indices.reduce(sum) { sum, i in
        let q = s * p[i] + (labels[i] == k ? 1 - s : 0)
        return sum - (q > 0 ? c * textWeights[i] * q * log(q) : 0)
      }
    }
  }

  /// Moves b to its optimum for the present W, where Σᵢ aᵢ pᵢₖ = Σ_{yᵢ = k} aᵢ.
  private func centre(_ state: inout State) {
    for _ in 0..<500 {
      var largest = 0.0
      for k in 0..<classes {
        let p = probabilities(k, state, logSums(state.margins))
        let wanted = labels.indices.reduce(0.0) { $0 + (labels[$1] == k ? textWeights[$1] : 0) }
        let move = log(wanted / zip(p, textWeights).reduce(1e-300) { $0 + $1.0 * $1.1 })
        guard move.isFinite else { continue }
        state.intercepts[k] += move
        for i in labels.indices { state.margins[k][i] += move }
        largest = max(largest, abs(move))
      }
      if largest < 1e-11 { return }
    }
  }

  // MARK: One Newton step in the weights of one class

  private func step(_ state: inout State, class k: Int, c: Double) {
    let p = probabilities(k, state, logSums(state.margins))
    let gradient = slopes(k, p, c: c)
    let weights = state.weights[k]
    let working = weights.indices.filter { weights[$0] != 0 || abs(gradient[$0]) > 1 }
    let x = columns.selecting(rows: working)
    let model = QuadraticModel(
      x, curvatures: labels.indices.map { max(c * textWeights[$0] * p[$0] * (1 - p[$0]), 1e-12) })
    let moves = model.minimise(
      gradient: working.map { gradient[$0] }, from: working.map { weights[$0] })
    let direction = multiplyTransposed(x, moves)
    let drift = model.interceptMove(direction)
    let start = state
    let objective = objective(at: state, c: c)
    var size = 1.0
    for _ in 0..<30 {
      for (j, move) in zip(working, moves) { state.weights[k][j] = weights[j] + size * move }
      state.intercepts[k] = start.intercepts[k] + size * drift
      for i in labels.indices {
        state.margins[k][i] = start.margins[k][i] + size * (direction[i] + drift)
      }
      if self.objective(at: state, c: c) < objective { break }
      size /= 2
    }
    centre(&state)
  }
}
