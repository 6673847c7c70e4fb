public import Foundation
import StrictJSON

/// The files in which a model folder keeps its weights.
public enum WeightFiles: Equatable, Sendable {
  /// All in one safetensors file.
  case whole(String)
  /// Several files, with the tensors that the index says each holds.
  case sharded(index: String, shards: [String: [String]])

  /// A list of every tensor of a model of a thousand blocks is shorter.
  private static let maxIndexBytes = 20_000_000

  /// Finds a folder's weights; one whole file goes before shards, as in transformers.
  ///
  /// - Throws: `ModelError` if there are none, only another format's, or an index that names a file
  ///   outside the folder.
  public init(folder: URL) throws(ModelError) {
    let whole = folder.appendingPathComponent("model.safetensors").path
    let index = folder.appendingPathComponent("model.safetensors.index.json").path
    if isListed(whole) {
      self = .whole(whole)
    } else if isListed(index) {
      self = .sharded(index: index, shards: try Self.shards(index: index, folder))
    } else {
      let found = fileNames(in: folder)
      throw ModelError(
        path: folder.path,
        problem: OtherWeights.problem(of: found)
          ?? .notAModelFolder(missing: "model.safetensors", found: found))
    }
  }

  /// The files' paths, in order.
  public var paths: [String] {
    switch self {
    case .whole(let path): [path]
    case .sharded(_, let shards): shards.keys.sorted()
    }
  }

  private static func shards(
    index: String, _ folder: URL
  ) throws(ModelError) -> [String: [String]] {
    func refuse(_ reason: String) -> ModelError {
      ModelError(path: index, problem: .malformed(reason))
    }
    let json = try readJSON(index, maxBytes: maxIndexBytes)
    guard case .object(let members) = json["weight_map"], !members.isEmpty else {
      throw refuse("weight_map is \(json["weight_map"]?.kind ?? "absent"), no list of tensors")
    }
    var shards: [String: [String]] = [:]
    var tensors: Set<[UInt8]> = []
    for member in members {
      let tensor = String(decoding: member.key, as: UTF8.self)
      guard tensors.insert(member.key).inserted else {
        throw refuse("tensor \(tensor) stands there twice")
      }
      guard let file = member.value.text, !file.contains("/"), !file.contains("\0"),
        file.hasSuffix(".safetensors")
      else {
        throw ModelError(
          path: index,
          problem: .tensor(
            name: tensor, expected: "the name of a safetensors file in this folder",
            found: member.value.text ?? member.value.kind))
      }
      shards[folder.appendingPathComponent(file).path, default: []].append(tensor)
    }
    return shards
  }
}
