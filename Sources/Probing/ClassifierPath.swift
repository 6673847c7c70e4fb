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
  /// One for each output, or one for all classes.
  private let regressions: [L1Regression]

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
    func regression(_ labels: [Int], _ classes: Int) -> L1Regression {
      L1Regression(columns: columns, labels: labels, classes: classes, textWeights: weights)
    }
    regressions =
      settings.scheme == .softmax || classes == 2
      ? [regression(labels, classes)]
      : (0..<classes).map { k in regression(labels.map { $0 == k ? 1 : 0 }, 2) }
  }

  /// The largest C at which every weight is zero; infinite if no feature tells the classes apart.
  public var smallestUsefulC: Double { regressions.map(\.smallestUsefulC).min() ?? .infinity }

  /// One fit at each multiple of the smallest useful C; none if no feature tells the classes apart.
  public func fits(multiples: [Double] = multiples) -> [FittedClassifier] {
    let smallest = smallestUsefulC
    guard smallest.isFinite else { return [] }
    return fits(cs: multiples.map { smallest * $0 })
  }

  /// One fit at each C; they should rise, because each starts from the last.
  public func fits(cs: [Double]) -> [FittedClassifier] {
    var starts = [L1Fit?](repeating: nil, count: regressions.count)
    return cs.map { c in
      let fits = zip(regressions, starts).map {
        $0.fit(c: c, tolerance: settings.tolerance, start: $1)
      }
      starts = fits
      return FittedClassifier(
        classifier: classifier(fits.flatMap(\.weights), fits.flatMap(\.intercepts)), c: c,
        relativeGap: fits.map(\.relativeGap).max() ?? 0,
        iterations: fits.reduce(0) { $0 + $1.iterations },
        objective: fits.reduce(0) { $0 + $1.objective },
        converged: fits.allSatisfy { $0.relativeGap <= settings.tolerance })
    }
  }

  private func classifier(_ weights: [[Float]], _ intercepts: [Float]) -> LinearClassifier {
    LinearClassifier(
      weights: Matrix(rows: weights.count, columns: width, values: weights.flatMap { $0 }),
      intercepts: intercepts, standardizer: standardizer, scheme: settings.scheme)
  }
}
