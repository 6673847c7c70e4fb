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
    let place = settings.shown(settings.endpoint)
    report("fetching \(model.id) from \(place) into \(settings.cache.path)")
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
    if !isRight(blob, remote.etag) {
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
    // What stands there under this name is damaged, or no file.
    try? FileManager.default.removeItem(at: blob)
    let part = blob.appendingPathExtension("incomplete")
    if !isFile(part) || bytes(of: part) > remote.size {
      try? FileManager.default.removeItem(at: part)
    }
    try checkRoom(for: remote.size - bytes(of: part), in: blob.deletingLastPathComponent())
    try fill(part, with: file, remote.size, of: model)
    let found = bytes(of: part)
    guard found <= remote.size else {
      try? FileManager.default.removeItem(at: part)
      throw Failure(
        .input,
        "\(file): more than its \(grouped(remote.size)) bytes came; they were removed; try again")
    }
    guard found == remote.size else {
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
    while true {
      let before = bytes(of: part)
      do {
        try append(to: part, file, size, of: model)
      } catch {
        guard bytes(of: part) > before, error.code == .input else { throw error }
      }
      guard before < bytes(of: part), bytes(of: part) < size else { return }
    }
  }

  /// Adds what comes in one attempt to bytes that are there; one byte beyond `size` shows that more came.
  private func append(
    to part: URL, _ file: String, _ size: Int, of model: HubModel
  ) throws(Failure) {
    let handle = try explaining {
      if !isFile(part) { try Data().write(to: part) }
      return try FileHandle(forWritingTo: part)
    }
    defer { try? handle.close() }
    var (count, fault) = (bytes(of: part), (any Error)?.none)
    guard count < size else { return }
    func take(_ bytes: Data) -> Bool {
      do { try handle.write(contentsOf: bytes.prefix(size + 1 - count)) } catch { fault = error }
      count += bytes.count
      progress(WorkProgress("fetching \(file)", done: min(count, size), total: max(1, size)))
      return fault == nil && count <= size
    }
    try explaining { try handle.seek(toOffset: UInt64(count)) }
    if try !client.download(file, of: model, from: count, take: take) {
      // It has nothing but whole files.
      count = 0
      try explaining { try handle.truncate(atOffset: 0) }
      _ = try client.download(file, of: model, from: 0, take: take)
    }
    if let fault {
      throw Failure(.failed, "\(part.path): cannot be written: \(fault.systemReason)")
    }
  }

  /// Whether a file, and no link, pipe or folder, stands there.
  private func isFile(_ file: URL) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    return attributes?[.type] as? FileAttributeType == .typeRegular
  }

  private func isRight(_ file: URL, _ etag: String) -> Bool {
    isFile(file) && HubCache.hasSum(etag, file)
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
