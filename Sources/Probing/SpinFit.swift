import Foundation
public import Tensors

/// What a fit tries and how.
public struct FitSettings: Sendable, Codable, Equatable {
  public var representations: [Representation] = [.hidden, .activation]
  /// One pooling serves all layers of a classifier; these are tried in turn.
  public var poolings: [Pooling] = [.first, .max, .mean]
  /// Shares of a layer's saliency to keep.
  public var etas: [Double] = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8]
  /// Multiples of the C at which the first weight appears.
  public var multiples = ClassifierPath.multiples

  /// The settings that a fit uses unless told otherwise.
  public init() {}
}

/// Everything that a fit found, before it is written.
public struct FitResult: Sendable {
  public var probes: [Probe]
  /// One head a configuration tried, all layers deep.
  public var grid: [Head]
  /// The heads of the chosen configuration by depth.
  public var exits: [Head]
  /// The chosen head: the one of `exits` that does best on validation.
  public var head: Head
  /// The last hidden state alone under the pooling that validates best: the paper's Base.
  public var base: Probe
  /// The score of always saying the training texts' commonest class.
  public var majority: Score
  public var test: Score
  public var testMacroF1: Double
  public var baseTest: Score
  /// Test texts that the head alone gets right, and that Base alone gets right: what a paired
  /// comparison (McNemar) looks at.
  public var onlyHead: Int
  public var onlyBase: Int
}

/// The SPIN method on pooled features: probes, salient neurons, integration, head, choice.
///
///     probe    w_l = argmin ‖w‖₁ + C Σ log(1 + exp(−y(w·x_l + b)))       every layer l
///     select   S_l = the fewest neurons with Σ_{j ∈ S_l} w_lj² ≥ η Σ_j w_lj²
///     join     x   = x_0[S_0] ⊕ x_1[S_1] ⊕ …                             all layers
///     head     the same regression on x
///
/// Validation texts choose C, representation, pooling, η and then the depth; test texts are read
/// once, at the end.
/// Source: Jiao et al. 2024, arXiv:2311.15983.
public struct SpinFit: Sendable {
  private let features: Features
  private let data: DataSet
  private let splits: SplitLabels
  private let settings: FitSettings
  private let blocks: Int
  private let workers: Int

  /// Prepares a fit on extracted features.
  public init(
    _ features: Features, _ data: DataSet, blocks: Int, settings: FitSettings,
    workers: Int = availableWorkers()
  ) {
    self.features = features
    self.data = data
    splits = SplitLabels(data)
    self.settings = settings
    self.blocks = blocks
    self.workers = workers
  }

  /// Runs everything.
  ///
  /// - Parameter progress: called after every probe and head; return `false` to stop.
  /// - Returns: nil if `progress` stopped the work.
  /// - Throws: `DataError` if no feature tells the classes apart.
  public func run(progress: (WorkProgress) -> Bool) throws(DataError) -> FitResult? {
    guard let probes = fitProbes(progress) else { return nil }
    let configurations = configurations(probes)
    guard
      let grid = work(
        "fitting heads", configurations.count, progress,
        { index in
          let (probes, eta) = configurations[index]
          return Head.fit(probes, eta: eta, features, splits, multiples: settings.multiples)
        })
    else { return nil }
    guard let chosen = choose(grid), let base = bestBase(probes) else {
      throw DataError(
        place: "the training texts", problem: "no neuron tells the classes apart; add texts")
    }
    let chosenProbes = self.probes(probes, chosen.representation, chosen.pooling)
    guard
      let exits = work(
        "fitting early exits", chosenProbes.count, progress,
        { index in
          Head.fit(
            Array(chosenProbes.prefix(index + 1)), eta: chosen.eta, features, splits,
            multiples: settings.multiples)
        })
    else { return nil }
    return result(probes, grid: grid, exits: exits, chosen: chosen, base: base)
  }

  private func fitProbes(_ progress: (WorkProgress) -> Bool) -> [Probe]? {
    let keys = settings.representations.flatMap { representation in
      settings.poolings.flatMap { pooling in
        (0..<representation.layers(blocks: blocks)).map {
          FeatureKey(representation, layer: $0, pooling: pooling)
        }
      }
    }
    return work("fitting probes", keys.count, progress) { index in
      Probe.fit(keys[index], features[keys[index]], splits, multiples: settings.multiples)
    }
  }

  /// Every representation, pooling and η, with the probes of all its layers in order.
  private func configurations(_ probes: [Probe]) -> [(probes: [Probe], eta: Double)] {
    settings.representations.flatMap { representation in
      settings.poolings.flatMap { pooling in
        settings.etas.map { (self.probes(probes, representation, pooling), $0) }
      }
    }
  }

  private func probes(
    _ probes: [Probe], _ representation: Representation, _ pooling: Pooling
  ) -> [Probe] {
    probes.filter { $0.key.representation == representation && $0.key.pooling == pooling }
      .sorted { $0.key.layer < $1.key.layer }
  }

  /// The best on validation; the first of equals, which is the one with the smallest η.
  private func choose(_ grid: [Head]) -> Head? {
    grid.min { $0.validation.isBetter(than: $1.validation) }
  }

  private func bestBase(_ probes: [Probe]) -> Probe? {
    probes.filter { $0.key.representation == .hidden && $0.key.layer == blocks }
      .min { $0.validation.isBetter(than: $1.validation) }
  }

  /// Reads the test texts, for the chosen head and for Base.
  private func result(
    _ probes: [Probe], grid: [Head], exits: [Head], chosen: Head, base: Probe
  ) -> FitResult {
    let head = exits.min { $0.validation.isBetter(than: $1.validation) } ?? chosen
    let test = data.indices(of: .test)
    let truth = data.labels(at: test)
    let held = features.integrated(head.neurons, pooling: head.pooling, rows: test)
    let predicted = head.fitted.classifier.predictions(held)
    let baseHeld = features[base.key].selecting(rows: test)
    let right = zip(zip(predicted, base.fitted.classifier.predictions(baseHeld)), truth)
      .map { ($0.0 == $1, $0.1 == $1) }
    let counts = (0..<splits.classes).map { k in splits.trainLabels.count { $0 == k } }
    let commonest = counts.indices.max { counts[$0] < counts[$1] } ?? 0
    return FitResult(
      probes: probes, grid: grid, exits: exits, head: head, base: base,
      majority: Score(
        splits.validationLabels.map { _ in commonest }, truth: splits.validationLabels),
      test: Score(head.fitted.classifier, held, truth: truth),
      testMacroF1: macroF1(predicted, truth: truth, classes: splits.classes),
      baseTest: Score(base.fitted.classifier, baseHeld, truth: truth),
      onlyHead: right.count { $0.0 && !$0.1 }, onlyBase: right.count { $0.1 && !$0.0 })
  }

  /// Does `count` pieces in parallel and keeps the results that are not nil, in order.
  private func work<Result: Sendable>(
    _ phase: String, _ count: Int, _ progress: (WorkProgress) -> Bool,
    _ piece: @Sendable (Int) -> Result?
  ) -> [Result]? {
    var results = [Result?](repeating: nil, count: count)
    var done = 0
    var stopped = !progress(WorkProgress(phase, done: 0, total: count))
    forEachInParallel(
      count: stopped ? 0 : count, workers: workers, makeScratch: { () },
      work: { index, _ in piece(index) },
      consume: { index, result in
        results[index] = result
        done += 1
        stopped = !progress(WorkProgress(phase, done: done, total: count))
        return !stopped
      })
    return stopped ? nil : results.compactMap { $0 }
  }
}
