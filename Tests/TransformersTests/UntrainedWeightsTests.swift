import Foundation
import Tensors
import Testing

@testable import Transformers

@Suite("Models with random weights")
struct UntrainedWeightsTests {
  private func folder(_ name: String) -> URL { fixtures.appendingPathComponent("models/\(name)") }

  private func untrained(_ name: String) throws -> UntrainedWeights {
    let configuration = try Configuration(folder: folder(name))
    return try configuration.family.untrained(configuration, seed: 7)
  }

  @Test("have the shape of the trained one and finite numbers", arguments: FamilyTests.models)
  func shapes(name: String) throws {
    let trained = try loadModel(folder: folder(name))
    let model = try untrainedModel(folder: folder(name), seed: 7)
    #expect(model.shape == trained.shape)
    let batch = Batch([[5, 3, 2], [1]])
    let (numbers, others) = (model.record(batch), trained.record(batch))
    #expect(Set(numbers.values.keys) == Set(others.values.keys))
    #expect(numbers.values.values.allSatisfy { $0.values.allSatisfy(\.isFinite) })
    #expect(numbers.values != others.values)
  }

  @Test("depend on the seed alone", arguments: ["tiny-bert", "tiny-gpt2-sharded", "tiny-flan-t5"])
  func seeds(name: String) throws {
    let batch = Batch([[5, 3, 2]])
    let runs = try [7, 7, 8].map {
      try untrainedModel(folder: folder(name), seed: $0).record(batch).values
    }
    #expect(runs[0] == runs[1] && runs[0] != runs[2])
  }

  @Test("draw matrices from a normal distribution, and start norms at one and biases at zero")
  func distribution() throws {
    let weights = UntrainedWeights(seed: 1) { _, _, _ in 0.5 }
    let values = weights.matrix("a", rows: 101, columns: 101).values.map { Double($0) / 0.5 }
    let n = Double(values.count)
    // Moments of 10,201 draws, each within five standard errors.
    #expect(abs(values.reduce(0, +) / n) < 5 / n.squareRoot())
    #expect(abs(values.reduce(0) { $0 + $1 * $1 } / n - 1) < 5 * (2 / n).squareRoot())
    #expect(abs(values.reduce(0) { $0 + $1 * $1 * $1 * $1 } / n - 3) < 5 * (96 / n).squareRoot())
    #expect(weights.vector("x.LayerNorm.weight", count: 3).values == [1, 1, 1])
    #expect(weights.vector("x.LayerNorm.gamma", count: 1).values == [1])
    #expect(weights.vector("x.dense.bias", count: 2).values == [0, 0])
  }

  /// transformers 5.23, `_init_weights` of each family: tiny-gpt2 has 3 blocks of width 20,
  /// tiny-flan-t5 a width of 16 and heads of 5.
  @Test(
    "have the deviations that transformers starts each family with",
    arguments: [
      ("tiny-bert", "encoder.layer.0.output.dense.weight", 9, 0.02),
      ("tiny-gpt2", "h.0.attn.c_attn.weight", 9, 0.02),
      ("tiny-flan-t5", "shared.weight", 16, 1),
      ("tiny-flan-t5", "encoder.block.0.layer.0.SelfAttention.k.weight", 16, 0.25),
      ("tiny-flan-t5", "encoder.block.0.layer.1.DenseReluDense.wo.weight", 25, 0.2),
    ] as [(String, String, Int, Float)])
  func deviations(name: String, tensor: String, inputs: Int, expected: Float) throws {
    let deviation = try untrained(name).deviation(tensor, 4, inputs)
    #expect(abs(deviation - expected) < 1e-6)
  }

  @Test("draw smaller what GPT-2 adds to its stream, and T5's queries")
  func special() throws {
    let gpt2 = try untrained("tiny-gpt2")
    let blocks = try loadModel(folder: folder("tiny-gpt2")).shape.blocks
    let ratio = gpt2.deviation("h.0.mlp.c_proj.weight", 4, 4) / gpt2.deviation("wte.weight", 4, 4)
    #expect(abs(ratio - 1 / Float(2 * blocks).squareRoot()) < 1e-6)
    let t5 = try untrained("tiny-t5")
    #expect(t5.deviation("a.q.weight", 4, 16) < t5.deviation("a.k.weight", 4, 16))
  }
}
