import Foundation
import Tensors
import Testing

@testable import Transformers

/// `silenced.safetensors` of `Tests/Oracles/make_silencing_fixtures.py`: what transformers computed
/// while forward hooks held some neurons at given values.
@Suite("What a tap changes, the model goes on with")
struct TapTests {
  /// Holds two columns of one site at their values and records everything.
  private struct HoldingTap: Tap {
    let site: Site
    /// `(2, 3)`: layer, index, value.
    let held: Matrix
    var recording = Recording()

    mutating func patch(
      _ site: Site, _ values: inout Matrix, rows: Range<Int>, of batch: Batch
    ) {
      guard site == self.site else { return }
      for row in 0..<values.rows {
        for i in 0..<held.rows { values[row, Int(held[i, 1])] = held[i, 2] }
      }
    }

    mutating func record(_ site: Site, _ values: Matrix, rows: Range<Int>, of batch: Batch) {
      recording.record(site, values, rows: rows, of: batch)
    }
  }

  private func pass(_ kind: Site.Kind, _ number: Int, _ oracle: Oracle) throws -> HoldingTap {
    let held = try oracle.matrix("held.\(number)", rows: 2, columns: 3)
    return HoldingTap(site: Site(kind, Int(held[0, 0])), held: held)
  }

  private static let kinds: [Site.Kind] = [.activation, .hidden]

  @Test("every layer is then within the bound", arguments: FamilyTests.models)
  func layers(name: String) throws {
    let folder = fixtures.appendingPathComponent("models/\(name)")
    let model = try loadModel(folder: folder)
    let oracle = try Oracle(folder, "silenced.safetensors")
    for (number, kind) in Self.kinds.enumerated() {
      var tap = try pass(kind, number, oracle)
      var workspace = Workspace()
      model.forward(
        Batch([oracle.texts[number]]), blocks: model.shape.allBlocks, workspace: &workspace,
        tap: &tap)
      let names = Set(tap.recording.values.keys.map { "\($0.name).\(number)" })
      #expect(names == oracle.names(of: number))
      for (site, matrix) in tap.recording.values {
        try oracle.check(matrix, "\(site.name).\(number)")
      }
    }
  }

  @Test("a pass from a recorded hidden state gives the same numbers", arguments: FamilyTests.models)
  func entries(name: String) throws {
    let model = try loadModel(folder: fixtures.appendingPathComponent("models/\(name)"))
    let batch = Batch([[2, 5, 3], [], [4]])
    let whole = model.record(batch)
    for block in 0...model.shape.blocks {
      var recording = Recording()
      var workspace = Workspace()
      model.forward(
        batch, from: Entry(block: block, hidden: whole.hiddenStates[block]),
        blocks: model.shape.allBlocks, workspace: &workspace, tap: &recording)
      #expect(recording.values.keys.contains(Site(.hidden, block)))
      #expect(recording.values.count == whole.values.count - below(block, in: model.shape))
      for (site, values) in recording.values { #expect(whole.values[site] == values) }
    }
  }

  /// Sites below the hidden state that enters a block.
  private func below(_ block: Int, in shape: ModelShape) -> Int {
    block * (shape.isGated ? 5 : 2)
  }

  @Test("what is changed after a pass began from an entry is what a whole pass makes of it")
  func entryAndPatch() throws {
    for name in FamilyTests.models {
      let folder = fixtures.appendingPathComponent("models/\(name)")
      let model = try loadModel(folder: folder)
      let oracle = try Oracle(folder, "silenced.safetensors")
      for (number, kind) in Self.kinds.enumerated() {
        let batch = Batch([oracle.texts[number]])
        var (whole, late) = (try pass(kind, number, oracle), try pass(kind, number, oracle))
        var workspace = Workspace()
        model.forward(
          batch, blocks: model.shape.blocks, workspace: &workspace, tap: &whole)
        let layer = whole.site.layer
        model.forward(
          batch, from: Entry(block: layer, hidden: model.record(batch).hiddenStates[layer]),
          blocks: model.shape.blocks, workspace: &workspace, tap: &late)
        for (site, values) in late.recording.values {
          #expect(whole.recording.values[site] == values, "\(name) \(site.name)")
        }
      }
    }
  }
}
