import Foundation
import Tensors
import Testing

@testable import Probing

@Suite("Features on disk")
struct FeatureStoreTests {
  private func plan(_ poolings: [Pooling] = [.max], half: Bool = false) -> FeaturePlan {
    FeaturePlan(
      texts: 20, blocks: Synthetic.blocks, width: 6, neurons: 8, poolings: poolings, isHalf: half)
  }

  /// Writes the rows of `features` in two batches, of which the first may be left out.
  private func write(
    _ features: Features, _ plan: FeaturePlan, to store: FeatureStore, parts: [Int] = [0, 1]
  ) throws {
    let writer = try store.writer(for: plan)
    for part in parts {
      let rows = Array(stride(from: part, to: plan.texts, by: 2))
      for key in plan.keys { try writer.put(features[key].selecting(rows: rows), of: rows, key) }
    }
    try writer.close()
  }

  @Test("come back as they were, to the bit, one file a layer")
  func roundTrip() throws {
    let (folder, features) = (try TemporaryFolder(), try Synthetic(texts: 20).features)
    let store = FeatureStore(folder: folder["a/features"])
    try write(features, plan(), to: store)
    let read = try store.open(plan())
    for key in plan().keys { #expect(read[key].matrix == features[key].matrix) }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder["a/features"].path)
    let layers = ["act.0", "act.1", "hidden.0", "hidden.1", "hidden.2"]
    #expect(names.sorted() == layers.map { "\($0).safetensors" })
    let neurons = ["A1.5", "A1.0", "H0.2"].compactMap { NeuronAddress($0) }
    #expect(
      read.integrated(neurons, pooling: .max, rows: [3, 17])
        == features.integrated(neurons, pooling: .max, rows: [3, 17]))
  }

  @Test("files that were half written are completed, and are the same in the end")
  func resumed() throws {
    let (folder, features) = (try TemporaryFolder(), try Synthetic(texts: 20).features)
    let stores = ["whole", "resumed"].map { FeatureStore(folder: folder[$0]) }
    try write(features, plan(), to: stores[0])
    try write(features, plan(), to: stores[1], parts: [1])
    try write(features, plan(), to: stores[1], parts: [0])
    for layer in ["act.0", "hidden.2"] {
      let files = ["whole", "resumed"].map { folder["\($0)/\(layer).safetensors"] }
      #expect(try Data(contentsOf: files[0]) == Data(contentsOf: files[1]))
    }
  }

  @Test(
    "of some texts stand side by side, and are handed over row by row", arguments: [false, true])
  func some(half: Bool) throws {
    let (folder, features) = (try TemporaryFolder(), try Synthetic(texts: 20).features)
    let store = FeatureStore(folder: folder.url)
    let texts = [1, 4, 5, 13, 19]
    var part = plan(half: half)
    part.texts = texts.count
    let writer = try store.writer(for: part, holding: texts)
    var sums: [FeatureKey: UInt64] = [:]
    for key in part.keys {
      // In two batches, and in another order than that of the rows.
      for rows in [[13, 1], [4, 19, 5]] {
        sums[key, default: 0] &+= try writer.put(
          features[key].selecting(rows: rows), of: rows, key)
      }
    }
    try writer.close()
    for key in part.keys {
      let expected = features[key].selecting(rows: texts)
      let read = try store.matrix(key, texts: texts.count, width: expected.columns)
      #expect(largestDifference(read.matrix, expected) < (half ? 4.0 / 2048 : 1e-30))
      var rows: [Int] = []
      try store.forEachRow(of: key, in: part) { row, bytes throws(RunError) in
        rows.append(row)
        #expect(bytes.count == expected.columns * part.type.size)
        sums[key, default: 0] &-= RowSum(key).of(bytes, text: texts[row])
      }
      #expect(rows == Array(0..<texts.count) && sums[key] == 0)
    }
    var other = part
    other.isHalf.toggle()
    #expect(throws: RunError.self) {
      try store.forEachRow(of: other.keys[0], in: other) { _, _ throws(RunError) in }
    }
  }

  @Test("few columns, many and one are those of the matrix", arguments: [false, true])
  func columns(half: Bool) throws {
    let (folder, features) = (try TemporaryFolder(), try Synthetic(texts: 20).features)
    let store = FeatureStore(folder: folder.url)
    try write(features, plan(half: half), to: store)
    for key in plan().keys {
      let stored = try store.matrix(key, texts: 20, width: plan().width(of: key))
      let whole = stored.matrix
      for picked in [[0], [5, 2], Array(0..<whole.columns)] {
        var target = Matrix(rows: 3, columns: picked.count + 1, repeating: 7)
        stored.copy(columns: picked, rows: [19, 0, 4], into: &target, from: 1)
        for (row, text) in [19, 0, 4].enumerated() {
          #expect(target.row(row) == [7] + picked.map { whole[text, $0] })
        }
      }
      let last = whole.columns - 1
      #expect(stored.column(last) == (0..<20).map { whole[$0, last] })
      #expect(StoredMatrix(whole).column(last) == stored.column(last))
    }
  }

  @Test("as F16 they take half the room and keep three digits; what F16 cannot hold is refused")
  func half() throws {
    let folder = try TemporaryFolder()
    var features = try Synthetic(texts: 20).features
    let store = FeatureStore(folder: folder.url)
    try write(features, plan(half: true), to: store)
    #expect(2 * plan(half: true).bytes == plan().bytes)
    let read = try store.open(plan(half: true))
    for key in plan().keys {
      #expect(largestDifference(read[key].matrix, features[key].matrix) < 4.0 / 2048)
    }
    let key = FeatureKey(.hidden, layer: 1, pooling: .max)
    var matrix = features[key].matrix
    matrix[4, 2] = 70_000
    features[key] = StoredMatrix(matrix)
    let fault = try #require(throws: RunError.self) {
      try write(features, plan(half: true), to: store)
    }
    #expect(fault.path.hasSuffix("hidden.1.safetensors") && fault.problem.contains("text 5"))
  }

  @Test("another shape, a missing pooling, a missing layer and a cut file name the file")
  func damaged() throws {
    let (folder, features) = (try TemporaryFolder(), try Synthetic(texts: 20).features)
    let store = FeatureStore(folder: folder.url)
    try write(features, plan(), to: store)
    func fault(_ key: FeatureKey, texts: Int = 20, width: Int = 8) throws -> RunError {
      try #require(throws: RunError.self) { try store.matrix(key, texts: texts, width: width) }
    }
    let key = FeatureKey(.activation, layer: 0, pooling: .max)
    #expect(try fault(key, texts: 21).path.hasSuffix("act.0.safetensors"))
    #expect(try fault(key, width: 9).description.contains("act.0.safetensors"))
    #expect(try fault(FeatureKey(.activation, layer: 0, pooling: .last)).problem.contains("last"))
    let absent = FeatureKey(.hidden, layer: 9, pooling: .max)
    #expect(try fault(absent).path.hasSuffix("hidden.9.safetensors"))
    let file = folder["act.0.safetensors"]
    try Data(contentsOf: file).dropLast(4).write(to: file)
    #expect(try fault(key).path == file.path)
  }

  @Test("a folder that cannot be made is named")
  func unwritable() throws {
    let folder = try TemporaryFolder(["file": "x"])
    let fault = try #require(throws: RunError.self) {
      try FeatureStore(folder: folder["file/features"]).writer(for: plan())
    }
    #expect(fault.path == folder["file/features"].path && fault.isOnWriting)
  }
}
