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

/// A fit with everything that was measured of it.
public struct FitReport: Sendable {
  public var result: FitResult
  public var scores: Scores
  /// The chosen head's log-odds of every text; one an output.
  public var logits: [[Double]]
  /// How often the training texts were halved to see which neurons stay.
  public var halves: Int
  /// One a neuron of the chosen head, in its order.
  public var neurons: [NeuronStatistics]
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
  let work: FitWork
  private var settings: FitSettings { work.settings }

  /// Prepares a fit.
  public init(_ work: FitWork) { self.work = work }

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
    return work.inParallel("fitting probes", keys.count, progress) { index in
      let key = keys[index]
      return work.unit("probe.\(key.layerName).\(key.pooling.rawValue)") {
        Probe.fit(key, work.features[key], work.splits, settings)
      }
    }
  }

  /// The layers that some head reads, and the last hidden state, which is the paper's Base.
  private var probeKeys: [FeatureKey] {
    Representation.allCases.flatMap { kind in
      settings.poolings.flatMap { pooling in
        (0..<kind.layers(of: work.stacks))
          .filter {
            settings.representations.contains(kind) || LayerAddress(kind, $0) == lastHiddenState
          }
          .map { FeatureKey(kind, layer: $0, pooling: pooling) }
      }
    }
  }

  private func fitHeads(
    _ phase: String, _ plans: [HeadPlan], _ probes: [FeatureKey: Probe],
    _ progress: (WorkProgress) -> Bool
  ) -> [Head]? {
    work.inParallel(phase, plans.count, progress) { index in
      work.unit("head.\(plans[index].unitName)") {
        plans[index].fit(probes, work.features, work.splits, settings)
      }
    }
  }

  /// The grid, smallest selection and depth first, so that the first of equals is the smallest.
  private var plans: [HeadPlan] {
    settings.sources.flatMap { source in
      let deepest = source.depths(of: work.stacks) - 1
      let depths = settings.depths == .all ? Array(0...deepest) : [deepest]
      return settings.poolings.flatMap { pooling in
        settings.selections.flatMap { selection in
          depths.map {
            HeadPlan(
              stacks: work.stacks, source: source, pooling: pooling, selection: selection, depth: $0
            )
          }
        }
      }
    }
  }

  private func exits(of head: Head) -> [HeadPlan] {
    (0..<head.source.depths(of: work.stacks)).map {
      HeadPlan(
        stacks: work.stacks, source: head.source, pooling: head.pooling,
        selection: head.selection, depth: $0)
    }
  }

  /// What the paper's Base reads; the decoder's where there is one.
  private var lastHiddenState: LayerAddress {
    work.stacks.hiddenState(work.stacks.hiddenStates - 1)
  }

  private func bestBase(_ probes: [Probe]) -> Probe? {
    probes.filter { LayerAddress($0.key.representation, $0.key.layer) == lastHiddenState }
      .best(by: settings.choice, \.validation)
  }
}

extension FitWork {
  /// The whole work: the fit, what it is held against, and the reading of the test texts.
  ///
  /// - Parameters:
  ///   - repeats: fits on other draws of training and validation texts.
  ///   - stability: how the head's neurons are put to the test of other texts; nil does not.
  ///   - progress: called after every piece; return `false` to stop.
  /// - Returns: nil if `progress` stopped the work.
  /// - Throws: `DataError` if no feature tells the classes apart.
  public func run(
    repeats: Int = 0, stability: Stability? = nil, progress: (WorkProgress) -> Bool
  ) throws(DataError) -> FitReport? {
    guard let result = try SpinFit(self).run(progress: progress) else { return nil }
    let controlled = result.probes.filter {
      $0.key.pooling == result.head.pooling
        && result.head.source.representations.contains($0.key.representation)
    }
    guard
      let controls = LayerControls(work: self, probes: controlled).fits(progress),
      let baselines = Baselines(
        work: self, head: result.head, probes: result.probes, base: result.base
      ).fits(progress),
      let neurons = survey(result, stability, progress),
      let repeated = try SpinFit.repeats(
        self, of: result.head, count: repeats, progress: progress)
    else { return nil }
    let assessment = Assessment(self, result)
    return FitReport(
      result: result, scores: assessment.scores(baselines, controls, repeated),
      logits: assessment.logits(result.head, Array(data.texts.indices)),
      halves: stability?.pairs ?? 0, neurons: neurons)
  }

  /// What is known of each neuron of the head, on the training texts.
  private func survey(
    _ result: FitResult, _ stability: Stability?, _ progress: (WorkProgress) -> Bool
  ) -> [NeuronStatistics]? {
    let head = result.head
    return NeuronSurvey(
      features, rows: splits.train, labels: splits.trainLabels, classes: splits.classes,
      lengths: splits.train.map { lengths[$0] }
    ).statistics(
      of: head.neurons, pooling: head.pooling, probes: result.probes, selection: head.selection,
      fit: settings, head: head, stability: stability, workers: workers, progress: progress)
  }
}
