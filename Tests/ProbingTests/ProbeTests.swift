import Tensors
import Testing

@testable import Probing

@Suite("Probes and the neurons that they keep")
struct ProbeTests {
  private func probe(_ weights: [[Float]]) -> Probe {
    let columns = weights[0].count
    return Probe(
      key: FeatureKey(.activation, layer: 2, pooling: .max),
      fitted: FittedClassifier(
        classifier: LinearClassifier(
          weights: Matrix(rows: weights.count, columns: columns, values: weights.flatMap { $0 }),
          intercepts: weights.map { _ in 0 },
          standardizer: Standardizer(
            mean: Array(repeating: 0, count: columns), scale: Array(repeating: 1, count: columns))),
        c: 1, relativeGap: 0, iterations: 0),
      validation: Score(correct: 0, of: 0))
  }

  private func kept(_ probe: Probe, _ eta: Double) -> [Int] {
    probe.salientNeurons(.eta(eta)).map(\.index)
  }

  /// Weights of one to three outputs, most of them zero, as an L1 penalty leaves them.
  private func randomProbe(_ noise: inout Noise) -> Probe {
    let columns = 1 + noise.below(12)
    return probe(
      (0..<1 + noise.below(3)).map { _ in
        (0..<columns).map { _ in noise.below(3) == 0 ? noise.next() : 0 }
      })
  }

  @Test("saliency is the squared weight, summed over the outputs")
  func saliency() {
    #expect(probe([[1, -2, 0]]).saliency() == [1, 4, 0])
    #expect(probe([[1, -2, 0], [3, 0, 0], [0, 1, 0]]).saliency() == [10, 5, 0])
  }

  @Test("the kept neurons reach η, and no smaller set does")
  func smallestSet() {
    var noise = Noise(seed: 8)
    for _ in 0..<200 {
      let probe = randomProbe(&noise)
      let total = probe.saliency().reduce(0, +)
      for eta in [0, 0.05, 0.3, 0.6, 0.95] where total > 0 {
        let kept = kept(probe, eta)
        #expect(!kept.isEmpty)
        #expect(kept.reduce(0) { $0 + probe.saliency()[$1] } >= eta * total)
        // The largest set that is one smaller holds the top neurons, all but the last kept one.
        let fewer = kept.dropLast().reduce(0) { $0 + probe.saliency()[$1] }
        #expect(kept.count == 1 || fewer < eta * total)
        let best = probe.saliency().sorted(by: >).prefix(kept.count - 1).reduce(0, +)
        #expect(abs(best - fewer) < 1e-12)
      }
    }
  }

  @Test("a larger η keeps the neurons of a smaller one, first")
  func monotone() {
    var noise = Noise(seed: 9)
    for _ in 0..<100 {
      let probe = randomProbe(&noise)
      var last: [Int] = []
      for eta in stride(from: 0.0, through: 1, by: 0.1) {
        let kept = kept(probe, eta)
        #expect(kept.starts(with: last))
        last = kept
      }
      #expect(last.allSatisfy { probe.saliency()[$0] > 0 })
    }
  }

  @Test("η of 1 keeps every neuron that has a weight")
  func all() {
    #expect(kept(probe([[0, 3, 0, -1, 2]]), 1) == [1, 4, 3])
  }

  @Test("by |w|, more neurons are needed for the same share")
  func absolute() {
    let probe = probe([[4, 2, -1, 1]])
    #expect(probe.saliency(.absolute) == [4, 2, 1, 1])
    #expect(probe.salientNeurons(.eta(0.7), .absolute).map(\.index) == [0, 1])
    #expect(probe.salientNeurons(.eta(0.7), .squared).map(\.index) == [0])
  }

  @Test("the top few are kept whatever their share, and never one without a weight")
  func top() {
    let probe = probe([[0, 3, 0, -1, 2]])
    #expect(probe.salientNeurons(.top(2)).map(\.index) == [1, 4])
    #expect(probe.salientNeurons(.top(50)).map(\.index) == [1, 4, 3])
  }

  @Test("a set that holds exactly η of the saliency is enough")
  func boundary() {
    #expect(kept(probe([[1, 1, 1, 1]]), 0.5) == [0, 1])
    #expect(kept(probe([[2, 1, 1, 1, 1]]), 0.5) == [0])
  }

  @Test("a probe of zeros keeps none")
  func zeros() {
    for eta in [0, 0.5, 1] { #expect(probe([[0, 0, 0]]).salientNeurons(.eta(eta)).isEmpty) }
  }

  @Test("equals are kept by index")
  func ties() {
    #expect(kept(probe([[1, -2, 2, 1, -1]]), 0.9) == [1, 2, 0, 3])
    #expect(ranking([1, 3, 3, 0, 1]) == [1, 2, 0, 4, 3])
  }

  @Test("neurons carry the probe's layer")
  func addresses() {
    #expect(probe([[0, 5]]).salientNeurons(.eta(0.5)).map(\.description) == ["A2.1"])
  }

  @Test("a fit finds the informative neuron of its layer and says how it validates")
  func fit() throws {
    let synthetic = try Synthetic(texts: 200)
    let splits = SplitLabels(synthetic.data)
    #expect(splits.train.count == 120 && splits.validation.count == 40 && splits.classes == 2)
    for neuron in Synthetic.informative {
      let key = FeatureKey(.activation, layer: neuron.layer, pooling: .max)
      let fitted = Probe.fit(key, synthetic.features[key], splits, FitSettings())
      let probe = try #require(fitted)
      #expect(probe.salientNeurons(.eta(0.3)) == [neuron])
      #expect(probe.fitted.relativeGap <= 1e-4)
      let held = synthetic.features[key].selecting(rows: splits.validation)
      let predicted = probe.fitted.classifier.predictions(held)
      let score = Score(predicted, truth: splits.validationLabels)
      #expect(probe.validation.accuracy == score.accuracy && probe.validation.n == 40)
      #expect(score.accuracy > 0.7)
    }
  }

  @Test("a layer that never changes has no probe")
  func constantLayer() throws {
    let data = try Synthetic(texts: 20).data
    let key = FeatureKey(.hidden, layer: 0, pooling: .max)
    let constant = StoredMatrix(Matrix(rows: 20, columns: 3, repeating: 2))
    #expect(Probe.fit(key, constant, SplitLabels(data), FitSettings()) == nil)
  }
}
