import Foundation
import Probing
import Tensors
import Tokenizers
import Transformers

/// Makes a run folder: reads texts through a model, fits, and writes everything.
///
/// Work goes on in a hidden folder beside the run, which is renamed when whole. Features, probes
/// and heads are kept there as they are done: a fit that was stopped goes on from them, and writes
/// the same bytes as one that was not.
struct RunMaker {
  var folder: URL
  var modelName: String
  var dataName: String
  var source: DataSource
  var data: DataSet
  var output: URL
  var settings = FitSettings()
  /// Poolings to try; nil tries the paper's for the model's family.
  var poolings: [Pooling]?
  var isHalf = false
  /// Fits on other draws of training and validation texts.
  var repeats = 0
  /// How often the training texts are halved to see which neurons stay; 0 leaves it out.
  var halves = 5
  var workers = availableWorkers()

  private var partial: URL {
    output.deletingLastPathComponent()
      .appendingPathComponent(".\(output.lastPathComponent).partial")
  }

  /// Does everything.
  ///
  /// - Parameters:
  ///   - report: called often with how far the work is.
  ///   - note: takes a line about what the work will need, before it begins.
  /// - Returns: the run, as it was written.
  /// - Throws: `Failure` if the model or the output folder cannot be used.
  func make(
    report: (WorkProgress) -> Void, note: (String) -> Void = { _ in }
  ) throws(Failure) -> Run {
    try checkOutput()
    let lock = try ProcessLock(partial.path + ".lock")
    defer { lock.release() }
    let loaded = try LoadedModel(folder: folder)
    var settings = settings
    settings.poolings = poolings ?? Pooling.usual(for: loaded.model.shape)
    // Ctrl-C ends the process; nothing here asks the work to stop.
    func progress(_ done: WorkProgress) -> Bool {
      report(done)
      return true
    }
    let plan = FeaturePlan(
      texts: data.texts.count, shape: loaded.model.shape, poolings: settings.poolings,
      isHalf: isHalf)
    let sum = try loaded.weightsSum()
    let maker = FeatureMaker(
      loaded, weightsSum: sum, texts: data.texts.map(\.text), plan: plan,
      folder: partial.appendingPathComponent("features"), workers: workers)
    let prepared = maker.extractor.prepare(maker.texts)
    if let empty = prepared.facts.firstIndex(where: { $0.tokens == 0 }) {
      throw Failure(
        .input, "text \(empty + 1) of the data has no token for this model; remove its row")
    }
    let needs = FitNeeds(plan, prepared, data, workers: workers)
    try needs.check(on: output.deletingLastPathComponent())
    if let line = needs.line(speedOf: maker.extractor) { note(line) }
    guard let features = try maker.make(prepared, progress) else {
      throw Failure(.interrupted, "stopped")
    }
    let units = FitUnits(
      in: partial.appendingPathComponent("units"),
      dependsOn: [maker.fingerprint, try described(settings), String(describing: data.texts)])
    let work = FitWork(
      features, data, blocks: plan.blocks, lengths: prepared.facts.map(\.tokens),
      settings: settings, workers: min(workers, needs.fitWorkers), units: units)
    let found = try explaining {
      try work.run(
        repeats: repeats, stability: halves > 0 ? Stability(pairs: halves) : nil,
        progress: progress)
    }
    guard let found else { throw Failure(.interrupted, "stopped") }
    var run = Run(
      found,
      model: RunInfo.Model(
        name: modelName, path: folder.path, sha256: sum, shape: loaded.model.shape),
      dataName: dataName, source: source, data: data, facts: prepared.facts, settings: settings)
    run.timings = try explaining {
      try Explainer(run: run, model: loaded.model, tokenizer: loaded.tokenizer)
        .timings(timedTexts)
    }
    try finish(run)
    return run
  }

  /// Test texts, read again to see how long each depth takes.
  private var timedTexts: [String] {
    data.indices(of: .test).prefix(32).map { data.texts[$0].text }
  }

  private func described(_ settings: FitSettings) throws(Failure) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try explaining { String(decoding: try encoder.encode(settings), as: UTF8.self) }
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

  private func finish(_ run: Run) throws(Failure) {
    try explaining {
      try run.write(to: partial)
      for scaffold in ["features/\(BatchLedger.name)", "units"] {
        let url = partial.appendingPathComponent(scaffold)
        if FileManager.default.fileExists(atPath: url.path) {
          try FileManager.default.removeItem(at: url)
        }
      }
      try FileManager.default.moveItem(at: partial, to: output)
    }
  }
}
