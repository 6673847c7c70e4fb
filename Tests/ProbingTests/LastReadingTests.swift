import Foundation
import Testing
import Transformers

@testable import Probing

@Suite("The text that a causal model has read last")
struct LastReadingTests {
  @Test("makes of every text what reading it whole makes, whatever was typed before")
  func typing() throws {
    let model = try #require(
      try loadModel(folder: fixtures.appendingPathComponent("models/tiny-gpt2"))
        as? any CausalTransformer)
    let neurons = ["H0.1", "A0.7", "H1.3", "A1.2", "H2.0"].compactMap { NeuronAddress($0) }
    let last = LastReading(of: neurons)
    var generator = SystemRandomNumberGenerator()
    var ids: [Int32] = [3]
    for _ in 0..<60 {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0 where ids.count > 1: ids.removeLast()
      case 1: ids[Int.random(in: 0..<ids.count, using: &generator)] = 7
      case _ where ids.count < 20: ids.append(Int32.random(in: 0..<10, using: &generator))
      default: ids = [Int32.random(in: 0..<10, using: &generator)]
      }
      let read = last.read(ids, by: model, blocks: 2)
      var whole = NeuronTap(neurons)
      var workspace = Workspace()
      model.forward(Batch([ids]), blocks: 2, workspace: &workspace, tap: &whole)
      for j in neurons.indices {
        #expect(read.tokens(j) == whole.tokens(j), "\(neurons[j]) of \(ids)")
      }
      for pooling in Pooling.allCases { #expect(read.pooled(pooling) == whole.pooled(pooling)) }
    }
  }
}
