/// How much each text counts in the loss.
public enum ClassWeighting: String, Codable, Sendable, CaseIterable {
  /// Every text counts once.
  case none
  /// A text of class k counts n / (K nₖ) times, so that all classes count alike; as scikit-learn.
  case balanced
}

/// How more than two classes share out the answer; two classes are one output in both schemes.
public enum ClassScheme: String, Codable, Sendable, CaseIterable {
  /// One regression a class, against all others; SPIN's choice.
  case oneVersusRest
  /// One multinomial regression of all classes.
  case softmax
}

/// What happens to the features before a fit.
public enum Scaling: String, Codable, Sendable, CaseIterable {
  /// The training texts' mean is taken away, and their deviation made 1.
  case standard
  /// Nothing: the paper's choice.
  case none
}

/// How a classifier is fitted, at every C alike.
public struct ClassifierSettings: Sendable, Codable, Equatable {
  public var weighting = ClassWeighting.none
  public var scheme = ClassScheme.oneVersusRest
  public var scaling = Scaling.standard
  /// The relative duality gap at which a fit is done.
  public var tolerance = 1e-4

  /// The settings that a fit uses unless told otherwise.
  public init() {}
}

extension ClassWeighting {
  /// How often each text counts.
  func weights(labels: [Int], classes: Int) -> [Double] {
    guard self == .balanced else { return labels.map { _ in 1 } }
    var counts = [Double](repeating: 0, count: classes)
    for label in labels { counts[label] += 1 }
    return labels.map { Double(labels.count) / (Double(classes) * counts[$0]) }
  }
}
