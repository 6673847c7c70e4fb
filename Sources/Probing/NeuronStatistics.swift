public import Tensors

/// What is known of one neuron: alone, in its layer's probe, and in the head.
public struct NeuronStatistics: Sendable, Codable, Equatable {
  public var neuron: NeuronAddress
  public var alone: NeuronProfile
  /// Nil where the layer has no probe.
  public var inProbe: InProbe?
  /// One an output; nil where the head does not read the neuron.
  public var inHead: [NeuronWeight]?

  /// What a layer's probe makes of one of its neurons.
  public struct InProbe: Sendable, Codable, Equatable {
    /// One an output.
    public var weights: [NeuronWeight]
    /// How much the probe's weights count, summed over the outputs: their squares, as a rule.
    public var saliency: Double
    /// Its share of the layer's saliency.
    public var share: Double
    /// Whether it is among the neurons that are kept.
    public var isKept: Bool
    /// The share of refits on half the texts that keep it; nil if none were made.
    public var stability: Double?
    /// The neuron of the layer that goes along with it most closely among those not kept.
    public var twin: Twin?
  }
}

/// Measures neurons on labelled texts: the training texts for what the weights saw, others for an
/// AUC that selection has not flattered.
public struct NeuronSurvey: Sendable {
  private let features: Features
  private let rows: [Int]
  private let labels: [Int]
  private let classes: Int
  private let lengths: [Int]

  /// - Parameters:
  ///   - features: pooled features of all texts.
  ///   - rows: positions of the texts to measure on.
  ///   - labels: the class of each of these.
  ///   - classes: the number of classes.
  ///   - lengths: the tokens of each of these.
  public init(_ features: Features, rows: [Int], labels: [Int], classes: Int, lengths: [Int]) {
    precondition(rows.count == labels.count && rows.count == lengths.count, "unequal counts")
    self.features = features
    self.rows = rows
    self.labels = labels
    self.classes = classes
    self.lengths = lengths
  }

  /// Measures neurons of one pooling, in any order.
  ///
  /// - Parameters:
  ///   - neurons: what to measure; of any layer.
  ///   - pooling: how all of them are pooled.
  ///   - probes: the probes of the neurons' layers under that pooling, among others.
  ///   - selection: which neurons of a layer are kept.
  ///   - fit: how the probes were fitted, and what saliency is.
  ///   - head: a head that reads some of them.
  ///   - stability: how to refit the probes, which must then be those of these texts; nil does not.
  ///   - workers: threads at most; the result does not depend on them.
  ///   - progress: called after every refit and layer; return `false` to stop.
  /// - Returns: one a neuron, in their order; nil if `progress` stopped the work.
  public func statistics(
    of neurons: [NeuronAddress], pooling: Pooling, probes: [Probe], selection: NeuronSelection,
    fit: FitSettings = FitSettings(), head: Head? = nil,
    stability: Stability? = nil, workers: Int = availableWorkers(),
    progress: (WorkProgress) -> Bool = { _ in true }
  ) -> [NeuronStatistics]? {
    let layers = Dictionary(grouping: Set(neurons)) {
      FeatureKey($0.representation, layer: $0.layer, pooling: pooling)
    }
    let inHead = head.map { weights(in: $0) } ?? [:]
    let steps = 1 + 2 * (stability?.pairs ?? 0)
    var found: [NeuronAddress: NeuronStatistics] = [:]
    for (number, layer) in layers.sorted(by: { $0.key.layerName < $1.key.layerName }).enumerated() {
      func report(_ step: WorkProgress) -> Bool {
        progress(step.within(number, of: layers.count, steps: steps))
      }
      let matrix = features[layer.key].selecting(rows: rows)
      let probe = probes.first { $0.key == layer.key }
      var shares: [Double]?
      if let stability, let probe {
        shares = stability.keptShares(
          of: probe, matrix, labels: labels, selection: selection, measure: fit.saliency,
          settings: fit.classifier, workers: workers, progress: report)
        guard shares != nil else { return nil }
      }
      let members = layer.value.sorted { $0.index < $1.index }
      let alone = profiles(members, matrix, workers: workers)
      let inProbe = probe.map {
        self.inProbe($0, members, matrix, selection, fit.saliency, stability: shares)
      }
      for (i, neuron) in members.enumerated() {
        found[neuron] = NeuronStatistics(
          neuron: neuron, alone: alone[i], inProbe: inProbe?[i], inHead: inHead[neuron])
      }
      let done = WorkProgress("measuring neurons", done: steps, total: steps)
      guard report(done) else { return nil }
    }
    return neurons.compactMap { found[$0] }
  }

  private func profiles(
    _ members: [NeuronAddress], _ matrix: Matrix, workers: Int
  ) -> [NeuronProfile] {
    NeuronProfile.all(
      matrix.selecting(columns: members.map(\.index)), labels: labels, classes: classes,
      lengths: lengths, workers: workers)
  }

  private func weights(in head: Head) -> [NeuronAddress: [NeuronWeight]] {
    let matrix = features.integrated(head.neurons, pooling: head.pooling, rows: rows)
    let weights = head.fitted.classifier.neuronWeights(matrix, labels: labels)
    return Dictionary(uniqueKeysWithValues: zip(head.neurons, weights))
  }

  private func inProbe(
    _ probe: Probe, _ members: [NeuronAddress], _ matrix: Matrix,
    _ selection: NeuronSelection, _ measure: SaliencyMeasure, stability: [Double]?
  ) -> [NeuronStatistics.InProbe] {
    let saliency = probe.saliency(measure)
    let total = saliency.reduce(0, +)
    let kept = Set(selection.kept(of: saliency))
    let weights = probe.fitted.classifier.neuronWeights(matrix, labels: labels)
    let twins = nearestTwins(of: members.map(\.index), in: matrix, kept: kept)
    return zip(members, twins).map { neuron, twin in
      NeuronStatistics.InProbe(
        weights: weights[neuron.index], saliency: saliency[neuron.index],
        share: total > 0 ? saliency[neuron.index] / total : 0,
        isKept: kept.contains(neuron.index), stability: stability?[neuron.index],
        twin: twin.map { twin in
          Twin(
            neuron: NeuronAddress(neuron.representation, layer: neuron.layer, index: twin.column),
            correlation: twin.correlation)
        })
    }
  }
}

extension WorkProgress {
  /// The same step as one of a longer work: part `number` of `count` parts of `steps` steps.
  fileprivate func within(_ number: Int, of count: Int, steps: Int) -> WorkProgress {
    WorkProgress(phase, done: number * steps + done, total: count * steps)
  }
}
