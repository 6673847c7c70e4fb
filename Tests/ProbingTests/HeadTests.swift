import Tensors
import Testing

@testable import Probing

@Suite("A head joins what the probes of all layers keep")
struct HeadTests {
  private func probes(_ synthetic: Synthetic, _ splits: SplitLabels) throws -> [Probe] {
    try (0..<Synthetic.blocks).map { layer in
      let key = FeatureKey(.activation, layer: layer, pooling: .max)
      let fitted = Probe.fit(key, synthetic.features[key], splits)
      return try #require(fitted)
    }
  }

  @Test("its neurons are the probes', layer by layer, and it beats each of them")
  func integration() throws {
    let synthetic = try Synthetic(texts: 200)
    let splits = SplitLabels(synthetic.data)
    let probes = try probes(synthetic, splits)
    let fitted = Head.fit(probes, eta: 0.3, synthetic.features, splits)
    let head = try #require(fitted)
    #expect(head.neurons == probes.flatMap { $0.salientNeurons(eta: 0.3) })
    #expect(head.neurons == Synthetic.informative)
    #expect(head.depth == 1 && head.representation == .activation && head.pooling == .max)
    #expect(head.fitted.relativeGap <= 1e-4)
    let held = synthetic.features.integrated(
      head.neurons, pooling: .max, rows: splits.validation)
    let predicted = head.fitted.classifier.predictions(held)
    let score = Score(predicted, truth: splits.validationLabels)
    #expect(head.validation.accuracy == score.accuracy)
    #expect(probes.allSatisfy { $0.validation.accuracy <= score.accuracy })
  }

  @Test("an early exit reads the first of the head's neurons, scaled as the head scales them")
  func earlyExit() throws {
    let synthetic = try Synthetic()
    let splits = SplitLabels(synthetic.data)
    let probes = try probes(synthetic, splits)
    let heads = [Array(probes.prefix(1)), probes].map {
      Head.fit($0, eta: 0.9, synthetic.features, splits)
    }
    let (exit, head) = (try #require(heads[0]), try #require(heads[1]))
    let count = exit.neurons.count
    #expect(exit.depth == 0 && count < head.neurons.count)
    #expect(Array(head.neurons.prefix(count)) == exit.neurons)
    let (few, all) = (exit.fitted.classifier.standardizer, head.fitted.classifier.standardizer)
    #expect(few.mean == Array(all.mean.prefix(count)))
    #expect(few.scale == Array(all.scale.prefix(count)))
  }

  @Test("there is none without probes")
  func none() throws {
    let synthetic = try Synthetic(texts: 20)
    #expect(Head.fit([], eta: 0.3, synthetic.features, SplitLabels(synthetic.data)) == nil)
  }

  @Test("activations of block k need k + 1 blocks, hidden state k needs k")
  func blocks() throws {
    var head = try Tiny.run("max").head
    (head.representation, head.depth) = (.activation, 2)
    #expect(head.blocksNeeded == 3)
    head.representation = .hidden
    #expect(head.blocksNeeded == 2)
  }
}
