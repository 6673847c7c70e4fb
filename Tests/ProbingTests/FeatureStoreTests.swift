import Foundation
import Tensors
import Testing

@testable import Probing

@Suite("Features on disk")
struct FeatureStoreTests {
  private func features() throws -> Features {
    var features = try Synthetic(texts: 20).features
    features[FeatureKey(.activation, layer: 1, pooling: .mean)] = Matrix(
      rows: 20, columns: 8,
      values: (0..<160).map { $0 == 3 ? .leastNonzeroMagnitude : -Float($0) / 7 })
    return features
  }

  @Test("come back as they were, to the bit, one file a layer")
  func roundTrip() throws {
    let (folder, features) = (try TemporaryFolder(), try features())
    let store = FeatureStore(folder: folder["a/features"])
    try store.write(features)
    for key in features.keys {
      let matrix = features[key]
      #expect(try store.matrix(key, texts: 20, width: matrix.columns) == matrix)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder["a/features"].path)
    let layers = ["act.0", "act.1", "hidden.0", "hidden.1", "hidden.2"]
    #expect(names.sorted() == layers.map { "\($0).safetensors" })
  }

  @Test("another shape, a missing pooling, a missing layer and a cut file name the file")
  func damaged() throws {
    let (folder, features) = (try TemporaryFolder(), try features())
    let store = FeatureStore(folder: folder.url)
    try store.write(features)
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
      try FeatureStore(folder: folder["file/features"]).write(features())
    }
    #expect(fault.path == folder["file/features"].path)
  }
}
