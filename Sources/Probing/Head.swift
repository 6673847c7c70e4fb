import Tokenizers

/// A classifier on the salient neurons of layers 0 … depth, side by side.
public struct Head: Sendable, Codable {
  /// The model's blocks, as they were read.
  public var stacks: Stacks
  public var source: HeadSource
  public var pooling: Pooling
  /// Which of each layer's neurons it reads.
  public var selection: NeuronSelection
  /// The last layer that it reads: everything above need not be computed.
  public var depth: Int
  /// Its inputs, in the order of its weights.
  public var neurons: [NeuronAddress]
  public var fitted: FittedClassifier
  /// The share of validation texts that it gets right.
  public var validation: Score
  /// That share at each C that was tried, in the grid's order; nil in a head that was read from a run.
  public var accuracyByC: [Double]?

  /// Keeps a fitted head.
  public init(
    stacks: Stacks, source: HeadSource, pooling: Pooling, selection: NeuronSelection, depth: Int,
    neurons: [NeuronAddress], fitted: FittedClassifier, validation: Score
  ) {
    self.stacks = stacks
    self.source = source
    self.pooling = pooling
    self.selection = selection
    self.depth = depth
    self.neurons = neurons
    self.fitted = fitted
    self.validation = validation
  }

  /// Blocks that must run before this head can answer.
  public var blocksNeeded: Int { source.blocksNeeded(depth: depth, of: stacks) }

  /// The layers that it reads, in the order in which they are computed.
  public var layers: [LayerAddress] { source.layers(depth: depth, of: stacks) }

  /// `H0–3`: the layers that it reads, in words.
  public var range: String { source.range(to: depth, of: stacks) }

  /// The last layer that it reads.
  public var lastLayer: LayerAddress { source.lastLayer(depth: depth, of: stacks) }
}

/// A head that is to be fitted: what it reads, and how much of it.
struct HeadPlan: Sendable, Hashable {
  var stacks: Stacks
  var source: HeadSource
  var pooling: Pooling
  var selection: NeuronSelection
  var depth: Int

  /// Joins the neurons that the layers' probes keep, fits along the path of C and keeps the fit
  /// that does best on validation.
  ///
  /// - Returns: nil if no neuron is kept, or none tells the classes apart.
  func fit(
    _ probes: [FeatureKey: Probe], _ features: Features, _ splits: SplitLabels,
    _ settings: FitSettings
  ) -> Head? {
    let neurons = source.layers(depth: depth, of: stacks).flatMap { layer in
      probes[FeatureKey(layer.representation, layer: layer.layer, pooling: pooling)]?
        .salientNeurons(selection, settings.saliency) ?? []
    }
    return fit(neurons, features, splits, settings)
  }

  /// Fits on the given neurons.
  func fit(
    _ neurons: [NeuronAddress], _ features: Features, _ splits: SplitLabels,
    _ settings: FitSettings
  ) -> Head? {
    guard !neurons.isEmpty else { return nil }
    let path = ClassifierPath(
      features.integrated(neurons, pooling: pooling, rows: splits.train),
      labels: splits.trainLabels, classes: splits.classes, settings: settings.classifier)
    let held = features.integrated(neurons, pooling: pooling, rows: splits.validation)
    let candidates = path.fits(settings.cGrid).map { fitted in
      Head(
        stacks: stacks, source: source, pooling: pooling, selection: selection, depth: depth,
        neurons: neurons,
        fitted: fitted,
        validation: Score(fitted.classifier, held, truth: splits.validationLabels))
    }
    var best = candidates.best(by: settings.choice, \.validation)
    best?.accuracyByC = candidates.map(\.validation.accuracy)
    return best
  }
}

extension Head {
  /// The words of a text that it can speak of: before them the decoder's start, if it reads one.
  func words(of encoding: Encoding, _ text: String) -> [Word] {
    let words = Word.all(of: encoding, text)
    let readsDecoder = neurons.contains { $0.representation.isDecoder }
    return readsDecoder ? [.decoderStart] + words : words
  }
}

extension ClassifierPath {
  /// One fit at each C of a grid.
  func fits(_ grid: CGrid) -> [FittedClassifier] {
    switch grid {
    case .multiples(let multiples): fits(multiples: multiples)
    case .values(let values): fits(cs: values)
    }
  }
}

extension Array {
  /// The element whose score a rule prefers; the first of equals.
  func best(by rule: ChoiceRule, _ score: (Element) -> Score) -> Element? {
    self.min { score($0).isBetter(than: score($1), by: rule) }
  }
}
