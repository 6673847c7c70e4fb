import Tensors

/// A linear probe on one layer's pooled features: how much of the answer can be read there.
public struct Probe: Sendable, Codable {
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
    _ key: FeatureKey, _ features: StoredMatrix, _ splits: SplitLabels, _ settings: FitSettings
  ) -> Probe? {
    let path = ClassifierPath(
      features.selecting(rows: splits.train), labels: splits.trainLabels, classes: splits.classes,
      settings: settings.classifier)
    let held = features.selecting(rows: splits.validation)
    let candidates = path.fits(settings.cGrid).map { fitted in
      Probe(
        key: key, fitted: fitted,
        validation: Score(fitted.classifier, held, truth: splits.validationLabels))
    }
    return candidates.best(by: settings.choice, \.validation)
  }

  /// How much each neuron weighs, summed over the outputs.
  ///
  /// Source: Jiao et al. 2024, arXiv:2311.15983, and the authors' code, which squares.
  public func saliency(_ measure: SaliencyMeasure = .squared) -> [Double] {
    let weights = fitted.classifier.weights
    return (0..<weights.columns).map { j in
      (0..<weights.rows).reduce(0) { $0 + measure.saliency(of: weights[$1, j]) }
    }
  }

  /// The neurons that a selection keeps, by falling saliency; none if the probe is all zero.
  public func salientNeurons(
    _ selection: NeuronSelection, _ measure: SaliencyMeasure = .squared
  ) -> [NeuronAddress] {
    selection.kept(of: saliency(measure)).map {
      NeuronAddress(key.representation, layer: key.layer, index: $0)
    }
  }
}
