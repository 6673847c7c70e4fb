import Foundation
import Tensors
import Testing

@testable import Transformers

@Suite("A model whose last hidden state is the one after its final norm")
struct NormedLastTests {
  private let batch = Batch([[2, 5, 3], [], [4]])

  private func model(_ name: String) throws -> any Transformer {
    try loadModel(folder: fixtures.appendingPathComponent("models/\(name)"))
  }

  @Test("shows the final states as the last hidden ones", arguments: ["tiny-gpt2", "tiny-t5"])
  func renamed(name: String) throws {
    let model = try model(name)
    let normed = NormedLast.wrapping(model)
    #expect(normed.shape == model.shape)
    let (plain, shown) = (model.record(batch), normed.record(batch))
    #expect(Set(shown.values.keys) == Set(plain.values.keys))
    for (site, values) in shown.values {
      let isLast =
        site.kind == .hidden
        && site.layer
          == (site.stack == .encoder ? model.shape.blocks : model.shape.decoderBlocks)
      let origin = isLast ? Site(.final, site.layer, of: site.stack) : site
      #expect(values == plain.values[origin], "\(site.name)")
      #expect(!isLast || values != plain.values[site])
    }
  }

  @Test("is the model itself where there is no such norm")
  func withoutNorm() throws {
    #expect(!(NormedLast.wrapping(try model("tiny-bert")) is NormedLast))
  }

  @Test("goes on from any recorded hidden state", arguments: ["tiny-gpt2", "tiny-t5"])
  func entries(name: String) throws {
    let normed = NormedLast.wrapping(try model(name))
    let whole = normed.record(batch)
    for block in 0...normed.shape.blocks {
      var (recording, workspace) = (Recording(), Workspace())
      normed.forward(
        batch, from: Entry(block: block, hidden: whole.hiddenStates[block]),
        blocks: normed.shape.allBlocks, workspace: &workspace, tap: &recording)
      #expect(recording.values.keys.contains(Site(.hidden, normed.shape.blocks)))
      for (site, values) in recording.values { #expect(whole.values[site] == values) }
    }
  }

  /// Sets the first neuron of the last hidden state to 7.
  private struct Setting: Tap {
    let layer: Int
    var recording = Recording()

    mutating func patch(
      _ site: Site, _ values: inout Matrix, rows: Range<Int>, of batch: Batch
    ) {
      guard site == Site(.hidden, layer) else { return }
      for row in 0..<values.rows { values[row, 0] = 7 }
    }

    mutating func record(_ site: Site, _ values: Matrix, rows: Range<Int>, of batch: Batch) {
      recording.record(site, values, rows: rows, of: batch)
    }
  }

  @Test("what is changed there is what a decoder reads")
  func patched() throws {
    let normed = NormedLast.wrapping(try model("tiny-t5"))
    let plain = normed.record(batch)
    var (tap, workspace) = (Setting(layer: normed.shape.blocks), Workspace())
    normed.forward(batch, blocks: normed.shape.allBlocks, workspace: &workspace, tap: &tap)
    let last = Site(.hidden, normed.shape.blocks)
    let changed = try #require(tap.recording.values[last])
    #expect((0..<changed.rows).allSatisfy { changed[$0, 0] == 7 })
    #expect(
      tap.recording.values[Site(.hidden, 0, of: .decoder)]
        == plain.values[Site(.hidden, 0, of: .decoder)])
    let after = Site(.hidden, 1, of: .decoder)
    #expect(tap.recording.values[after] != plain.values[after])
  }
}
