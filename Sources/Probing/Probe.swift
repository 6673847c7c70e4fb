import Tensors

/// A linear probe on one layer's pooled features: how much of the answer can be read there.
public struct Probe: Sendable {
  public var key: FeatureKey
  public var fitted: FittedClassifier
  /// The share of validation texts that it gets right.
  public var validation: Score

  /// Keeps a fitted probe.
  public init(key: FeatureKey, fitted: FittedClassifier, validation: Score) {
    self.key = key
    self.fitted = fitted
    self.validation = validation
  }

  /// Fits along the path of C and keeps the one that does best on validation.
  ///
  /// - Returns: nil if no feature tells the classes apart.
  static func fit(
    _ key: FeatureKey, _ features: Matrix, _ splits: SplitLabels,
    multiples: [Double] = ClassifierPath.multiples
  ) -> Probe? {
    let path = ClassifierPath(
      features.selecting(rows: splits.train), labels: splits.trainLabels, classes: splits.classes)
    let held = features.selecting(rows: splits.validation)
    let candidates = path.fits(multiples: multiples).map { fitted in
      Probe(
        key: key, fitted: fitted,
        validation: Score(fitted.classifier, held, truth: splits.validationLabels))
    }
    return candidates.min { $0.validation.isBetter(than: $1.validation) }
  }

  /// w², summed over the outputs: the paper's saliency of each neuron.
  ///
  /// Source: Jiao et al. 2024, arXiv:2311.15983, and the authors' code.
  public var saliency: [Double] {
    let weights = fitted.classifier.weights
    return (0..<weights.columns).map { j in
      (0..<weights.rows).reduce(0) { $0 + Double(weights[$1, j]) * Double(weights[$1, j]) }
    }
  }

  /// The smallest set of top neurons whose saliency reaches the share η of the layer's total.
  ///
  /// - Returns: neurons by falling saliency, equals by index; none if the probe is all zero.
  public func salientNeurons(eta: Double) -> [NeuronAddress] {
    let saliency = saliency
    let total = saliency.reduce(0, +)
    guard total > 0 else { return [] }
    var kept: [NeuronAddress] = []
    var sum = 0.0
    for index in ranking(saliency) {
      guard saliency[index] > 0 else { break }
      kept.append(NeuronAddress(key.representation, layer: key.layer, index: index))
      sum += saliency[index]
      if sum >= eta * total { break }
    }
    return kept
  }
}

/// Indices by falling value, equals by index.
func ranking(_ values: [Double]) -> [Int] {
  values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
}

/// Which texts train and which choose, with their classes.
struct SplitLabels: Sendable {
  let train: [Int]
  let trainLabels: [Int]
  let validation: [Int]
  let validationLabels: [Int]
  let classes: Int

  init(_ data: DataSet) {
    train = data.indices(of: .train)
    trainLabels = data.labels(at: train)
    validation = data.indices(of: .validation)
    validationLabels = data.labels(at: validation)
    classes = data.classes.count
  }
}
