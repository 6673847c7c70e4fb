import Foundation
import Tensors
import Testing

@testable import Transformers

@Suite("A causal model that reads a text from where it differs from the one before")
struct KeyValueCacheTests {
  /// What reached a tap, and of which tokens.
  private struct Seen: Tap {
    var recording = Recording()
    var ids: [Int32] = []
    var limit = Int.max

    var isDone: Bool { recording.values.count >= limit }

    mutating func record(_ site: Site, _ values: Matrix, rows: Range<Int>, of batch: Batch) {
      recording.record(site, values, rows: rows, of: batch)
      ids = batch.ids
    }
  }

  private func model() throws -> GPT2 {
    try #require(
      try loadModel(folder: fixtures.appendingPathComponent("models/tiny-gpt2")) as? GPT2)
  }

  private static let texts: [[Int32]] = [
    [5, 3], [5, 3, 9], [5, 3, 9, 9, 2, 7], [5, 3, 9, 9], [5, 3, 9, 9], [4, 3, 9, 9], [4], [4, 4],
  ]

  @Test("makes the bits of a whole pass, of the tokens that differ and of no others")
  func edits() throws {
    let model = try model()
    var (cache, workspace) = (KeyValueCache(), Workspace())
    for ids in Self.texts {
      let kept = cache.shared(with: ids)
      var seen = Seen()
      model.forward(
        ids, after: &cache, blocks: model.shape.blocks, workspace: &workspace, tap: &seen)
      #expect(seen.ids == Array(ids[kept...]))
      let whole = model.record(Batch([ids]))
      #expect(Set(seen.recording.values.keys) == Set(whole.values.keys))
      for (site, values) in seen.recording.values {
        let rows = Array(kept..<ids.count)
        #expect(values == whole.values[site]?.selecting(rows: rows), "\(site.name) of \(ids)")
      }
    }
  }

  @Test("at least the last token is read, and what a text before had more is forgotten")
  func shared() throws {
    let model = try model()
    var (cache, workspace) = (KeyValueCache(), Workspace())
    let shares = Self.texts.map { ids in
      let shared = cache.shared(with: ids)
      var seen = Seen()
      model.forward(ids, after: &cache, blocks: 1, workspace: &workspace, tap: &seen)
      return shared
    }
    #expect(shares == [0, 2, 3, 3, 3, 0, 0, 1])
    #expect(KeyValueCache().shared(with: []) == 0)
  }

  @Test("a pass that was ended early, or went less deep, is not gone on from")
  func early() throws {
    let model = try model()
    let ids = Self.texts[2]
    for limit in [2, Int.max] {
      var (cache, workspace) = (KeyValueCache(), Workspace())
      var seen = Seen(limit: limit)
      model.forward(ids, after: &cache, blocks: 1, workspace: &workspace, tap: &seen)
      var late = Seen()
      model.forward(
        ids, after: &cache, blocks: model.shape.blocks, workspace: &workspace, tap: &late)
      #expect(late.recording.values == model.record(Batch([ids])).values)
    }
  }
}
