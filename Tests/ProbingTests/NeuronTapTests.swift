import Tensors
import Testing
import Transformers

@testable import Probing

@Suite("A tap for a few neurons")
struct NeuronTapTests {
  private let neurons = ["A2.36", "H0.0", "A0.7", "H3.19", "A0.1"].compactMap { NeuronAddress($0) }

  @Test("keeps their values at every token, in the order in which they were named")
  func tokens() throws {
    let model = try Tiny.model()
    let batch = Batch([Array(repeating: 5, count: 40), [2, 9, 3], Array(repeating: 8, count: 38)])
    var tap = NeuronTap(neurons)
    var workspace = Workspace()
    model.forward(batch, blocks: 3, workspace: &workspace, tap: &tap)
    let recording = model.record(batch)
    for (place, neuron) in neurons.enumerated() {
      let matrix =
        neuron.representation == .hidden
        ? recording.hiddenStates[neuron.layer] : recording.activations[neuron.layer]
      #expect(tap.tokens(place) == (0..<matrix.rows).map { matrix[$0, neuron.index] })
    }
  }

  @Test("pools them as the features are pooled", arguments: Pooling.allCases)
  func pooled(pooling: Pooling) throws {
    let model = try Tiny.model()
    let batch = Batch([Array(repeating: 5, count: 40), [7], [2, 9, 3]])
    var workspace = Workspace()
    var (few, all) = (NeuronTap(neurons), PoolingTap([pooling]))
    model.forward(batch, blocks: 3, workspace: &workspace, tap: &few)
    model.forward(batch, blocks: 3, workspace: &workspace, tap: &all)
    for (text, values) in few.pooled(pooling).enumerated() {
      for (neuron, value) in zip(neurons, values) {
        let features = all.features(neuron.representation, layer: neuron.layer)[0]
        #expect(value == features[text, neuron.index], "\(neuron) of text \(text)")
      }
    }
  }
}
