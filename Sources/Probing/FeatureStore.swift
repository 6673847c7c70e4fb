public import Foundation
public import Tensors
import Transformers

/// Pooled features on disk: one safetensors file a layer, one tensor a pooling.
///
/// Every tensor is `[texts, neurons]`, F32 or F16, in the order of `texts.jsonl`. The files are
/// mapped, so that reading a layer costs no memory but for the rows that are in use.
public struct FeatureStore: Sendable {
  private let folder: URL

  /// Names the folder, which need not exist yet.
  public init(folder: URL) { self.folder = folder }

  /// Maps every matrix of a plan.
  public func open(_ plan: FeaturePlan) throws(RunError) -> Features {
    var features = Features()
    for key in plan.keys {
      features[key] = try matrix(key, texts: plan.texts, width: plan.width(of: key))
    }
    return features
  }

  /// Maps the matrix of one key.
  public func matrix(
    _ key: FeatureKey, texts: Int, width: Int
  ) throws(RunError) -> StoredMatrix {
    let path = folder.appendingPathComponent("\(key.layerName).safetensors").path
    do {
      return try SafetensorsFile(path: path)
        .stored(key.pooling.rawValue, rows: texts, columns: width)
    } catch {
      throw RunError(path, error.description)
    }
  }

  /// Writes the rows of some texts as they come, starting with new files or going on with old ones.
  public func writer(for plan: FeaturePlan) throws(RunError) -> FeatureWriter {
    try FeatureWriter(folder, plan)
  }
}

/// Files of the full size from the start, whose rows are filled in any order.
///
/// The room is reserved on disk before the first row, so that a disk too small is found out before
/// hours of work and not after them.
public struct FeatureWriter {
  private struct Layer {
    let handle: FileHandle
    let path: String
    let offsets: [String: Int]
  }

  private let plan: FeaturePlan
  private var layers: [String: Layer] = [:]

  init(_ folder: URL, _ plan: FeaturePlan) throws(RunError) {
    self.plan = plan
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw RunError(
        folder.path, "cannot be written: \(error.localizedDescription)", onWriting: true)
    }
    for (name, keys) in Dictionary(grouping: plan.keys, by: \.layerName) {
      layers[name] = try Self.layer(folder, name, keys, plan)
    }
  }

  private static func layer(
    _ folder: URL, _ name: String, _ keys: [FeatureKey], _ plan: FeaturePlan
  ) throws(RunError) -> Layer {
    let header = SafetensorsHeader(
      keys.map {
        SafetensorsHeader.Tensor(
          $0.pooling.rawValue, type: plan.type.rawValue,
          shape: [plan.texts, plan.width(of: $0)])
      })
    let path = folder.appendingPathComponent("\(name).safetensors").path
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    guard let handle = FileHandle(forUpdatingAtPath: path) else {
      throw RunError(path, "cannot be written; check the folder's permissions", onWriting: true)
    }
    let reserved = posix_fallocate(handle.fileDescriptor, 0, off_t(header.fileSize))
    guard reserved == 0 else {
      // SAFETY: strerror returns a string that is valid until the next call on this thread.
      let reason = unsafe String(cString: strerror(reserved))
      throw RunError(
        path, "no room for \(header.fileSize / 1_000_000) MB of features: \(reason)",
        onWriting: true)
    }
    do {
      try handle.truncate(atOffset: UInt64(header.fileSize))
      try handle.seek(toOffset: 0)
      try handle.write(contentsOf: Data(header.bytes))
    } catch {
      throw RunError(path, "cannot be written: \(error.localizedDescription)", onWriting: true)
    }
    return Layer(handle: handle, path: path, offsets: header.offsets)
  }

  /// Writes the rows of `matrix`, which belong to `texts`, of one layer and pooling.
  public func put(_ matrix: Matrix, of texts: [Int], _ key: FeatureKey) throws(RunError) {
    guard let layer = layers[key.layerName], let start = layer.offsets[key.pooling.rawValue] else {
      preconditionFailure("\(key) is not planned")
    }
    let size = plan.width(of: key) * plan.type.size
    for (row, text) in texts.enumerated() {
      let values = matrix.values[row * matrix.columns..<(row + 1) * matrix.columns]
      guard let bytes = littleEndianBytes(values, as: plan.type) else {
        throw RunError(
          layer.path, "text \(text + 1) has a value beyond 65,504, which F16 cannot hold; use F32",
          onWriting: true)
      }
      do {
        try layer.handle.seek(toOffset: UInt64(start + text * size))
        try layer.handle.write(contentsOf: Data(bytes))
      } catch {
        throw RunError(
          layer.path, "cannot be written: \(error.localizedDescription)", onWriting: true)
      }
    }
  }

  /// Closes the files.
  public func close() throws(RunError) {
    for layer in layers.values {
      do { try layer.handle.close() } catch {
        throw RunError(layer.path, error.localizedDescription, onWriting: true)
      }
    }
  }
}
