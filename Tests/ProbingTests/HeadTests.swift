import Tensors
import Testing

@testable import Probing

@Suite("A head joins what the probes of all layers keep")
struct HeadTests {
  private func probes(
    _ synthetic: Synthetic, _ splits: SplitLabels
  ) throws -> [FeatureKey: Probe] {
    var probes: [FeatureKey: Probe] = [:]
    for key in synthetic.features.keys {
      probes[key] = Probe.fit(key, synthetic.features[key], splits, FitSettings())
    }
    return probes
  }

  private func plan(_ source: HeadSource, eta: Double, depth: Int) -> HeadPlan {
    HeadPlan(
      stacks: Synthetic.stacks, source: source, pooling: .max, selection: .eta(eta), depth: depth)
  }

  @Test("its neurons are the probes', layer by layer, and it beats each of them")
  func integration() throws {
    let synthetic = try Synthetic(texts: 200)
    let splits = SplitLabels(synthetic.data)
    let probes = try probes(synthetic, splits)
    let fitted = plan(.activation, eta: 0.3, depth: 1)
      .fit(probes, synthetic.features, splits, FitSettings())
    let head = try #require(fitted)
    #expect(head.neurons == Synthetic.informative)
    #expect(head.depth == 1 && head.source == .activation && head.pooling == .max)
    #expect(head.fitted.relativeGap <= 1e-4)
    let held = synthetic.features.integrated(
      head.neurons, pooling: .max, rows: splits.validation)
    let predicted = head.fitted.classifier.predictions(held)
    let score = Score(predicted, truth: splits.validationLabels)
    #expect(head.validation.accuracy == score.accuracy)
    #expect(probes.values.allSatisfy { $0.validation.accuracy <= score.accuracy })
  }

  @Test("an early exit reads the first of the head's neurons, scaled as the head scales them")
  func earlyExit() throws {
    let synthetic = try Synthetic()
    let splits = SplitLabels(synthetic.data)
    let probes = try probes(synthetic, splits)
    let heads = [0, 1].map {
      plan(.activation, eta: 0.9, depth: $0).fit(probes, synthetic.features, splits, FitSettings())
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
    let head = plan(.both, eta: 0.3, depth: 1)
      .fit([:], synthetic.features, SplitLabels(synthetic.data), FitSettings())
    #expect(head == nil)
  }

  @Test("hidden states and activations side by side read both, each layer when it is computed")
  func both() throws {
    let synthetic = try Synthetic(texts: 200)
    let splits = SplitLabels(synthetic.data)
    let probes = try probes(synthetic, splits)
    let heads = [0, 1, 2].map {
      plan(.both, eta: 0.5, depth: $0).fit(probes, synthetic.features, splits, FitSettings())
    }
    #expect(heads[0]?.layers.map(\.description) == ["H0"])
    let (few, all) = (try #require(heads[1]), try #require(heads[2]))
    #expect(all.layers.map(\.description) == ["H0", "A0", "H1", "A1", "H2"])
    #expect(Array(all.neurons.prefix(few.neurons.count)) == few.neurons)
    #expect(Set(all.neurons).isSuperset(of: Synthetic.informative))
    #expect(Set(all.neurons.map(\.layerAddress)).isSubset(of: all.layers))
    #expect(few.blocksNeeded == 1 && all.blocksNeeded == 2)
  }

  @Test("activations of block k need k + 1 blocks, hidden state k needs k")
  func blocks() throws {
    var head = try Tiny.run("max").head
    (head.source, head.depth) = (.activation, 2)
    #expect(head.blocksNeeded == 3)
    head.source = .hidden
    #expect(head.blocksNeeded == 2)
  }
}
