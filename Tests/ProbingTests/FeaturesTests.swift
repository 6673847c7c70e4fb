import Tensors
import Testing

@testable import Probing

@Suite("Pooled features")
struct FeaturesTests {
  @Test("neurons of several layers stand side by side, in any order and for any texts")
  func integrated() throws {
    let features = try Synthetic(texts: 20).features
    let neurons = ["A1.5", "H0.2", "A0.3"].compactMap { NeuronAddress($0) }
    let rows = [7, 0, 19]
    let joined = features.integrated(neurons, pooling: .max, rows: rows)
    #expect(joined.rows == 3 && joined.columns == 3)
    for (column, neuron) in neurons.enumerated() {
      let matrix =
        features[FeatureKey(neuron.representation, layer: neuron.layer, pooling: .max)].matrix
      for (row, text) in rows.enumerated() {
        #expect(joined[row, column] == matrix[text, neuron.index])
      }
    }
    #expect(features.integrated([], pooling: .max, rows: rows).columns == 0)
  }
}
