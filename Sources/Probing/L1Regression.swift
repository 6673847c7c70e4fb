public import Tensors

/// The outcome of a fit, converged or not: the caller decides what to do with a bad gap.
public struct L1Fit: Sendable, Equatable {
  /// One row of d weights an output.
  public var weights: [[Float]]
  /// One an output.
  public var intercepts: [Float]
  /// ‖W‖₁ + C Σ loss.
  public var objective: Double
  /// Duality gap: the objective is at most this far above its minimum.
  public var gap: Double
  /// Newton steps that were made.
  public var iterations: Int

  /// The gap as a share of the objective.
  public var relativeGap: Double { objective > 0 ? gap / objective : 0 }

  /// Weights to start from, of which nothing else is known.
  init(weights: [[Float]], intercepts: [Float]) {
    self.init(
      weights: weights, intercepts: intercepts, objective: .infinity, gap: .infinity, iterations: 0)
  }

  init(
    weights: [[Float]], intercepts: [Float], objective: Double, gap: Double, iterations: Int
  ) {
    self.weights = weights
    self.intercepts = intercepts
    self.objective = objective
    self.gap = gap
    self.iterations = iterations
  }
}

/// L1-penalised logistic regression of two classes, or of several as a softmax.
///
///     minimise over W, b:   ‖W‖₁ + C Σᵢ aᵢ (log Σₖ exp zᵢₖ − zᵢ,yᵢ),   zᵢ = W xᵢ + b
///
/// b is free; aᵢ is how much text i counts. Of two classes the first has margin 0, so that
/// this is ‖w‖₁ + C Σ aᵢ log(1 + exp(−yᵢ(w·xᵢ + b))) with y = ±1.
///
/// The method is proximal Newton: the loss becomes its second-order model at the present point,
/// coordinate descent minimises model plus penalty over a working set of weights, and a line
/// search makes the step safe. It stops by the duality gap: see `certificate`.
///
/// Sources: Lee, Sun & Saunders 2014, arXiv:1206.1623 (proximal Newton); Yuan, Ho & Lin 2012,
/// JMLR 13, section 5 (newGLMNET); Massias et al. 2020, arXiv:1907.05830 (gap, working sets).
public struct L1Regression: Sendable {
  /// `(d, n)`: one feature a row.
  private let columns: Matrix
  private let loss: MultinomialLoss

  private static let maxIterations = 200

  /// - Parameters:
  ///   - columns: `(d, n)` features, scaled by the caller.
  ///   - labels: the class of each of the n texts, `0 ..< classes`.
  ///   - classes: two give one output, for the second class; more give one output each.
  ///   - textWeights: how much each text counts; nil if all count once.
  public init(columns: Matrix, labels: [Int], classes: Int, textWeights: [Double]? = nil) {
    precondition(columns.columns == labels.count, "\(labels.count) labels")
    self.columns = columns
    loss = MultinomialLoss(
      labels: labels, classes: classes, textWeights: textWeights ?? labels.map { _ in 1 })
  }

  /// The largest C at which every weight is zero; infinite if no feature ever changes anything.
  public var smallestUsefulC: Double {
    let point = point(from: nil, loss)
    let largest = gradient(loss.slopes(loss.probabilities(point.margins))).largestSize
    return largest > 0 ? 1 / largest : .infinity
  }

  /// Fits at one C.
  ///
  /// - Parameters:
  ///   - c: the loss's weight.
  ///   - tolerance: the relative duality gap at which to stop.
  ///   - start: a fit at a neighbouring C to start from.
  /// - Returns: the last point, with its gap, whether or not the tolerance was reached.
  public func fit(c: Double, tolerance: Double = 1e-4, start: L1Fit? = nil) -> L1Fit {
    let loss = loss.scaled(by: c)
    var point = point(from: start, loss)
    var bound = -Double.infinity
    var previous = (objective: Double.infinity, gap: Double.infinity)
    var matrix: CurvatureMatrix?
    for iteration in 0... {
      let p = loss.probabilities(point.margins)
      let slopes = loss.slopes(p)
      let gradient = gradient(slopes)
      let objective = point.norm + loss.value(point.margins)
      bound = max(bound, certificate(slopes, gradient, loss))
      let gap = max(0, objective - bound)
      let isStalled = objective >= previous.objective - 1e-12 * abs(objective)
      let isOld = matrix.map { $0.steps > 1 } ?? false
      if gap <= tolerance * objective || isStalled && !isOld || iteration == Self.maxIterations {
        return L1Fit(
          weights: point.weights.map { $0.map { Float($0) } },
          intercepts: point.intercepts.map { Float($0) }, objective: objective, gap: gap,
          iterations: iteration)
      }
      if isOld, isStalled || gap > previous.gap / 4 { matrix = nil }
      previous = (objective, gap)
      let direction = step(&point, loss, p, gradient, objective: objective, &matrix)
      bound = max(bound, predictedCertificate(slopes, loss.curvature(p, along: direction), loss))
    }
    preconditionFailure("the loop above has no end but its return")
  }

  /// A point, with the margins z = W x + b that belong to it, a row an output.
  private struct Point {
    var weights: [[Double]]
    var intercepts: [Double]
    var margins: [[Double]]

    /// ‖W‖₁.
    var norm: Double { weights.joined().reduce(0) { $0 + abs($1) } }
  }

  private func point(from start: L1Fit?, _ loss: MultinomialLoss) -> Point {
    let zeros = [Double](repeating: 0, count: columns.rows)
    var point = Point(
      weights: start?.weights.map { $0.map(Double.init) }
        ?? Array(repeating: zeros, count: loss.outputs),
      intercepts: start?.intercepts.map(Double.init)
        ?? Array(repeating: 0, count: loss.outputs), margins: [])
    point.margins = zip(point.weights, point.intercepts).map { weights, intercept in
      let used = weights.indices.filter { weights[$0] != 0 }
      return multiplyTransposed(columns, rows: used, used.map { weights[$0] })
        .map { $0 + intercept }
    }
    centre(&point, loss)
    return point
  }

  /// Moves b to its optimum for the present W, by Newton's method.
  private func centre(_ point: inout Point, _ loss: MultinomialLoss) {
    for _ in 0..<50 {
      let moves = loss.interceptMoves(loss.probabilities(point.margins))
      for (k, move) in moves.enumerated() {
        point.intercepts[k] += move
        for i in point.margins[k].indices { point.margins[k][i] += move }
      }
      if moves.allSatisfy({ abs($0) < 1e-10 }) { return }
    }
  }

  // MARK: Gradient and duality gap

  /// ∂/∂W of the loss, a row an output, where `slopes` is that by the margins; at an optimum
  /// |g| ≤ 1, and g = −sign(w) where w ≠ 0.
  private func gradient(_ slopes: [[Double]]) -> [[Double]] {
    slopes.map { multiply(columns, $0) }
  }

  /// What the objective's minimum is at least: the dual's value at the point `s slopes`, which
  /// is feasible because b is optimal (the slopes sum to 0) and s scales into |g| ≤ 1.
  private func certificate(
    _ slopes: [[Double]], _ gradient: [[Double]], _ loss: MultinomialLoss
  ) -> Double {
    loss.dual(slopes, share: 1 / max(1, gradient.largestSize)) ?? -.infinity
  }

  /// The same where the model expects the slopes behind a whole step.
  ///
  /// These have |g| ≤ 1 on the working set already, up to the model's tolerance, while the slopes
  /// at the point itself miss it in proportion to the step: near the optimum the bound is tighter
  /// by an order of the step's length.
  private func predictedCertificate(
    _ slopes: [[Double]], _ changes: [[Double]], _ loss: MultinomialLoss
  ) -> Double {
    let predicted = zip(slopes, changes).map { zip($0, $1).map { $0 + $1 } }
    guard loss.dual(predicted, share: 1) != nil else { return -.infinity }
    return certificate(predicted, gradient(predicted), loss)
  }

  // MARK: One Newton step

  /// Moves the point.
  ///
  /// - Returns: how a whole step changes the margins, a row an output.
  private func step(
    _ point: inout Point, _ loss: MultinomialLoss, _ p: [[Double]], _ gradient: [[Double]],
    objective: Double, _ matrix: inout CurvatureMatrix?
  ) -> [[Double]] {
    let (working, isWhole) = workingSet(point.weights, gradient)
    // While features wait outside, digits are lost on the model.
    let moves = model(of: working, loss, p, &matrix)
      .minimise(gradient: gradient, from: point.weights, tolerance: isWhole ? 0.03 : 0.3)
    var direction = zip(working, moves).map { multiplyTransposed(columns, rows: $0, $1) }
    let drift = loss.interceptMoves(p, after: direction)
    for k in direction.indices {
      for i in direction[k].indices { direction[k][i] += drift[k] }
    }
    let start = point
    var size = 1.0
    for _ in 0..<30 {
      for (k, features) in working.enumerated() {
        for (j, move) in zip(features, moves[k]) {
          point.weights[k][j] = start.weights[k][j] + size * move
        }
        point.intercepts[k] = start.intercepts[k] + size * drift[k]
        for i in direction[k].indices {
          point.margins[k][i] = start.margins[k][i] + size * direction[k][i]
        }
      }
      if point.norm + loss.value(point.margins) < objective { break }
      size /= 2
    }
    centre(&point, loss)
    return direction
  }

  /// The model of a step; of one output from the matrix of an earlier step where that still serves.
  private func model(
    of working: [[Int]], _ loss: MultinomialLoss, _ p: [[Double]], _ matrix: inout CurvatureMatrix?
  ) -> QuadraticModel {
    guard loss.outputs == 1 else { return QuadraticModel(columns, working, loss, p) }
    let curvature = loss.positiveCurvature(p, 0)
    var serving = matrix.take()
    // The old one is gone before a new one is made: two would take twice the memory.
    if serving?.isNear(curvature) != true { serving = nil }
    var kept = serving.take() ?? CurvatureMatrix(columns, curvature: curvature)
    let hessian = kept.serve(working[0])
    matrix = kept
    return QuadraticModel(hessian, working[0], texts: columns.columns)
  }

  /// The features in use of each output, and those that most violate |g| ≤ 1; never more of these
  /// than doubles the working set, because most turn out not to be needed.
  ///
  /// - Returns: the features, and whether none had to be left out.
  private func workingSet(
    _ weights: [[Double]], _ gradient: [[Double]]
  ) -> (features: [[Int]], isWhole: Bool) {
    var working = weights.map { row in row.indices.filter { row[$0] != 0 } }
    let active = working.reduce(0) { $0 + $1.count }
    let violating = weights.indices.flatMap { k in
      weights[k].indices.lazy
        .filter { weights[k][$0] == 0 && abs(gradient[k][$0]) > 1 }
        .map { (output: k, feature: $0, size: abs(gradient[k][$0])) }
    }.sorted { ($1.size, $0.output, $0.feature) < ($0.size, $1.output, $1.feature) }
    let room = max(64, active)
    for entry in violating.prefix(room) { working[entry.output].append(entry.feature) }
    return (working.map { $0.sorted() }, violating.count <= room)
  }
}

extension [[Double]] {
  /// The largest absolute value.
  fileprivate var largestSize: Double {
    lazy.map { $0.lazy.map { abs($0) }.max() ?? 0 }.max() ?? 0
  }
}
