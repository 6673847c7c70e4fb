/// A classifier on the salient neurons of blocks or hidden states 0 … depth, side by side.
public struct Head: Sendable {
  public var representation: Representation
  public var pooling: Pooling
  /// The share of each layer's saliency that its neurons carry.
  public var eta: Double
  /// The last layer that it reads: everything above need not be computed.
  public var depth: Int
  /// Its inputs, in the order of its weights.
  public var neurons: [NeuronAddress]
  public var fitted: FittedClassifier
  /// The share of validation texts that it gets right.
  public var validation: Score

  /// Keeps a fitted head.
  public init(
    representation: Representation, pooling: Pooling, eta: Double, depth: Int,
    neurons: [NeuronAddress], fitted: FittedClassifier, validation: Score
  ) {
    self.representation = representation
    self.pooling = pooling
    self.eta = eta
    self.depth = depth
    self.neurons = neurons
    self.fitted = fitted
    self.validation = validation
  }

  /// Blocks that must run before this head can answer.
  public var blocksNeeded: Int { representation == .hidden ? depth : depth + 1 }

  /// Integrates the neurons that `probes` (one a layer, in order) keep at η, and fits a head.
  ///
  /// - Returns: nil if no neuron is kept, or none tells the classes apart.
  static func fit(
    _ probes: [Probe], eta: Double, _ features: Features, _ splits: SplitLabels,
    multiples: [Double] = ClassifierPath.multiples
  ) -> Head? {
    guard let last = probes.last?.key else { return nil }
    let neurons = probes.flatMap { $0.salientNeurons(eta: eta) }
    guard !neurons.isEmpty else { return nil }
    let path = ClassifierPath(
      features.integrated(neurons, pooling: last.pooling, rows: splits.train),
      labels: splits.trainLabels, classes: splits.classes)
    let held = features.integrated(neurons, pooling: last.pooling, rows: splits.validation)
    var best: Head?
    for fitted in path.fits(multiples: multiples) {
      let score = Score(fitted.classifier, held, truth: splits.validationLabels)
      if let best, !score.isBetter(than: best.validation) { continue }
      best = Head(
        representation: last.representation, pooling: last.pooling, eta: eta, depth: last.layer,
        neurons: neurons, fitted: fitted, validation: score)
    }
    return best
  }
}
