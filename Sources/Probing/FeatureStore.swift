public import Foundation
import StrictJSON
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
    let path = path(of: key)
    do {
      return try SafetensorsFile(path: path)
        .stored(key.pooling.rawValue, rows: texts, columns: width)
    } catch {
      throw RunError(path, error.description)
    }
  }

  /// Writes the rows of some texts as they come, starting with new files or going on with old ones.
  ///
  /// - Parameters:
  ///   - plan: of the files: `plan.texts` rows each.
  ///   - texts: whose rows the files hold, in order; nil for those of texts 0 to `plan.texts` − 1.
  /// - Returns: a writer that must be closed.
  /// - Throws: `RunError` if the files cannot be made or the disk has no room.
  public func writer(
    for plan: FeaturePlan, holding texts: [Int]? = nil
  ) throws(RunError) -> FeatureWriter {
    try FeatureWriter(folder, plan, texts)
  }

  /// Hands over every row of one matrix as it lies in its file, from the first to the last.
  ///
  /// The file is read piece by piece, not mapped: it may be on another machine, and memory stays
  /// small however large it is.
  public func forEachRow(
    of key: FeatureKey, in plan: FeaturePlan,
    _ take: (_ row: Int, _ bytes: ArraySlice<UInt8>) throws(RunError) -> Void
  ) throws(RunError) {
    let size = plan.width(of: key) * plan.type.size
    let (handle, start) = try open(key, in: plan)
    defer { try? handle.close() }
    let rows = max(1, Self.pieceBytes / max(1, size))
    for first in stride(from: 0, to: plan.texts, by: rows) {
      let count = min(rows, plan.texts - first)
      let bytes: [UInt8]
      do {
        try handle.seek(toOffset: UInt64(start + first * size))
        bytes = Array(try handle.read(upToCount: count * size) ?? Data())
      } catch {
        throw RunError(path(of: key), "cannot be read: \(error.systemReason)")
      }
      guard bytes.count == count * size else { throw RunError(path(of: key), "ends too early") }
      for row in 0..<count { try take(first + row, bytes[row * size..<(row + 1) * size]) }
    }
  }

  private static let pieceBytes = 1 << 20

  private func path(of key: FeatureKey) -> String {
    folder.appendingPathComponent("\(key.layerName).safetensors").path
  }

  /// The file of one key, and the byte at which its matrix starts.
  private func open(
    _ key: FeatureKey, in plan: FeaturePlan
  ) throws(RunError) -> (FileHandle, start: Int) {
    let path = path(of: key)
    let entry: SafetensorsFile.Entry?
    do { entry = try SafetensorsFile(path: path).entries[key.pooling.rawValue] } catch {
      throw RunError(path, error.description)
    }
    guard let entry, entry.type == plan.type.rawValue,
      entry.shape == [plan.texts, plan.width(of: key)]
    else {
      throw RunError(
        path,
        "holds no \(plan.type.rawValue) tensor \(key.pooling.rawValue) "
          + "[\(plan.texts), \(plan.width(of: key))]")
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw RunError(path, "cannot be read; check its permissions")
    }
    return (handle, entry.range.lowerBound)
  }
}
