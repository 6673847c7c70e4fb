import Foundation
import Probing
import Tensors
import Tokenizers
import Transformers

/// Makes a run folder: reads texts through a model, fits, and writes everything.
///
/// Work goes on in a hidden folder beside the run, which is renamed when whole. Features, probes
/// and heads are kept there as they are done: a fit that was stopped goes on from them, and writes
/// the same bytes as one that was not. Features of shards that were read before are joined.
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
  /// Whether probes are also fitted on the model with random weights.
  var isHeldAgainstUntrained = true
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
    report: (WorkProgress) -> Void, note: @escaping (String) -> Void = { _ in }
  ) throws(Failure) -> Run {
    try checkOutput()
    let lock = try ProcessLock(partial.path + ".lock")
    defer { lock.release() }
    // Ctrl-C ends the process; nothing here asks the work to stop.
    func progress(_ done: WorkProgress) -> Bool {
      report(done)
      return true
    }
    let reading = try TextReading(
      folder, data, poolings: poolings, isHalf: isHalf, workers: workers)
    let maker = FeatureMaker(reading, folder: partial.appendingPathComponent("features"))
    let needs = FitNeeds(
      reading.plan, trainTexts: data.texts.count { $0.split == .train }, workers: workers)
    try needs.check(on: output.deletingLastPathComponent(), written: maker.bytesOnDisk)
    let shards = ShardJoiner(output, reading, note: note)
    try shards.join(into: maker, report)
    if let line = needs.line(reading, maker.missing) { note(line) }
    guard try maker.fill(progress) else { throw Failure(.interrupted, "stopped") }
    let features = try maker.open()
    var settings = settings
    settings.poolings = reading.plan.poolings
    let units = FitUnits(
      in: partial.appendingPathComponent("units"),
      dependsOn: [
        reading.identity.fingerprint, try described(settings), String(describing: data.texts),
      ])
    let work = FitWork(
      features, data, blocks: reading.plan.blocks, lengths: reading.prepared.facts.map(\.tokens),
      settings: settings, workers: min(workers, needs.fitWorkers), units: units)
    let found = try explaining {
      try work.run(
        repeats: repeats, stability: halves > 0 ? Stability(pairs: halves) : nil,
        progress: progress)
    }
    guard var found else { throw Failure(.interrupted, "stopped") }
    if isHeldAgainstUntrained {
      try addUntrained(to: &found, work, reading.loaded.tokenizer, progress)
    }
    var run = Run(
      found,
      model: RunInfo.Model(
        name: modelName, path: folder.path, sha256: reading.weightsSum,
        shape: reading.loaded.model.shape),
      dataName: dataName, source: source, data: data, facts: reading.prepared.facts,
      settings: settings)
    run.timings = try explaining {
      try Explainer(run: run, model: reading.loaded.model, tokenizer: reading.loaded.tokenizer)
        .timings(timedTexts)
    }
    try finish(run)
    shards.remove()
    return run
  }

  private func addUntrained(
    to found: inout FitReport, _ work: FitWork, _ tokenizer: Tokenizer,
    _ progress: (WorkProgress) -> Bool
  ) throws(Failure) {
    let probes = UntrainedProbes(work, pooling: found.result.head.pooling)
    let controls = try explaining {
      try probes.completing(
        found.scores.controls, tokenizer: tokenizer,
        model: { () throws(ModelError) in try untrainedModel(folder: folder, seed: 42) },
        progress: progress)
    }
    guard let controls else { throw Failure(.interrupted, "stopped") }
    found.scores.controls = controls
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

  func checkOutput() throws(Failure) {
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
