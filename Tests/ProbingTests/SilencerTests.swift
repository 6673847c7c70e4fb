import Tensors
import Testing
import Tokenizers
import Transformers

@testable import Probing

@Suite("Silencing neurons")
struct SilencerTests {
  static let runs = ["max", "mean", "first", "three"]
  static let texts = ["the film was good", "bad !", "very good, not-bad", ""]
  static let replacements: [Replacement] = [
    .zero, .mean, .classMean(1), .resample(draws: 3), .scale(0.5),
  ]

  private func silencer(_ run: Run) throws -> Silencer {
    Silencer(
      run: run, try Explainer(run: run, model: Tiny.model(), tokenizer: Tiny.tokenizer()))
  }

  private func sample(_ run: Run, _ neurons: [NeuronAddress]) throws -> TokenSample {
    try #require(try silencer(run).sample(neurons))
  }

  /// Holds neurons at one value at every token of a whole pass, and records everything.
  private struct HeldPass: Tap {
    var held: [NeuronAddress: Float]
    var recording = Recording()

    mutating func patch(
      _ site: Site, _ values: inout Matrix, rows: Range<Int>, of batch: Batch
    ) {
      for (neuron, value) in held where neuron.site == site {
        for row in 0..<values.rows { values[row, neuron.index] = value }
      }
    }

    mutating func record(_ site: Site, _ values: Matrix, rows: Range<Int>, of batch: Batch) {
      recording.record(site, values, rows: rows, of: batch)
    }
  }

  /// The head's logits of a text in which neurons are held at values, by a whole pass.
  private func logits(
    _ run: Run, _ text: String, holding held: [NeuronAddress: Float]
  ) throws -> [Double] {
    let model = try Tiny.model()
    var (pass, workspace) = (HeldPass(held: held), Workspace())
    model.forward(
      Batch([try Tiny.tokenizer().encode(text, maxLength: 40).ids]), blocks: 3,
      workspace: &workspace, tap: &pass)
    let x = run.head.neurons.map { neuron in
      let layer = pass.recording.values[neuron.site] ?? Matrix(rows: 0, columns: 0)
      return run.head.pooling.pool((0..<layer.rows).map { layer[$0, neuron.index] }[...])
    }
    return run.head.fitted.classifier.logits(x)
  }

  /// One neuron of the head a layer.
  private func oneEachLayer(_ run: Run) -> [NeuronAddress] {
    Dictionary(grouping: run.head.neurons, by: \.layerAddress).values.compactMap(\.first)
      .sorted { $0.description < $1.description }
  }

  @Test("each neuron of a sample alone does what it does by itself", arguments: runs)
  func each(name: String) throws {
    let run = try Tiny.run(name)
    let neurons = oneEachLayer(run)
    let texts = zip(Self.texts, [0, 1, 0, 1]).map { (text: $0, label: $1) }
    for replacement in Self.replacements {
      let together = try #require(
        try silencer(run).outcomes(
          ofEach: try sample(run, neurons), by: replacement, in: texts))
      let alone = try neurons.map {
        try #require(
          try silencer(run).outcome(of: try sample(run, [$0]), by: replacement, in: texts))
      }
      #expect(together == alone)
    }
  }

  @Test("the total effect is what a whole pass with the neuron held says", arguments: runs)
  func total(name: String) throws {
    let run = try Tiny.run(name)
    for neuron in oneEachLayer(run) {
      let sample = try sample(run, [neuron])
      for (replacement, value) in [(Replacement.zero, 0), (.mean, sample.means()[0])] {
        for text in Self.texts {
          let effect = try silencer(run).effect(of: sample, by: replacement, in: text)
          let whole = try logits(run, text, holding: [:])
          let held = try logits(run, text, holding: [neuron: value])
          #expect(largestDifference(effect.before, whole) < 1e-9)
          #expect(largestDifference(effect.after, held) < 1e-5, "\(neuron) in '\(text)'")
        }
      }
    }
  }

  @Test("direct and indirect are the parts of the total, and the parts of neurons sum to them")
  func parts() throws {
    for name in Self.runs {
      let run = try Tiny.run(name)
      let neurons = oneEachLayer(run)
      let sample = try sample(run, neurons)
      for replacement in Self.replacements {
        let effect = try silencer(run).effect(of: sample, by: replacement, in: "a good film")
        for k in effect.total.indices {
          let direct = zip(run.head.neurons, effect.parts[k])
            .reduce(0) { neurons.contains($1.0) ? $0 + $1.1 : $0 }
          #expect(abs(direct - effect.direct[k]) < 1e-12)
          #expect(abs(effect.parts[k].reduce(0, +) - effect.total[k]) < 1e-9)
          #expect(abs(effect.before[k] - effect.total[k] - effect.after[k]) < 1e-12)
        }
      }
    }
  }

  @Test("neurons of the last layer that the head reads have no indirect effect", arguments: runs)
  func lastLayer(name: String) throws {
    let run = try Tiny.run(name)
    let last = try #require(run.head.neurons.last)
    let neurons = run.head.neurons.filter { $0.layerAddress == last.layerAddress }
    let sample = try sample(run, neurons)
    for replacement in Self.replacements {
      let effect = try silencer(run).effect(of: sample, by: replacement, in: "bad film !")
      #expect(effect.indirect.allSatisfy { $0 == 0 })
    }
  }

  @Test("tokens are replaced before they are pooled, so that a mean is pooled as itself")
  func meanIsOfTokens() throws {
    for name in ["max", "mean", "first"] {
      let run = try Tiny.run(name)
      let neuron = try #require(run.head.neurons.last)
      let sample = try sample(run, [neuron])
      let place = run.head.neurons.count - 1
      let explainer = try Explainer(run: run, model: Tiny.model(), tokenizer: Tiny.tokenizer())
      let x = explainer.explain("good movie").values[place]
      let effect = try silencer(run).effect(of: sample, by: .mean, in: "good movie")
      let w = Double(run.head.fitted.classifier.rawWeight(0, place))
      #expect(abs(effect.direct[0] - w * Double(x - sample.means()[0])) < 1e-5)
    }
  }

  @Test("a factor of 1 changes nothing, and 0 is zero")
  func scale() throws {
    let run = try Tiny.run("max")
    let sample = try sample(run, oneEachLayer(run))
    let silencer = try silencer(run)
    for text in Self.texts {
      let same = silencer.effect(of: sample, by: .scale(1), in: text)
      #expect(same.total.allSatisfy { abs($0) < 1e-9 })
      #expect(
        silencer.effect(of: sample, by: .scale(0), in: text)
          == silencer.effect(of: sample, by: .zero, in: text))
    }
  }

  @Test("a neuron above everything that the head reads has no effect")
  func above() throws {
    var run = try Tiny.run("max")
    let shallow = try #require(run.exits.first)
    run.info.chosen.depth = shallow.depth
    let sample = try sample(run, [NeuronAddress(.activation, layer: 2, index: 5)])
    let effect = try silencer(run).effect(of: sample, by: .zero, in: "good")
    #expect(effect.total == effect.total.map { _ in 0 })
  }

  @Test("interaction is what a group does beyond its members")
  func interaction() throws {
    let run = try Tiny.run("max")
    let neurons = Array(oneEachLayer(run).prefix(3))
    let silencer = try silencer(run)
    let together = silencer.effect(of: try sample(run, neurons), by: .zero, in: "the good film")
    let alone = try neurons.map { neuron in
      silencer.effect(of: try sample(run, [neuron]), by: .zero, in: "the good film")
    }
    let expected = together.total[0] - alone.reduce(0) { $0 + $1.total[0] }
    #expect(together.interaction(beyond: alone) == [expected])
    #expect(alone[0].interaction(beyond: [alone[0]]) == [0])
  }

  @Test("draws depend on the text alone, and more of them are their mean")
  func draws() throws {
    let run = try Tiny.run("max")
    let sample = try sample(run, [try #require(run.head.neurons.last)])
    let silencer = try silencer(run)
    let effect = silencer.effect(of: sample, by: .resample(draws: 4), in: "a good film")
    #expect(silencer.effect(of: sample, by: .resample(draws: 4), in: "a good film") == effect)
    #expect(silencer.effect(of: sample, by: .resample(draws: 1), in: "a good film") != effect)
  }

  // MARK: Labelled texts

  private func labelled(_ run: Run, _ split: Split) -> [(text: String, label: Int)] {
    zip(run.texts, run.labels).filter { $0.0.split == split }.map { ($0.0.text, $0.1) }
  }

  @Test("an outcome counts what happens to each text, whatever the number of workers")
  func outcome() throws {
    for name in ["max", "three"] {
      let run = try Tiny.run(name)
      let sample = try sample(run, run.head.neurons)
      let texts = labelled(run, .validation)
      let silencer = try silencer(run)
      let outcome = try #require(silencer.outcome(of: sample, by: .mean, in: texts, workers: 2))
      #expect(silencer.outcome(of: sample, by: .mean, in: texts, workers: 1) == outcome)
      // With every neuron at one value the head says the same of every text.
      let effects = texts.map { silencer.effect(of: sample, by: .mean, in: $0.text) }
      let answers = effects.map { $0.after.map { ($0 * 1e4).rounded() } }
      #expect(Set(answers).count == 1)
      #expect(outcome.before.accuracy > outcome.after.accuracy)
      #expect(outcome.comparison.verdict == .worse && outcome.logitChange.high < 0)
      #expect(outcome.spoiled > 0 && outcome.flips.count >= outcome.spoiled + outcome.mended)
      let change = outcome.after.accuracy - outcome.before.accuracy
      #expect(abs(outcome.comparison.accuracyDifference.value - change) < 1e-12)
    }
  }

  @Test("a neuron that is scaled by 1 changes no answer")
  func harmless() throws {
    let run = try Tiny.run("mean")
    let sample = try sample(run, [try #require(run.head.neurons.first)])
    let outcome = try #require(
      try silencer(run).outcome(of: sample, by: .scale(1), in: labelled(run, .validation)))
    #expect(outcome.flips.isEmpty && outcome.before == outcome.after)
    #expect(abs(outcome.logitChange.value) < 1e-9)
  }

  @Test("work that is stopped gives nothing")
  func stopped() throws {
    let run = try Tiny.run("max")
    let silencer = try silencer(run)
    let neuron = try #require(run.head.neurons.first)
    #expect(silencer.sample([neuron]) { $0.done < 3 } == nil)
    let sample = try sample(run, [neuron])
    var seen = 0
    let outcome = silencer.outcome(of: sample, by: .zero, in: labelled(run, .test)) {
      seen = $0.done
      return seen < 2
    }
    #expect(outcome == nil && seen == 2)
  }

  @Test("a sample holds the tokens of the training texts, class by class")
  func sampled() throws {
    let run = try Tiny.run("max")
    let neuron = NeuronAddress(.hidden, layer: 0, index: 3)
    let sample = try sample(run, [neuron])
    let model = try Tiny.model()
    var (sums, counts) = ([0.0, 0.0], [0, 0])
    for (text, label) in labelled(run, .train) {
      let ids = try Tiny.tokenizer().encode(text, maxLength: 40).ids
      let state = model.record(Batch([ids])).hiddenStates[0]
      for row in 0..<state.rows { sums[label] += Double(state[row, 3]) }
      counts[label] += state.rows
    }
    #expect(sample.textCount == 45 && sample.tokenCount == counts[0] + counts[1])
    for k in 0..<2 {
      #expect(abs(Double(sample.means(of: k)[0]) - sums[k] / Double(counts[k])) < 1e-6)
    }
    let mean = (sums[0] + sums[1]) / Double(counts[0] + counts[1])
    #expect(abs(Double(sample.means()[0]) - mean) < 1e-6)
    #expect(TokenSample([neuron], values: [], labels: []).means() == [0])
  }
}
