import Probing
import Tensors
import Transformers

/// A neuron in the ranking of its layer.
struct RankedNeuron: Sendable, Equatable {
  var address: NeuronAddress
  /// The output whose weight has the largest magnitude; always 0 for two classes.
  var output: Int
  /// Its standardised weight for that output.
  var weight: Float
  /// The same weight per unit of the raw feature.
  var rawWeight: Float
  /// Its share of the layer's saliency.
  var share: Double
  /// The share of this and all neurons ranked before it.
  var cumulative: Double
}

/// A probe with its neurons ranked by saliency; those with zero weight are left out.
struct RankedProbe: Sendable {
  var probe: Probe
  var neurons: [RankedNeuron]

  init(_ probe: Probe, _ measure: SaliencyMeasure) {
    self.probe = probe
    let classifier = probe.fitted.classifier
    let saliency = probe.saliency(measure)
    let total = saliency.reduce(0, +)
    var sum = 0.0
    neurons = saliency.indices.filter { saliency[$0] > 0 }
      .sorted { (saliency[$1], $0) < (saliency[$0], $1) }
      .map { index in
        let outputs = 0..<classifier.weights.rows
        let output =
          outputs.max {
            abs(classifier.weights[$0, index]) < abs(classifier.weights[$1, index])
          } ?? 0
        sum += saliency[index]
        return RankedNeuron(
          address: NeuronAddress(
            probe.key.representation, layer: probe.key.layer, index: index), output: output,
          weight: classifier.weights[output, index],
          rawWeight: classifier.rawWeight(output, index), share: saliency[index] / total,
          cumulative: sum / total)
      }
  }

  /// How many neurons η keeps: the smallest set that reaches it.
  func kept(eta: Double) -> Int {
    // The same comparison as `Probe.salientNeurons`, but for rounding of the division.
    guard let last = neurons.firstIndex(where: { $0.cumulative >= eta - 1e-12 }) else {
      return neurons.count
    }
    return last + 1
  }
}

/// A run as the screens look things up in it.
struct RunIndex: Sendable {
  let run: Run
  private let ranked: [FeatureKey: RankedProbe]
  private let stabilities: [NeuronAddress: Double]

  init(_ run: Run) {
    self.run = run
    ranked = Dictionary(
      uniqueKeysWithValues: run.probes.map {
        ($0.key, RankedProbe($0, run.info.settings.saliency))
      })
    stabilities = Dictionary(
      run.neurons.compactMap { known in known.inProbe?.stability.map { (known.neuron, $0) } },
      uniquingKeysWith: { $1 })
  }

  var shape: ModelShape { run.info.model.shape }

  /// The probe of one layer; nil where no feature told the classes apart.
  func probe(_ representation: Representation, _ layer: Int, _ pooling: Pooling) -> RankedProbe? {
    ranked[FeatureKey(representation, layer: layer, pooling: pooling)]
  }

  /// The share of fits on half the texts that keep a neuron; nil for those that the head, with its
  /// pooling, does not read.
  func stability(_ neuron: NeuronAddress, _ pooling: Pooling) -> Double? {
    pooling == run.head.pooling ? stabilities[neuron] : nil
  }

  func layers(_ representation: Representation) -> Int {
    representation.layers(of: run.info.stacks)
  }

  /// Neurons of one layer.
  func width(_ representation: Representation) -> Int {
    shape.width(representation)
  }

  /// Neurons that η keeps over all layers.
  func kept(_ representation: Representation, _ pooling: Pooling, eta: Double) -> Int {
    (0..<layers(representation)).reduce(0) {
      $0 + (probe(representation, $1, pooling)?.kept(eta: eta) ?? 0)
    }
  }

  /// The layer whose probe validates best; the lowest of equals.
  func bestLayer(_ representation: Representation, _ pooling: Pooling) -> Int {
    let scores = (0..<layers(representation)).map {
      probe(representation, $0, pooling)?.probe.validation.accuracy ?? 0
    }
    return scores.firstIndex(of: scores.max() ?? 0) ?? 0
  }

  /// The head of the grid whose η lies nearest.
  func nearestHead(
    _ representation: Representation, _ pooling: Pooling, eta: Double
  ) -> Scores.GridPoint? {
    run.scores.grid.filter {
      $0.source == HeadSource(representation) && $0.pooling == pooling && $0.selection.eta != nil
        && $0.depth == HeadSource(representation).depths(of: run.info.stacks) - 1
    }
    .min { abs(($0.selection.eta ?? 0) - eta) < abs(($1.selection.eta ?? 0) - eta) }
  }

  func label(_ index: Int) -> String { shown(run.info.data.classes[index]) }

  /// `for positive`, or with more than two classes `against sports`: what a larger value speaks for.
  func side(_ neuron: RankedNeuron) -> String {
    if run.info.data.classes.count == 2 { return "for \(label(neuron.weight < 0 ? 0 : 1))" }
    return "\(neuron.weight < 0 ? "against" : "for") \(label(neuron.output))"
  }
}
