import Foundation
public import Tensors

/// The outcome of a fit, converged or not: the caller decides what to do with a bad gap.
public struct LogisticFit: Sendable, Equatable {
  public var weights: [Float]
  public var intercept: Float
  /// ‖w‖₁ + C Σ log(1 + exp(−y(w·x + b))).
  public var objective: Double
  /// Duality gap: the objective is at most this far above its minimum.
  public var gap: Double
  /// Newton steps that were made.
  public var iterations: Int

  /// The gap as a share of the objective.
  public var relativeGap: Double { objective > 0 ? gap / objective : 0 }
}

/// L1-penalised logistic regression of one class against the rest.
///
///     minimise over w, b:   ‖w‖₁ + C Σᵢ aᵢ log(1 + exp(−yᵢ(w·xᵢ + b)))
///
/// b is free; aᵢ is how much text i counts. The method is proximal Newton: the loss becomes its second-order model at the
/// present point, coordinate descent minimises model plus penalty over a working set of features,
/// and a line search makes the step safe. It stops by the duality gap, with the dual point
/// `s σ(−y m)`, where b is optimal (so that Σ α y = 0) and s scales into |C Xᵀ(α y)| ≤ 1.
///
/// Sources: Lee, Sun & Saunders 2014, arXiv:1206.1623 (proximal Newton); Yuan, Ho & Lin 2012,
/// JMLR 13, section 5 (newGLMNET); Massias et al. 2020, arXiv:1907.05830 (gap, working sets).
public struct LogisticRegression: Sendable {
  /// `(d, n)`: one standardised feature a row.
  private let columns: Matrix
  /// +1 for a text of the class, −1 for any other.
  private let signs: [Double]
  /// How much each text counts.
  private let textWeights: [Double]

  private static let maxIterations = 200

  /// - Parameters:
  ///   - columns: `(d, n)` features, standardised by the caller.
  ///   - positive: for each of the n texts, whether it is of the class.
  ///   - textWeights: how much each text counts; nil if all count once.
  public init(columns: Matrix, positive: [Bool], textWeights: [Double]? = nil) {
    precondition(columns.columns == positive.count, "\(positive.count) labels")
    self.columns = columns
    self.textWeights = textWeights ?? positive.map { _ in 1 }
    signs = positive.map { $0 ? 1 : -1 }
  }

  /// The largest C at which every weight is zero; infinite if no feature ever changes anything.
  public var smallestUsefulC: Double {
    var state = State(weights: Array(repeating: 0, count: columns.rows), intercept: 0)
    state.margins = Array(repeating: 0, count: signs.count)
    centre(&state)
    let largest = gradient(at: state, c: 1).lazy.map { abs($0) }.max() ?? 0
    return largest > 0 ? 1 / largest : .infinity
  }

  /// Fits at one C.
  ///
  /// - Parameters:
  ///   - c: the loss's weight.
  ///   - tolerance: the relative duality gap at which to stop.
  ///   - start: a fit at a neighbouring C to start from.
  /// - Returns: the last point, with its gap, whether or not the tolerance was reached.
  public func fit(c: Double, tolerance: Double = 1e-4, start: LogisticFit? = nil) -> LogisticFit {
    var state = State(
      weights: start?.weights.map(Double.init) ?? Array(repeating: 0, count: columns.rows),
      intercept: Double(start?.intercept ?? 0))
    updateMargins(&state)
    centre(&state)
    var best = Double.infinity
    for iteration in 0... {
      let gradient = gradient(at: state, c: c)
      let objective = objective(at: state, c: c)
      let gap = max(0, objective - dual(at: state, gradient: gradient, c: c))
      let stalled = objective >= best - 1e-12 * abs(best)
      if gap <= tolerance * objective || stalled && iteration > 1 || iteration == Self.maxIterations
      {
        return LogisticFit(
          weights: state.weights.map { Float($0) }, intercept: Float(state.intercept),
          objective: objective, gap: gap, iterations: iteration)
      }
      best = min(best, objective)
      step(&state, gradient: gradient, c: c, objective: objective)
    }
    preconditionFailure("the loop above has no end but its return")
  }

  /// A point, with the margins m = w·x + b that belong to it.
  private struct State {
    var weights: [Double]
    var intercept: Double
    var margins: [Double] = []
  }

  // MARK: The objective, its gradient and its dual

  private func updateMargins(_ state: inout State) {
    let active = state.weights.indices.filter { state.weights[$0] != 0 }
    let products = multiplyTransposed(
      columns.selecting(rows: active), active.map { state.weights[$0] })
    state.margins = products.map { $0 + state.intercept }
  }

  private func objective(at state: State, c: Double) -> Double {
    var loss = 0.0
    for (i, margin) in state.margins.enumerated() {
      loss += textWeights[i] * softplus(-signs[i] * margin)
    }
    return state.weights.reduce(0) { $0 + abs($1) } + c * loss
  }

  /// ∂/∂w of the loss, C Σ −y σ(−y m) x; at an optimum |gⱼ| ≤ 1, and gⱼ = −sign(wⱼ) where wⱼ ≠ 0.
  private func gradient(at state: State, c: Double) -> [Double] {
    multiply(
      columns,
      signs.indices.map { i in
        -c * textWeights[i] * signs[i] * sigmoid(-signs[i] * state.margins[i])
      })
  }

  /// C Σ H(α), H the binary entropy in nats, at α = s σ(−y m).
  private func dual(at state: State, gradient: [Double], c: Double) -> Double {
    let scale = 1 / max(1, gradient.lazy.map { abs($0) }.max() ?? 0)
    var value = 0.0
    for (i, margin) in state.margins.enumerated() {
      value += textWeights[i] * entropy(scale * sigmoid(-signs[i] * margin))
    }
    return c * value
  }

  /// Moves b to its optimum for the present w, where Σ y σ(−y m) = 0, by Newton's method.
  private func centre(_ state: inout State) {
    for _ in 0..<50 {
      var slope = 0.0
      var curvature = 0.0
      for (i, margin) in state.margins.enumerated() {
        let p = sigmoid(-signs[i] * margin)
        slope -= textWeights[i] * signs[i] * p
        curvature += textWeights[i] * p * (1 - p)
      }
      // Far out on both sides the curvature vanishes; a bounded step comes back from there.
      let move = max(-5, min(5, -slope / max(curvature, 1e-12)))
      state.intercept += move
      for i in state.margins.indices { state.margins[i] += move }
      if abs(move) < 1e-12 { return }
    }
  }

  // MARK: One Newton step

  private func step(
    _ state: inout State, gradient: [Double], c: Double, objective: Double
  ) {
    let working = workingSet(state, gradient)
    let x = columns.selecting(rows: working)
    let curvatures = signs.indices.map { i in
      let p = sigmoid(-signs[i] * state.margins[i])
      return max(c * textWeights[i] * p * (1 - p), 1e-12)
    }
    let model = QuadraticModel(x, curvatures: curvatures)
    let weights = working.map { state.weights[$0] }
    let moves = model.minimise(gradient: working.map { gradient[$0] }, from: weights)
    var direction = multiplyTransposed(x, moves)
    let drift = model.interceptMove(direction)
    for i in direction.indices { direction[i] += drift }
    lineSearch(&state, working, moves, direction, drift: drift, c: c, objective: objective)
  }

  /// The features in use, and those that most violate |g| ≤ 1; never more of these than doubles
  /// the working set, because most turn out not to be needed.
  private func workingSet(_ state: State, _ gradient: [Double]) -> [Int] {
    let active = state.weights.indices.filter { state.weights[$0] != 0 }
    let violating = state.weights.indices
      .filter { state.weights[$0] == 0 && abs(gradient[$0]) > 1 }
      .sorted { (abs(gradient[$1]), $0) < (abs(gradient[$0]), $1) }
    return (active + violating.prefix(max(64, active.count))).sorted()
  }

  /// Takes the longest of the steps 1, ½, ¼ … that lowers the objective.
  private func lineSearch(
    _ state: inout State, _ working: [Int], _ moves: [Double], _ direction: [Double],
    drift: Double, c: Double, objective: Double
  ) {
    let start = state
    var size = 1.0
    for _ in 0..<30 {
      for (j, move) in zip(working, moves) { state.weights[j] = start.weights[j] + size * move }
      state.intercept = start.intercept + size * drift
      for i in state.margins.indices { state.margins[i] = start.margins[i] + size * direction[i] }
      if self.objective(at: state, c: c) < objective { break }
      size /= 2
    }
    updateMargins(&state)
    centre(&state)
  }
}

/// σ(x) = 1 / (1 + e^−x), without overflow.
func sigmoid(_ x: Double) -> Double {
  x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
}

/// log(1 + eˣ), without overflow.
func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

/// −p log p − (1 − p) log(1 − p), in nats.
func entropy(_ p: Double) -> Double {
  (p > 0 ? -p * log(p) : 0) + (p < 1 ? -(1 - p) * log1p(-p) : 0)
}
