import Foundation
import Tensors

/// A model folder's tensors by name, each checked against the shape that is asked for.
struct Weights: Sendable {
  private let file: SafetensorsFile
  private let prefix: String

  /// Opens the folder's weights.
  init(folder: URL) throws(ModelError) {
    let path = folder.appendingPathComponent("model.safetensors").path
    guard FileManager.default.fileExists(atPath: path) else {
      throw ModelError(
        path: folder.path,
        problem: .notAModelFolder(missing: "model.safetensors", found: fileNames(in: folder)))
    }
    file = try SafetensorsFile(path: path)
    prefix = ""
  }

  private init(_ file: SafetensorsFile, prefix: String) {
    self.file = file
    self.prefix = prefix
  }

  /// The same tensors under shorter names, where a model with a head on top writes `prefix`
  /// before the names of the base model.
  ///
  /// - Parameters:
  ///   - prefix: with its dot, `bert.`.
  ///   - name: a base tensor, by which the two layouts are told apart.
  /// - Returns: these weights themselves where the names have no prefix.
  func stripping(prefix: String, of name: String) -> Weights {
    let bare = file.entries[name] == nil && file.entries[prefix + name] != nil
    return Weights(file, prefix: bare ? prefix : "")
  }

  /// The `(rows, columns)` tensor `name`.
  func matrix(_ name: String, rows: Int, columns: Int) throws(ModelError) -> Parameter {
    try file.parameter(stored(name), rows: rows, columns: columns)
  }

  /// The tensor `name` of `count` values, as one row.
  func vector(_ name: String, count: Int) throws(ModelError) -> Parameter {
    try file.parameter(stored(name), rows: 1, columns: count)
  }

  /// The name under which the file holds a tensor; checkpoints from before 2020 call a norm's
  /// scale and shift `gamma` and `beta`.
  private func stored(_ name: String) -> String {
    let full = prefix + name
    guard file.entries[full] == nil else { return full }
    for (new, old) in [
      (".LayerNorm.weight", ".LayerNorm.gamma"), (".LayerNorm.bias", ".LayerNorm.beta"),
    ]
    where full.hasSuffix(new) {
      let alias = String(full.dropLast(new.count)) + old
      if file.entries[alias] != nil { return alias }
    }
    return full
  }
}

/// The names of a folder's files in order; what to show where an expected one is missing.
func fileNames(in folder: URL) -> [String] {
  ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
}
