public import Tensors

/// Everything that a fit found, before it is written.
public struct FitResult: Sendable {
  public var probes: [Probe]
  /// One head a configuration tried.
  public var grid: [Head]
  /// The heads of the chosen configuration by depth.
  public var exits: [Head]
  /// The chosen head: the one of `exits` that does best on validation.
  public var head: Head
  /// The last hidden state alone under the pooling that validates best: the paper's Base.
  public var base: Probe
}

/// The SPIN method on pooled features: probes, salient neurons, integration, head, choice.
///
///     probe    w_l = argmin ‖w‖₁ + C Σ log(1 + exp(−y(w·x_l + b)))       every layer l
///     select   S_l = the fewest neurons with Σ_{j ∈ S_l} w_lj² ≥ η Σ_j w_lj²
///     join     x   = x_0[S_0] ⊕ x_1[S_1] ⊕ … ⊕ x_k[S_k]                  depth k
///     head     the same regression on x
///
/// Validation texts choose C, source, pooling, selection and depth; test texts are not read here.
/// Source: Jiao et al. 2024, arXiv:2311.15983.
public struct SpinFit: Sendable {
  private let features: Features
  private let splits: SplitLabels
  private let settings: FitSettings
  private let blocks: Int
  private let workers: Int
  private let units: FitUnits?

  /// Prepares a fit on extracted features; `units` keeps every probe and head as it is done, for a
  /// fit that goes on later.
  public init(
    _ features: Features, _ data: DataSet, blocks: Int, settings: FitSettings,
    workers: Int = availableWorkers(), units: FitUnits? = nil
  ) {
    self.init(
      features, SplitLabels(data), blocks: blocks, settings: settings, workers: workers,
      units: units)
  }

  init(
    _ features: Features, _ splits: SplitLabels, blocks: Int, settings: FitSettings,
    workers: Int, units: FitUnits?
  ) {
    self.features = features
    self.splits = splits
    self.settings = settings
    self.blocks = blocks
    self.workers = workers
    self.units = units
  }

  /// Runs everything.
  ///
  /// - Parameter progress: called after every probe and head; return `false` to stop.
  /// - Returns: nil if `progress` stopped the work.
  /// - Throws: `DataError` if no feature tells the classes apart.
  public func run(progress: (WorkProgress) -> Bool) throws(DataError) -> FitResult? {
    guard let probes = fitProbes(progress) else { return nil }
    let byKey = Dictionary(uniqueKeysWithValues: probes.map { ($0.key, $0) })
    guard let grid = fitHeads("fitting heads", plans, byKey, progress) else { return nil }
    guard let chosen = grid.best(by: settings.choice, \.validation),
      let base = bestBase(probes)
    else {
      throw DataError(
        place: "the training texts", problem: "no neuron tells the classes apart; add texts")
    }
    guard let exits = fitHeads("fitting early exits", exits(of: chosen), byKey, progress) else {
      return nil
    }
    let head = exits.best(by: settings.choice, \.validation) ?? chosen
    return FitResult(probes: probes, grid: grid, exits: exits, head: head, base: base)
  }

  private func fitProbes(_ progress: (WorkProgress) -> Bool) -> [Probe]? {
    let keys = probeKeys
    return inParallel("fitting probes", keys.count, progress) { index in
      let key = keys[index]
      return unit("probe.\(key.layerName).\(key.pooling.rawValue)") {
        Probe.fit(key, features[key], splits, settings)
      }
    }
  }

  /// The layers that some head reads, and the last hidden state, which is the paper's Base.
  private var probeKeys: [FeatureKey] {
    Representation.allCases.flatMap { kind in
      settings.poolings.flatMap { pooling in
        (0..<kind.layers(blocks: blocks))
          .filter { settings.representations.contains(kind) || kind == .hidden && $0 == blocks }
          .map { FeatureKey(kind, layer: $0, pooling: pooling) }
      }
    }
  }

  private func fitHeads(
    _ phase: String, _ plans: [HeadPlan], _ probes: [FeatureKey: Probe],
    _ progress: (WorkProgress) -> Bool
  ) -> [Head]? {
    inParallel(phase, plans.count, progress) { index in
      unit("head.\(plans[index].unitName)") {
        plans[index].fit(probes, features, splits, settings)
      }
    }
  }

  /// The grid, smallest selection and depth first, so that the first of equals is the smallest.
  private var plans: [HeadPlan] {
    settings.sources.flatMap { source in
      let deepest = source.depths(blocks: blocks) - 1
      let depths = settings.depths == .all ? Array(0...deepest) : [deepest]
      return settings.poolings.flatMap { pooling in
        settings.selections.flatMap { selection in
          depths.map {
            HeadPlan(source: source, pooling: pooling, selection: selection, depth: $0)
          }
        }
      }
    }
  }

  private func exits(of head: Head) -> [HeadPlan] {
    (0..<head.source.depths(blocks: blocks)).map {
      HeadPlan(source: head.source, pooling: head.pooling, selection: head.selection, depth: $0)
    }
  }

  private func bestBase(_ probes: [Probe]) -> Probe? {
    probes.filter { $0.key.representation == .hidden && $0.key.layer == blocks }
      .best(by: settings.choice, \.validation)
  }

  private func unit<Value: FitUnit>(_ name: String, _ make: () -> Value?) -> Value? {
    units?.value(name, make) ?? make()
  }

  /// Does `count` pieces in parallel and keeps the results that are not nil, in order.
  private func inParallel<Result: Sendable>(
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
