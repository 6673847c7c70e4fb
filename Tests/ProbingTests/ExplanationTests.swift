import Foundation
import Tensors
import Testing
import Tokenizers
import Transformers

@testable import Probing

@Suite("An explanation adds up")
struct ExplanationTests {
  static let runs = ["max", "mean", "first", "three"]
  static let texts = [
    "the film was good", "bad !", "", "xylophone unable good, not-bad", "good good good bad very",
    Array(repeating: "it was bad", count: 30).joined(separator: " "),
  ]

  private func explainer(_ run: Run) throws -> Explainer {
    try Explainer(run: run, model: Tiny.model(), tokenizer: Tiny.tokenizer())
  }

  private func explanations(_ name: String) throws -> [Explanation] {
    let explainer = try explainer(Tiny.run(name))
    return Self.texts.map { explainer.explain($0) }
  }

  // MARK: Neurons

  @Test("base and contributions sum to the logit", arguments: runs)
  func residual(name: String) throws {
    let run = try Tiny.run(name)
    for explanation in try explanations(name) {
      #expect(explanation.residual < 1e-6, "\(explanation.text)")
      let layers = explanation.layerContributions(run.head.neurons)
      #expect(
        layers.map(\.layer)
          == run.head.layers.filter { layer in
            run.head.neurons.contains { $0.layerAddress == layer }
          })
      let sum = layers.reduce(explanation.base) { $0 + $1.sum }
      #expect(abs(sum - explanation.logit) < 1e-6)
    }
  }

  @Test("contributions are w (x − mean) in raw units too", arguments: runs)
  func rawUnits(name: String) throws {
    let run = try Tiny.run(name)
    let classifier = run.head.fitted.classifier
    for explanation in try explanations(name) {
      let output = classifier.weights.rows == 1 ? 0 : explanation.explained
      var base = Double(classifier.rawIntercept(output))
      for (j, contribution) in explanation.contributions.enumerated() {
        let (w, mean) = (classifier.rawWeight(output, j), classifier.standardizer.mean[j])
        let raw = Double(w) * (Double(explanation.values[j]) - Double(mean))
        #expect(abs(raw - contribution) < 1e-5 * max(1, abs(contribution)))
        base += Double(w) * Double(mean)
      }
      #expect(abs(base - explanation.base) < 1e-5 * max(1, abs(base)))
    }
  }

  @Test("the values explained are the features that the run was fitted on", arguments: runs)
  func values(name: String) throws {
    let run = try Tiny.run(name)
    let extractor = Extractor(
      model: try Tiny.model(), tokenizer: try Tiny.tokenizer(), poolings: [run.head.pooling])
    let extracted = extractor.extract(Self.texts) { _ in true }
    let features = try #require(extracted).features.integrated(
      run.head.neurons, pooling: run.head.pooling, rows: Array(Self.texts.indices))
    for (row, explanation) in try explanations(name).enumerated() {
      let (a, b) = (explanation.values.map(Double.init), features.row(row).map(Double.init))
      #expect(largestDifference(a, b) < 4e-6)
    }
  }

  // MARK: Words

  @Test("words sum to logit − base, layer by layer", arguments: ["max", "mean", "three"])
  func words(name: String) throws {
    let run = try Tiny.run(name)
    for explanation in try explanations(name) {
      let scale = explanation.contributions.reduce(1) { $0 + abs($1) }
      let sum = explanation.wordContributions.reduce(0, +)
      #expect(abs(sum - (explanation.logit - explanation.base)) < 1e-6 * scale)
      #expect(explanation.wordLayers.count == run.head.layers.count)
      for (word, contribution) in explanation.wordContributions.enumerated() {
        let layers = explanation.wordLayers.reduce(0) { $0 + $1[word] }
        #expect(abs(layers - contribution) < 1e-12 * scale)
      }
      for (layer, sum) in explanation.layerContributions(run.head.neurons) {
        let place = try #require(run.head.layers.firstIndex(of: layer))
        #expect(abs(explanation.wordLayers[place].reduce(0, +) - sum) < 1e-6 * scale)
      }
    }
  }

  @Test("every neuron that counts names a word; the others and occlusion name none")
  func strongest() throws {
    for name in Self.runs {
      let run = try Tiny.run(name)
      for explanation in try explanations(name) {
        let output = run.head.fitted.classifier.weights.rows == 1 ? 0 : explanation.explained
        for (j, word) in explanation.strongestWords.enumerated() {
          let counts =
            run.head.fitted.classifier.weights[output, j] != 0 && run.head.pooling != .first
          #expect((word != nil) == counts)
          #expect(word.map(explanation.words.indices.contains) ?? true)
        }
      }
    }
  }

  @Test("the runner-up of a maximum is the word that has it once the first is left out")
  func runnersUp() throws {
    let run = try Tiny.run("max")
    let explainer = try explainer(run)
    let reader = NeuronReader(explainer)
    for explanation in try explanations("max") {
      #expect(explanation.runnersUp.count == run.head.neurons.count)
      for (neuron, runnerUp) in zip(run.head.neurons, explanation.runnersUp) {
        let tokens = reader.trace(neuron, .max, in: explanation.text).tokens.map(Double.init)
        let most = explanation.words.map { word in tokens[word.tokens].max() ?? 0 }
        let first = try #require(most.max())
        guard let runnerUp else { continue }
        let left = TokenShares.leavingOneOutOfMaximum(most).max() ?? 0
        #expect(abs(runnerUp.gap - left) < 1e-5)
        #expect(abs(most[runnerUp.word] + runnerUp.gap - first) < 1e-5)
      }
    }
    #expect(try explanations("mean").allSatisfy { $0.runnersUp.isEmpty })
  }

  @Test("words are the tokenizer's, with the text's own letters, and cover every token")
  func wordRanges() throws {
    let explanation = try explainer(Tiny.run("max")).explain("Unable, GOODing ü")
    #expect(explanation.words.map(\.text) == ["[CLS]", "Unable", ",", "GOODing", "ü", "[SEP]"])
    #expect(explanation.words.map(\.isSpecial) == [true, false, false, false, false, true])
    #expect(explanation.words[3].range == 8..<15 && explanation.words[4].range == 16..<18)
    #expect(explanation.words.flatMap(\.tokens) == Array(0..<explanation.tokens))
    #expect(explanation.words[1].tokens.count == 2)
  }

  @Test("under first pooling a word's part is what masking it takes from the logit")
  func occlusion() throws {
    let run = try Tiny.run("first")
    let (model, tokenizer) = (try Tiny.model(), try Tiny.tokenizer())
    let mask = try #require(tokenizer.maskID)
    for explanation in try explanations("first") {
      #expect(explanation.attribution == .occlusion && explanation.wordLayers.isEmpty)
      #expect(explanation.wordContributions.count == explanation.words.count)
      #expect(explanation.wordContributions.allSatisfy { $0.isFinite })
      for (word, part) in zip(explanation.words, explanation.wordContributions) {
        guard !word.isSpecial else {
          #expect(part == 0)
          continue
        }
        var ids = tokenizer.encode(explanation.text, maxLength: model.shape.maxTokens).ids
        for token in word.tokens { ids[token] = mask }
        let recording = model.record(Batch([ids]))
        let x = run.head.neurons.map { neuron in
          neuron.representation == .hidden
            ? recording.hiddenStates[neuron.layer][0, neuron.index]
            : recording.activations[neuron.layer][0, neuron.index]
        }
        let drop = explanation.logit - run.head.fitted.classifier.logits(x)[0]
        #expect(abs(part - drop) < 1e-4, "\(word.text)")
      }
    }
  }

  // MARK: Predictions

  @Test("the last exit explained is the head, and classify says the same", arguments: runs)
  func exits(name: String) throws {
    let run = try Tiny.run(name)
    let explainer = try explainer(run)
    let depths = run.exits.map(\.depth).filter { $0 <= run.head.depth }
    let predictions = explainer.classify(Self.texts, workers: 2)
    for (prediction, explanation) in zip(predictions, try explanations(name)) {
      #expect(explanation.exits.map(\.depth) == depths)
      let last = try #require(explanation.exits.last)
      #expect(last.predicted == explanation.predicted)
      #expect(last.probability == explanation.probabilities[explanation.predicted])
      #expect(prediction.text == explanation.text)
      #expect(prediction.predicted == explanation.predicted)
      #expect(prediction.probabilities == explanation.probabilities)
      #expect(prediction.exit == run.head.depth)
      #expect(prediction.truncated == explanation.truncated)
      #expect(abs(prediction.probabilities.reduce(0, +) - 1) < 1e-12)
    }
    #expect(predictions.map(\.truncated) == Self.texts.map { $0.count > 200 })
    #expect(explainer.classify(Self.texts, workers: 1) == predictions)
  }

  @Test(
    "probabilities are at the temperature, everywhere the same, and logits as fitted",
    arguments: runs)
  func temperature(name: String) throws {
    var run = try Tiny.run(name)
    run.scores.temperature.value = 0.5
    for place in run.scores.exits.indices { run.scores.exits[place].temperature.value = 0.5 }
    let cold = try explainer(run)
    run.scores.temperature.value = 1
    for place in run.scores.exits.indices { run.scores.exits[place].temperature.value = 1 }
    let warm = try explainer(run)
    let scheme = run.head.fitted.classifier.scheme
    for text in Self.texts {
      let (a, b) = (cold.explain(text), warm.explain(text))
      #expect(a.logit == b.logit && a.base == b.base && a.contributions == b.contributions)
      #expect(a.predicted == b.predicted)
      #expect(cold.classify([text])[0].probabilities == a.probabilities)
      if run.info.data.classes.count == 2 {
        #expect(
          a.probabilities
            == LinearClassifier.probabilities(logits: [a.logit / 0.5], scheme: scheme))
      }
      if let last = a.exits.last { #expect(last.probability == a.probabilities[a.predicted]) }
    }
    #expect(
      cold.classify(Self.texts).map(\.probabilities)
        != warm.classify(Self.texts).map(\.probabilities))
  }

  @Test("two classes explain the second, three the predicted one")
  func explained() throws {
    #expect(try explanations("max").allSatisfy { $0.explained == 1 && $0.probabilities.count == 2 })
    #expect(
      try explanations("three").allSatisfy {
        $0.explained == $0.predicted && $0.probabilities.count == 3
      })
  }

  @Test("a model of another shape is refused")
  func otherModel() throws {
    var run = try Tiny.run("max")
    run.info.model.shape.width += 1
    let fault = #expect(throws: RunError.self) { try explainer(run) }
    #expect(fault?.problem.contains("not the model of this run") == true)
  }
}
