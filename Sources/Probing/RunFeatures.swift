public import Foundation
import Synchronization
public import Tensors
import Transformers

/// The pooled features that a fit left in its run, of which any part can be read at any time.
///
/// A file is checked when it is read first: all of them may take longer than somebody who opens a
/// run wants to wait.
public final class RunFeatures: Sendable {
  private let store: FeatureStore
  private let sums: RunSums
  /// Files that were checked, with what is wrong with them.
  private let checked = Mutex<[String: RunError?]>([:])
  private let texts: Int
  private let shape: ModelShape

  /// Names the features of the run in `folder`; nothing is read yet.
  public init(_ run: Run, folder: URL) {
    store = FeatureStore(folder: folder.appendingPathComponent("features"))
    sums = RunSums(of: folder)
    texts = run.texts.count
    shape = run.info.model.shape
  }

  /// Maps the matrix of one layer and pooling, `(texts, width)`.
  ///
  /// - Throws: `RunError` if the file is gone, of another size or not as it was written.
  public func matrix(_ key: FeatureKey) throws(RunError) -> StoredMatrix {
    try check("features/\(key.layerName).safetensors")
    return try store.matrix(
      key, texts: texts, width: shape.width(key.representation))
  }

  private func check(_ name: String) throws(RunError) {
    let known = checked.withLock { $0[name] }
    let fault: RunError?
    if let known {
      fault = known
    } else {
      do throws(RunError) {
        try sums.check(name)
        fault = nil
      } catch {
        fault = error
      }
      checked.withLock { $0[name] = .some(fault) }
    }
    if let fault { throw fault }
  }

  /// The pooled value of one neuron in each text.
  ///
  /// - Throws: `RunError` if its layer's file is gone, of another size or damaged.
  public func values(of neuron: NeuronAddress, _ pooling: Pooling) throws(RunError) -> [Float] {
    try matrix(FeatureKey(neuron.representation, layer: neuron.layer, pooling: pooling))
      .column(neuron.index)
  }

  /// The pooled values of a head's neurons in each text, `(texts, neurons)`.
  ///
  /// - Throws: `RunError` if a file is gone, of another size or damaged.
  public func inputs(of head: Head) throws(RunError) -> Matrix {
    var features = Features()
    for layer in Set(head.neurons.map(\.layerAddress)) {
      let key = FeatureKey(layer.representation, layer: layer.layer, pooling: head.pooling)
      features[key] = try matrix(key)
    }
    return features.integrated(head.neurons, pooling: head.pooling, rows: Array(0..<texts))
  }
}
