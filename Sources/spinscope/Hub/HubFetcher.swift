import Foundation
import Probing
import StrictJSON
import Transformers

/// Brings a model folder from the hub into the cache that Python uses too.
///
/// A file is written as `ETAG.incomplete` and goes on from there if the line breaks; under its final
/// name it stands whole and with the right sum. The revision is noted last.
struct HubFetcher {
  let settings: HubSettings
  /// Says in a line what is being done.
  var report: (String) -> Void = { _ in }
  /// Shows how many bytes have come.
  var progress: (WorkProgress) -> Void = { _ in }

  private var cache: HubCache { HubCache(root: settings.cache) }
  private var client: HubClient { HubClient(settings: settings) }

  /// The files that SpinScope reads beside the weights, where a model has them.
  private static let wanted: Set<String> = [
    "config.json", "merges.txt", "special_tokens_map.json", "tokenizer.json",
    "tokenizer_config.json", "vocab.json", "vocab.txt",
  ]
  private static let whole = "model.safetensors"
  private static let index = "model.safetensors.index.json"

  /// Brings a model at its revision.
  ///
  /// - Returns: its folder, a snapshot of the cache.
  /// - Throws: `Failure` if the hub does not have it, it cannot be run, or the line or disk fails.
  func fetch(_ model: HubModel) throws(Failure) -> URL {
    guard !settings.isOffline else {
      throw Failure(.input, "HF_HUB_OFFLINE is set, so the hub is not asked for \(model.id)")
    }
    report("fetching \(model.id) from \(settings.endpoint) into \(settings.cache.path)")
    let names = try files(of: model)
    var commit = ""
    for name in names.filter({ $0 != Self.whole }).sorted() {
      commit = try bring(name, of: model, at: commit)
    }
    let weights =
      names.contains(Self.index)
      ? try shards(in: cache.snapshot(commit, of: model)) : [Self.whole]
    for name in weights { commit = try bring(name, of: model, at: commit) }
    let (model, cache, last) = (model, cache, commit)
    try explaining { try cache.note(last, of: model) }
    return cache.snapshot(commit, of: model)
  }

  /// The files to bring, one whole file of weights before an index of shards.
  private func files(of model: HubModel) throws(Failure) -> [String] {
    let all = try client.files(of: model)
    guard all.contains("config.json") else {
      throw Failure(.input, "\(model.id): the repository holds no config.json; it is no model")
    }
    guard let weights = [Self.whole, Self.index].first(where: all.contains) else {
      throw Failure(
        .input,
        "\(model.id): the repository holds no model.safetensors; name a revision that has it, such "
          + "as \(model.id)@refs/pr/1, or convert the model with transformers' save_pretrained")
    }
    return all.filter(Self.wanted.contains) + [weights]
  }

  private func shards(in folder: URL) throws(Failure) -> [String] {
    try explaining {
      try WeightFiles(folder: folder).paths.map { URL(fileURLWithPath: $0).lastPathComponent }
    }
  }

  /// Brings one file, unless it is there; all must be of one commit, that of the first.
  private func bring(
    _ file: String, of model: HubModel, at commit: String
  ) throws(Failure) -> String {
    let remote = try client.look(at: file, of: model)
    guard commit.isEmpty || commit == remote.commit else {
      throw Failure(.input, "\(model.id): the model was changed on the hub just now; try again")
    }
    let cache = cache
    let blob = cache.blob(remote.etag, of: model)
    if !FileManager.default.fileExists(atPath: blob.path) {
      try makeFolder(blob.deletingLastPathComponent())
      let lock = try ProcessLock(try explaining { try cache.lock(remote.etag, of: model) })
      defer { lock.release() }
      try download(file, remote, of: model, to: blob)
    }
    try explaining { try cache.link(file, to: remote.etag, at: remote.commit, of: model) }
    return remote.commit
  }

  private func makeFolder(_ folder: URL) throws(Failure) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(
        .failed, "\(folder.path): cannot be made: \(error.systemReason); set HF_HOME")
    }
  }

  private func download(
    _ file: String, _ remote: HubClient.RemoteFile, of model: HubModel, to blob: URL
  ) throws(Failure) {
    let part = blob.appendingPathExtension("incomplete")
    if bytes(of: part) > remote.size { try? FileManager.default.removeItem(at: part) }
    try checkRoom(for: remote.size - bytes(of: part), in: blob.deletingLastPathComponent())
    try fill(part, with: file, remote.size, of: model)
    guard bytes(of: part) == remote.size else {
      let found = bytes(of: part)
      if found > remote.size { try? FileManager.default.removeItem(at: part) }
      throw Failure(
        .input,
        "\(file): \(grouped(found)) bytes came, not \(grouped(remote.size)); the same command goes on"
      )
    }
    guard isRight(part, remote.etag) else {
      try? FileManager.default.removeItem(at: part)
      throw Failure(.input, "\(file): its sum is not the hub's; it was removed; try again")
    }
    try explaining { try FileManager.default.moveItem(at: part, to: blob) }
  }

  /// Fetches until the file has its size, as long as each attempt brings something.
  private func fill(
    _ part: URL, with file: String, _ size: Int, of model: HubModel
  ) throws(Failure) {
    func show() {
      progress(WorkProgress("fetching \(file)", done: bytes(of: part), total: max(1, size)))
    }
    if size == 0 { _ = FileManager.default.createFile(atPath: part.path, contents: nil) }
    while bytes(of: part) < size {
      let before = bytes(of: part)
      do {
        try client.download(file, of: model, to: part, tick: show)
      } catch {
        guard bytes(of: part) > before else { throw error }
      }
      guard bytes(of: part) > before else { return }
    }
    show()
  }

  private func isRight(_ file: URL, _ etag: String) -> Bool {
    if etag.utf8.count == 64 { return (try? SHA256.ofFile(file.path)) == etag }
    return (try? Data(contentsOf: file)).map { GitBlob.name(of: Array($0)) } == etag
  }

  private func checkRoom(for bytes: Int, in folder: URL) throws(Failure) {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue, free < bytes else {
      return
    }
    throw Failure(
      .failed,
      "\(folder.path): \(size(bytes)) are needed, \(size(free)) are free; set HF_HOME")
  }

  /// Bytes of a file; 0 where there is none.
  private func bytes(of file: URL) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }
}
