import Foundation
import Probing
import Tensors
import Tokenizers
import Transformers

/// A model and its tokenizer, loaded and checked against each other.
struct LoadedModel: Sendable {
  var folder: URL
  var model: any Transformer
  var tokenizer: Tokenizer

  /// Loads a model folder.
  init(folder: URL) throws(Failure) {
    self.folder = folder
    let (model, tokenizer) = try explaining {
      (try loadModel(folder: folder), try Tokenizer(folder: folder))
    }
    guard tokenizer.vocabularySize <= model.shape.vocabulary else {
      throw Failure(
        .input,
        "\(folder.path): the tokenizer has \(tokenizer.vocabularySize) ids, the model "
          + "\(model.shape.vocabulary) embeddings; they belong to different models")
    }
    self.model = model
    self.tokenizer = tokenizer
  }

  /// The SHA-256 of the weights.
  func weightsSum() throws(Failure) -> String {
    try explaining { try SHA256.ofFiles(WeightFiles(folder: folder).paths) }
  }
}

/// Makes a run folder: reads texts through a model, fits, and writes everything.
///
/// Work goes on in a hidden folder beside the run, which is renamed when whole. The features,
/// which take longest, are kept there as soon as they are done: a fit that was stopped goes on
/// from them if model, texts and poolings are the same.
struct RunMaker {
  var folder: URL
  var modelName: String
  var dataName: String
  var source: DataSource
  var data: DataSet
  var output: URL
  var settings = FitSettings()
  var workers = availableWorkers()

  private var partial: URL {
    output.deletingLastPathComponent()
      .appendingPathComponent(".\(output.lastPathComponent).partial")
  }

  /// Does everything.
  ///
  /// - Parameter report: called often with how far the work is.
  /// - Returns: the run, as it was written.
  /// - Throws: `Failure` if the model or the output folder cannot be used.
  func make(report: (WorkProgress) -> Void) throws(Failure) -> Run {
    try checkOutput()
    let lock = try ProcessLock(partial.path + ".lock")
    defer { lock.release() }
    let loaded = try LoadedModel(folder: folder)
    var settings = settings
    settings.poolings = Pooling.usual(for: loaded.model.shape)
    let sum = try loaded.weightsSum()
    // Ctrl-C ends the process; nothing here asks the work to stop.
    func progress(_ done: WorkProgress) -> Bool {
      report(done)
      return true
    }
    guard
      let (features, facts) = try features(
        loaded, weightsSum: sum, poolings: settings.poolings, progress)
    else { throw Failure(.interrupted, "stopped") }
    if let empty = facts.firstIndex(where: { $0.tokens == 0 }) {
      throw Failure(
        .input, "text \(empty + 1) of the data has no token for this model; remove its row")
    }
    let fit = SpinFit(
      features, data, blocks: loaded.model.shape.blocks, settings: settings, workers: workers)
    guard let result = try explaining({ try fit.run(progress: progress) }) else {
      throw Failure(.interrupted, "stopped")
    }
    let run = Run(
      result,
      model: RunInfo.Model(
        name: modelName, path: folder.path, sha256: sum, shape: loaded.model.shape),
      dataName: dataName, source: source, data: data, facts: facts, settings: settings)
    try finish(run)
    return run
  }

  private func checkOutput() throws(Failure) {
    guard !FileManager.default.fileExists(atPath: output.path) else {
      throw Failure(.failed, "\(output.path): is there already; remove it or choose another name")
    }
    let parent = output.deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: parent) else {
      throw Failure(.failed, "\(parent): cannot be written; choose another folder with -o")
    }
  }

  // MARK: Features, new or kept

  private struct Checkpoint: Codable {
    /// Of everything that the features depend on.
    var fingerprint: String
    var tokens: [Int]
    var truncated: [Bool]
  }

  private func features(
    _ loaded: LoadedModel, weightsSum: String, poolings: [Pooling],
    _ progress: (WorkProgress) -> Bool
  ) throws(Failure) -> (features: Features, facts: [TextFacts])? {
    let texts = data.texts.map(\.text)
    let fingerprint = SHA256.of(
      Array(
        ([weightsSum, tokenizerSum, spinscopeVersion] + poolings.map(\.rawValue) + texts).joined(
          separator: "\0"
        )
        .utf8))
    let store = FeatureStore(folder: partial.appendingPathComponent("features"))
    if let kept = kept(fingerprint, store, loaded.model.shape, poolings) { return kept }
    let extractor = Extractor(
      model: loaded.model, tokenizer: loaded.tokenizer, poolings: poolings,
      workers: workers)
    guard let (features, facts) = extractor.extract(texts, progress: progress) else { return nil }
    _ = progress(WorkProgress("writing features", done: 0, total: 1))
    try explaining {
      try? FileManager.default.removeItem(at: partial)
      try store.write(features)
      let checkpoint = Checkpoint(
        fingerprint: fingerprint, tokens: facts.map(\.tokens), truncated: facts.map(\.truncated))
      try JSONEncoder().encode(checkpoint).write(to: checkpointFile, options: .atomic)
    }
    return (features, facts)
  }

  /// Of what turns texts into ids; a file that is not there counts as empty.
  private var tokenizerSum: String {
    let files = [
      "tokenizer.json", "tokenizer_config.json", "vocab.txt", "vocab.json", "merges.txt",
    ]
    let sums = files.map { name in
      (try? SHA256.ofFile(folder.appendingPathComponent(name).path)) ?? ""
    }
    return sums.joined(separator: " ")
  }

  private var checkpointFile: URL { partial.appendingPathComponent("checkpoint.json") }

  /// What an earlier fit of the same texts left, if it is whole.
  private func kept(
    _ fingerprint: String, _ store: FeatureStore, _ shape: ModelShape, _ poolings: [Pooling]
  ) -> (features: Features, facts: [TextFacts])? {
    guard let bytes = try? Data(contentsOf: checkpointFile),
      let checkpoint = try? JSONDecoder().decode(Checkpoint.self, from: bytes),
      checkpoint.fingerprint == fingerprint
    else { return nil }
    var features = Features()
    for representation in Representation.allCases {
      let width = representation == .hidden ? shape.width : shape.neurons
      for layer in 0..<representation.layers(blocks: shape.blocks) {
        for pooling in poolings {
          let key = FeatureKey(representation, layer: layer, pooling: pooling)
          guard
            let matrix = try? store.matrix(key, texts: data.texts.count, width: width)
          else { return nil }
          features[key] = matrix
        }
      }
    }
    let facts = zip(checkpoint.tokens, checkpoint.truncated).map {
      TextFacts(tokens: $0, truncated: $1)
    }
    return (features, facts)
  }

  private func finish(_ run: Run) throws(Failure) {
    try explaining {
      try run.write(to: partial)
      try FileManager.default.removeItem(at: checkpointFile)
      try FileManager.default.moveItem(at: partial, to: output)
    }
  }
}
