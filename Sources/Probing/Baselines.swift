import Tensors

/// A classifier that the head is held against, on the same texts.
public struct Baseline: Sendable, Codable, Equatable {
  /// What it reads.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Nothing: it says the commonest class of the training texts.
    case majority
    /// The text's tokens, words and characters.
    case length
    /// The text's words, without a model.
    case tfIdf = "tf-idf"
    /// The last hidden state alone: the paper's Base.
    case base
    /// The one layer whose probe validates best.
    case bestLayer = "best layer"
    /// As many neurons of every layer as the head reads, drawn at random.
    case random = "random neurons"
    /// All neurons of the layers that the head reads.
    case all = "all neurons"
  }

  public var kind: Kind
  /// `H6, mean` or `2,113 words`: what exactly it reads.
  public var detail: String
  /// How many features it reads.
  public var features: Int
  public var validation: Score
  public var test: Score
  /// The head against it on the test texts.
  public var comparison: PairedComparison
  /// The class that it predicts of each test text, in their order; nil in runs that were written
  /// before this was kept.
  public var answers: [Int]?
}

/// A baseline's classifier, before the test texts are read.
struct BaselineFit: FitUnit {
  var kind: Baseline.Kind
  var detail: String
  /// Nil for majority, which needs none.
  var fitted: FittedClassifier?
  var validation: Score
  /// The neurons that it reads, where it reads neurons, and their pooling.
  var neurons: [NeuronAddress] = []
  var pooling: Pooling?
}

/// Fits what a head is held against.
struct Baselines {
  let work: FitWork
  let head: Head
  let probes: [Probe]
  let base: Probe

  /// Draws of random neurons.
  static let draws = 5
  /// Bytes of training features beyond which reading all neurons is left out.
  static let largest = 1 << 30

  private var splits: SplitLabels { work.splits }

  /// All of them.
  ///
  /// - Returns: nil if `progress` stopped the work.
  func fits(_ progress: (WorkProgress) -> Bool) -> [BaselineFit]? {
    let kinds: [(name: String, fit: @Sendable () -> BaselineFit?)] =
      [("all", all), ("tf-idf", tfIdf), ("length", length)]
      + (0..<Self.draws).map { draw in ("random.\(draw)", { random(draw) }) }
    guard
      let fitted = work.inParallel(
        "fitting baselines", kinds.count, progress,
        { index in work.unit("baseline.\(kinds[index].name)", kinds[index].fit) })
    else { return nil }
    return [majority, probe(base, .base)] + (bestLayer.map { [probe($0, .bestLayer)] } ?? [])
      + fitted
  }

  private var majority: BaselineFit {
    let shares = classShares(splits.trainLabels, classes: splits.classes)
    let commonest = mostProbable(shares)
    return BaselineFit(
      kind: .majority, detail: work.data.classes[commonest], fitted: nil,
      validation: Score(
        splits.validationLabels.map { _ in commonest }, truth: splits.validationLabels))
  }

  private var bestLayer: Probe? { probes.best(by: work.settings.choice, \.validation) }

  private func probe(_ probe: Probe, _ kind: Baseline.Kind) -> BaselineFit {
    let key = probe.key
    return BaselineFit(
      kind: kind, detail: "\(LayerAddress(key.representation, key.layer)), \(key.pooling.rawValue)",
      fitted: probe.fitted, validation: probe.validation,
      neurons: (0..<probe.fitted.classifier.weights.columns).map {
        NeuronAddress(key.representation, layer: key.layer, index: $0)
      }, pooling: key.pooling)
  }

  // MARK: Without a model

  private func length() -> BaselineFit? { text(.length) { _ in "tokens, words, characters" } }

  private func tfIdf() -> BaselineFit? { text(.tfIdf) { "\($0) words" } }

  private func text(_ kind: Baseline.Kind, detail: (_ columns: Int) -> String) -> BaselineFit? {
    var fit = BaselineFit(
      kind: kind, detail: "", fitted: nil, validation: Score(correct: 0, of: 0))
    let train = Self.features(fit, work, rows: splits.train)
    guard train.columns > 0 else { return nil }
    fit.detail = detail(train.columns)
    let path = ClassifierPath(
      train, labels: splits.trainLabels, classes: splits.classes,
      settings: work.settings.classifier)
    let held = Self.features(fit, work, rows: splits.validation)
    return path.fits(work.settings.cGrid).map { fitted in
      var fit = fit
      fit.fitted = fitted
      fit.validation = Score(fitted.classifier, held, truth: splits.validationLabels)
      return fit
    }.best(by: work.settings.choice, \.validation)
  }

  /// What a baseline reads of some texts.
  static func features(_ fit: BaselineFit, _ work: FitWork, rows: [Int]) -> Matrix {
    switch fit.kind {
    case .majority: Matrix(rows: rows.count, columns: 0)
    case .length:
      lengthFeatures(
        rows.map { work.data.texts[$0].text }, tokens: rows.map { work.lengths[$0] })
    case .tfIdf:
      TfIdf(work.splits.train.map { work.data.texts[$0].text })
        .features(rows.map { work.data.texts[$0].text })
    case .base, .bestLayer, .random, .all:
      work.features.integrated(fit.neurons, pooling: fit.pooling ?? .mean, rows: rows)
    }
  }

  // MARK: Other neurons than the salient ones

  private func random(_ draw: Int) -> BaselineFit? {
    var generator = SplitMix64(seed: UInt64(draw))
    let kept = Dictionary(grouping: head.neurons, by: \.layerAddress)
    let drawn = head.layers.flatMap { layer in
      (0..<width(layer)).shuffled(using: &generator).prefix(kept[layer]?.count ?? 0).sorted()
        .map { NeuronAddress(layer.representation, layer: layer.layer, index: $0) }
    }
    return neurons(.random, detail: "draw \(draw + 1) of \(Self.draws)", drawn)
  }

  private func all() -> BaselineFit? {
    let count = head.layers.reduce(0) { $0 + width($1) }
    guard splits.train.count * count * 4 <= Self.largest else { return nil }
    let all = head.layers.flatMap { layer in
      (0..<width(layer)).map {
        NeuronAddress(layer.representation, layer: layer.layer, index: $0)
      }
    }
    return neurons(.all, detail: "of \(head.layers.count) layers", all)
  }

  private func neurons(
    _ kind: Baseline.Kind, detail: String, _ neurons: [NeuronAddress]
  ) -> BaselineFit? {
    let plan = HeadPlan(
      stacks: head.stacks, source: head.source, pooling: head.pooling, selection: head.selection,
      depth: head.depth)
    return plan.fit(neurons, work.features, splits, work.settings).map {
      BaselineFit(
        kind: kind, detail: detail, fitted: $0.fitted, validation: $0.validation,
        neurons: neurons, pooling: head.pooling)
    }
  }

  private func width(_ layer: LayerAddress) -> Int {
    work.features[
      FeatureKey(layer.representation, layer: layer.layer, pooling: head.pooling)
    ].columns
  }
}
