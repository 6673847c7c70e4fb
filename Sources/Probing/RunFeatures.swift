public import Foundation
public import Tensors
import Transformers

/// The pooled features that a fit left in its run, of which any part can be read at any time.
public struct RunFeatures: Sendable {
  private let store: FeatureStore
  private let texts: Int
  private let shape: ModelShape

  /// Names the features of the run in `folder`; nothing is read yet.
  public init(_ run: Run, folder: URL) {
    store = FeatureStore(folder: folder.appendingPathComponent("features"))
    texts = run.texts.count
    shape = run.info.model.shape
  }

  /// Maps the matrix of one layer and pooling, `(texts, width)`.
  ///
  /// - Throws: `RunError` if the file is gone or of another size.
  public func matrix(_ key: FeatureKey) throws(RunError) -> StoredMatrix {
    try store.matrix(
      key, texts: texts, width: key.representation == .hidden ? shape.width : shape.neurons)
  }

  /// The pooled value of one neuron in each text.
  ///
  /// - Throws: `RunError` if its layer's file is gone or of another size.
  public func values(of neuron: NeuronAddress, _ pooling: Pooling) throws(RunError) -> [Float] {
    try matrix(FeatureKey(neuron.representation, layer: neuron.layer, pooling: pooling))
      .column(neuron.index)
  }

  /// The pooled values of a head's neurons in each text, `(texts, neurons)`.
  ///
  /// - Throws: `RunError` if a file is gone or of another size.
  public func inputs(of head: Head) throws(RunError) -> Matrix {
    var features = Features()
    for layer in Set(head.neurons.map(\.layerAddress)) {
      let key = FeatureKey(layer.representation, layer: layer.layer, pooling: head.pooling)
      features[key] = try matrix(key)
    }
    return features.integrated(head.neurons, pooling: head.pooling, rows: Array(0..<texts))
  }
}
