import Foundation
import Tensors
import Testing
import Tokenizers
import Transformers

@testable import Probing

@Suite("What a run's head says of its texts")
struct TextTableTests {
  @Test("is what its scores were measured of", arguments: ["max", "three"])
  func scores(name: String) throws {
    let side = try RunComparisonTests.side(name)
    let rows = side.table.rows
    #expect(rows.map(\.text) == side.run.texts.map(\.text))
    #expect(rows.map(\.label) == side.run.labels)
    for (split, evaluation) in [
      (Split.validation, side.run.scores.validation), (.test, side.run.scores.testEvaluation),
    ] {
      let places = rows.indices.filter { rows[$0].split == split }
      #expect(side.table.score(places).accuracy == evaluation.score.accuracy)
      let loss = places.reduce(0) { $0 + rows[$1].loss } / Double(places.count)
      #expect(abs(loss - evaluation.logLoss.value) < 1e-6)
      for (truth, counts) in evaluation.confusion.enumerated() {
        for (predicted, count) in counts.enumerated() {
          #expect(
            places.count { rows[$0].label == truth && rows[$0].predicted == predicted } == count)
        }
      }
    }
  }

  @Test("a neuron's values are a column of its layer's features")
  func column() throws {
    let run = try Tiny.run("max")
    let folder = try TemporaryFolder()
    let features = try Tiny.features(of: run, in: folder.url)
    for neuron in run.head.neurons {
      let key = FeatureKey(neuron.representation, layer: neuron.layer, pooling: .max)
      let matrix = try features.matrix(key).matrix
      let column = (0..<matrix.rows).map { matrix[$0, neuron.index] }
      #expect(try features.values(of: neuron, .max) == column)
    }
  }

  @Test("features that are gone are named")
  func gone() throws {
    let run = try Tiny.run("max")
    let folder = try TemporaryFolder()
    let error = #expect(throws: RunError.self) {
      try TextTable(run, RunFeatures(run, folder: folder.url))
    }
    #expect(error?.path.hasSuffix(".safetensors") == true)
  }

  @Test("a neuron is read at every token, and its words are those of the text")
  func trace() throws {
    let run = try Tiny.run("max")
    let explainer = try Explainer(run: run, model: Tiny.model(), tokenizer: Tiny.tokenizer())
    let reader = NeuronReader(explainer)
    let text = "unable, good film"
    let explanation = explainer.explain(text)
    for (neuron, value) in zip(run.head.neurons, explanation.values) {
      let trace = reader.trace(neuron, .max, in: text)
      #expect(abs(trace.pooled - value) < 1e-6 && trace.words == explanation.words)
      #expect(trace.tokens.count == explanation.tokens)
      #expect(trace.tokens.max() == trace.pooled)
      for (word, value) in zip(trace.words, trace.wordValues) {
        #expect(word.tokens.map { abs(trace.tokens[$0]) }.max() == abs(value))
      }
    }
  }
}

extension Tiny {
  /// Writes the features of a run's texts into a folder, as a fit leaves them.
  static func features(of run: Run, in folder: URL) throws -> RunFeatures {
    let texts = run.texts.map(\.text)
    let extractor = Extractor(
      model: try model(), tokenizer: try tokenizer(), poolings: [run.head.pooling])
    let plan = FeaturePlan(
      texts: texts.count, shape: run.info.model.shape, poolings: [run.head.pooling])
    let writer = try FeatureStore(folder: folder.appendingPathComponent("features"))
      .writer(for: plan)
    let prepared = extractor.prepare(texts)
    _ = try extractor.extract(
      prepared, batches: Array(prepared.batches.indices),
      into: { batch throws(RunError) in
        for (key, matrix) in batch.pooled { try writer.put(matrix, of: batch.texts, key) }
      }, progress: { _ in true })
    try writer.close()
    return RunFeatures(run, folder: folder)
  }
}
