public import Tensors

/// A classifier that was fitted at one C, with what the solver says of it.
public struct FittedClassifier: Sendable, Equatable, Codable {
  public var classifier: LinearClassifier
  /// The loss's weight in the objective.
  public var c: Double
  /// The largest relative duality gap over the outputs.
  public var relativeGap: Double
  /// Newton steps over all outputs.
  public var iterations: Int
  /// ‖w‖₁ + C Σ loss, summed over the outputs.
  public var objective = 0.0
  /// Whether the gap came down to the tolerance.
  public var converged = true
}

/// Fits classifiers on one feature matrix along a path of rising C, each started from the last.
public struct ClassifierPath: Sendable {
  private let standardizer: Standardizer
  private let settings: ClassifierSettings
  private let width: Int
  private let problem: Problem

  /// One regression an output, or one of all classes.
  private enum Problem {
    case binary([LogisticRegression])
    case softmax(SoftmaxRegression)
  }

  /// Multiples of the C at which the first weight appears.
  ///
  /// The path stays at its strong end: with a few thousand texts, heads beyond some sixty times
  /// the smallest C fit the training texts alone.
  public static let multiples: [Double] = [1.5, 3, 6, 12, 24, 48]

  /// - Parameters:
  ///   - features: `(texts, d)` raw features of the training texts.
  ///   - labels: the class of each text, `0 ..< classes`.
  ///   - classes: the number of classes, 2 or more.
  ///   - settings: weighting, scheme, scaling and tolerance.
  public init(
    _ features: Matrix, labels: [Int], classes: Int, settings: ClassifierSettings = .init()
  ) {
    precondition(features.rows == labels.count, "\(labels.count) labels for \(features.rows) texts")
    self.settings = settings
    width = features.columns
    standardizer =
      settings.scaling == .standard ? Standardizer(features) : Standardizer(width: width)
    let columns =
      settings.scaling == .standard ? standardizer.columns(of: features) : features.transposed
    let weights = settings.weighting.weights(labels: labels, classes: classes)
    if settings.scheme == .softmax && classes > 2 {
      problem = .softmax(
        SoftmaxRegression(
          columns: columns, labels: labels, classes: classes, textWeights: weights))
    } else {
      let outputs = classes == 2 ? [1] : Array(0..<classes)
      problem = .binary(
        outputs.map { k in
          LogisticRegression(
            columns: columns, positive: labels.map { $0 == k }, textWeights: weights)
        })
    }
  }

  /// The largest C at which every weight is zero; infinite if no feature tells the classes apart.
  public var smallestUsefulC: Double {
    switch problem {
    case .binary(let outputs): outputs.map(\.smallestUsefulC).min() ?? .infinity
    case .softmax(let regression): regression.smallestUsefulC
    }
  }

  /// One fit at each multiple of the smallest useful C; none if no feature tells the classes apart.
  public func fits(multiples: [Double] = multiples) -> [FittedClassifier] {
    let smallest = smallestUsefulC
    guard smallest.isFinite else { return [] }
    return fits(cs: multiples.map { smallest * $0 })
  }

  /// One fit at each C; they should rise, because each starts from the last.
  public func fits(cs: [Double]) -> [FittedClassifier] {
    switch problem {
    case .binary(let outputs):
      var starts = [LogisticFit?](repeating: nil, count: outputs.count)
      return cs.map { c in
        let fits = zip(outputs, starts).map {
          $0.fit(c: c, tolerance: settings.tolerance, start: $1)
        }
        starts = fits
        return FittedClassifier(
          classifier: classifier(fits.map(\.weights), fits.map(\.intercept)), c: c,
          relativeGap: fits.map(\.relativeGap).max() ?? 0,
          iterations: fits.reduce(0) { $0 + $1.iterations },
          objective: fits.reduce(0) { $0 + $1.objective },
          converged: fits.allSatisfy { $0.relativeGap <= settings.tolerance })
      }
    case .softmax(let regression):
      var start: SoftmaxFit?
      return cs.map { c in
        let fit = regression.fit(c: c, tolerance: settings.tolerance, start: start)
        start = fit
        return FittedClassifier(
          classifier: classifier(fit.weights, fit.intercepts), c: c, relativeGap: fit.relativeGap,
          iterations: fit.iterations, objective: fit.objective,
          converged: fit.relativeGap <= settings.tolerance)
      }
    }
  }

  private func classifier(_ weights: [[Float]], _ intercepts: [Float]) -> LinearClassifier {
    LinearClassifier(
      weights: Matrix(rows: weights.count, columns: width, values: weights.flatMap { $0 }),
      intercepts: intercepts, standardizer: standardizer, scheme: settings.scheme)
  }
}
