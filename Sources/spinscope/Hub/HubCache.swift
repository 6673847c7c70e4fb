import Foundation
import Probing
import Transformers

/// The cache of the Hugging Face hub, laid out as Python's `huggingface_hub` does, which shares it.
///
///     models--ORG--NAME/blobs/ETAG               a file under the hub's sum of it
///     models--ORG--NAME/refs/REVISION            the commit at which a branch or tag stood
///     models--ORG--NAME/snapshots/COMMIT/FILE    a link to the file's blob
///     .locks/models--ORG--NAME/ETAG.lock         held while a blob is written
struct HubCache {
  let root: URL

  /// The folder of everything that belongs to a model.
  func folder(of model: HubModel) -> URL { root.appendingPathComponent(name(of: model)) }

  private func name(of model: HubModel) -> String {
    "models--\(model.id.replacingOccurrences(of: "/", with: "--"))"
  }

  /// Where the file of an etag is, or will be.
  func blob(_ etag: String, of model: HubModel) -> URL {
    folder(of: model).appendingPathComponent("blobs/\(etag)")
  }

  /// The lock of a blob, in a folder that is made if need be.
  func lock(_ etag: String, of model: HubModel) throws -> String {
    let folder = root.appendingPathComponent(".locks/\(name(of: model))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder.appendingPathComponent("\(etag).lock").path
  }

  /// The folder of a commit's files.
  func snapshot(_ commit: String, of model: HubModel) -> URL {
    folder(of: model).appendingPathComponent("snapshots/\(commit)")
  }

  /// The model folder that a revision last stood at; nil unless it holds a whole model.
  func present(_ model: HubModel) -> URL? {
    let reference = folder(of: model).appendingPathComponent("refs/\(model.revision)")
    let commit = try? String(contentsOf: reference, encoding: .utf8)
    let folder = snapshot(commit ?? model.revision, of: model)
    return Self.isWhole(folder) ? folder : nil
  }

  /// Whether a file has the hub's sum: SHA-256 of a large one, git's name of a small one.
  static func hasSum(_ etag: String, _ file: URL) -> Bool {
    if etag.utf8.count == 64 { return (try? SHA256.ofFile(file.path)) == etag }
    return (try? Data(contentsOf: file)).map { GitBlob.name(of: Array($0)) } == etag
  }

  /// Whether the files of a snapshot have the sums that their blobs are named by; those that are no
  /// links are somebody's own.
  func isAsSummed(_ snapshot: URL) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: snapshot.path)) ?? []
    return names.allSatisfy { name in
      let file = snapshot.appendingPathComponent(name)
      let blob = try? FileManager.default.destinationOfSymbolicLink(atPath: file.path)
      let etag = blob.map { URL(fileURLWithPath: $0).lastPathComponent }
      guard let etag, [40, 64].contains(etag.utf8.count) else { return true }
      return Self.hasSum(etag, file)
    }
  }

  /// Every snapshot that holds a whole model, by name.
  func snapshots(of model: HubModel) -> [URL] {
    let folder = folder(of: model).appendingPathComponent("snapshots")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().map { folder.appendingPathComponent($0) }.filter(Self.isWhole)
  }

  /// Gives a file of a commit its name, a link to its blob.
  func link(_ file: String, to etag: String, at commit: String, of model: HubModel) throws {
    let folder = snapshot(commit, of: model)
    let link = folder.appendingPathComponent(file)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let destination = "../../blobs/\(etag)"
    let there = try? FileManager.default.destinationOfSymbolicLink(atPath: link.path)
    guard there != destination else { return }
    // Something else would be in the way.
    try? FileManager.default.removeItem(at: link)
    try FileManager.default.createSymbolicLink(
      atPath: link.path, withDestinationPath: destination)
  }

  /// Notes the commit at which the model's revision stands.
  func note(_ commit: String, of model: HubModel) throws {
    let reference = folder(of: model).appendingPathComponent("refs/\(model.revision)")
    try FileManager.default.createDirectory(
      at: reference.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(commit.utf8).write(to: reference, options: .atomic)
  }

  /// Whether a folder holds a configuration and all files of the weights.
  private static func isWhole(_ folder: URL) -> Bool {
    let config = folder.appendingPathComponent("config.json").path
    guard FileManager.default.fileExists(atPath: config),
      let weights = try? WeightFiles(folder: folder)
    else { return false }
    return weights.paths.allSatisfy { FileManager.default.fileExists(atPath: $0) }
  }
}
