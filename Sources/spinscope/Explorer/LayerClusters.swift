import Probing
import Tensors

/// Which weighed neurons of each layer go along with each other.
struct LayerClusters: Sendable, Equatable {
  var representation: Representation
  var pooling: Pooling
  /// By layer: its clusters, the most salient first, each led by its most salient neuron.
  var layers: [[[Int]]]

  /// Training texts at most that correlations are taken over.
  private static let texts = 1_000

  /// Reads every layer.
  ///
  /// - Returns: nil if `progress` stopped the work.
  /// - Throws: `RunError` if features are gone.
  init?(
    _ representation: Representation, _ pooling: Pooling, _ index: RunIndex,
    _ features: RunFeatures, _ progress: (WorkProgress) -> Bool
  ) throws(RunError) {
    self.representation = representation
    self.pooling = pooling
    layers = []
    let train = Array(index.run.places(of: .train).prefix(Self.texts))
    let count = index.layers(representation)
    for layer in 0..<count {
      guard progress(WorkProgress("reading layers", done: layer, total: count)) else { return nil }
      let key = FeatureKey(representation, layer: layer, pooling: pooling)
      let neurons = index.probe(representation, layer, pooling)?.neurons.map(\.address.index) ?? []
      layers.append(
        neurons.isEmpty
          ? []
          : clusters(of: neurons, in: try features.matrix(key).selecting(rows: train)))
    }
  }

  /// A layer's neurons with those of a cluster side by side.
  func arranged(_ layer: Int) -> [Int] { layers[layer].flatMap { $0 } }

  /// A neuron's cluster, from 0, and how many neurons are in it; nil for one without a weight.
  func cluster(of neuron: Int, _ layer: Int) -> (place: Int, count: Int)? {
    layers[layer].firstIndex { $0.contains(neuron) }.map { ($0, layers[layer][$0].count) }
  }
}
