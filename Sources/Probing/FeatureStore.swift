public import Foundation
public import Tensors
import Transformers

/// Pooled features on disk: one safetensors file a layer, one tensor a pooling.
///
/// Every tensor is `[texts, neurons]` F32, in the order of `texts.jsonl`.
public struct FeatureStore: Sendable {
  private let folder: URL

  /// Names the folder, which need not exist yet.
  public init(folder: URL) { self.folder = folder }

  /// Writes all matrices; `done` is called after every file.
  public func write(_ features: Features) throws(RunError) {
    let layers = Dictionary(grouping: features.keys, by: \.layerName)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for (name, keys) in layers.sorted(by: { $0.key < $1.key }) {
        var writer = SafetensorsWriter()
        for key in keys { writer.add(key.pooling.rawValue, features[key]) }
        try writer.write(to: folder.appendingPathComponent("\(name).safetensors"))
      }
    } catch {
      throw RunError(
        folder.path, "cannot be written: \(error.localizedDescription)", onWriting: true)
    }
  }

  /// Reads the matrix of one key.
  public func matrix(_ key: FeatureKey, texts: Int, width: Int) throws(RunError) -> Matrix {
    let path = folder.appendingPathComponent("\(key.layerName).safetensors").path
    do {
      return try SafetensorsFile(path: path)
        .parameter(key.pooling.rawValue, rows: texts, columns: width).matrix
    } catch {
      throw RunError(path, error.description)
    }
  }
}
