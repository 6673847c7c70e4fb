import Foundation
import StrictJSON
public import Tensors
import Transformers

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
  /// The row of each text; nil where text and row are the same number.
  private let rows: [Int: Int]?
  private var layers: [String: Layer] = [:]

  init(_ folder: URL, _ plan: FeaturePlan, _ texts: [Int]?) throws(RunError) {
    precondition(texts.map { $0.count == plan.texts } ?? true, "\(plan.texts) rows for other texts")
    self.plan = plan
    rows = texts.map { Dictionary(uniqueKeysWithValues: $0.enumerated().map { ($1, $0) }) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw RunError(
        folder.path, "cannot be written: \(error.systemReason)", onWriting: true)
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
      let room = "\(header.fileSize / 1_000_000) MB of features"
      throw RunError(path, "no room for \(room): \(systemReason(reserved))", onWriting: true)
    }
    do {
      try handle.truncate(atOffset: UInt64(header.fileSize))
      try handle.seek(toOffset: 0)
      try handle.write(contentsOf: Data(header.bytes))
    } catch {
      throw RunError(path, "cannot be written: \(error.systemReason)", onWriting: true)
    }
    return Layer(handle: handle, path: path, offsets: header.offsets)
  }

  /// Writes the rows of `matrix`, which belong to `texts`, of one layer and pooling.
  ///
  /// - Returns: the sum of the rows as they lie in the file, by which damage is noticed later.
  @discardableResult
  public func put(
    _ matrix: Matrix, of texts: [Int], _ key: FeatureKey
  ) throws(RunError) -> UInt64 {
    let sum = RowSum(key)
    var total: UInt64 = 0
    for (row, text) in texts.enumerated() {
      let values = matrix.values[row * matrix.columns..<(row + 1) * matrix.columns]
      guard let bytes = littleEndianBytes(values, as: plan.type) else {
        throw RunError(
          layer(of: key).path,
          "text \(text + 1) has a value beyond 65,504, which F16 cannot hold; use F32",
          onWriting: true)
      }
      try put(bytes[...], of: text, key)
      total &+= sum.of(bytes[...], text: text)
    }
    return total
  }

  /// Writes one row that is in the form of the file already.
  public func put(_ bytes: ArraySlice<UInt8>, of text: Int, _ key: FeatureKey) throws(RunError) {
    let layer = layer(of: key)
    guard let start = layer.offsets[key.pooling.rawValue],
      let row = rows == nil ? text : rows?[text]
    else { preconditionFailure("text \(text) of \(key) is not planned") }
    precondition(
      0 <= row && row < plan.texts && bytes.count == plan.width(of: key) * plan.type.size)
    do {
      try layer.handle.seek(toOffset: UInt64(start + row * bytes.count))
      try layer.handle.write(contentsOf: Data(bytes))
    } catch {
      throw RunError(
        layer.path, "cannot be written: \(error.systemReason)", onWriting: true)
    }
  }

  private func layer(of key: FeatureKey) -> Layer {
    guard let layer = layers[key.layerName] else { preconditionFailure("\(key) is not planned") }
    return layer
  }

  /// Closes the files.
  public func close() throws(RunError) {
    for layer in layers.values {
      do { try layer.handle.close() } catch {
        throw RunError(layer.path, error.systemReason, onWriting: true)
      }
    }
  }
}
