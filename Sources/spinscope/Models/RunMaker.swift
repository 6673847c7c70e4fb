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
  /// The model's, or where features lie that were made elsewhere.
  var folder: URL
  var modelName: String
  var dataName: String
  var source: DataSource
  var data: DataSet
  var output: URL
  var settings = FitSettings()
  /// Poolings to try; nil tries the paper's for the model's family.
  var poolings: [Pooling]?
  /// Whether the decoder that follows an encoder is read too.
  var readsDecoder = true
  var isHalf = false
  /// Fits on other draws of training and validation texts.
  var repeats = 0
  /// How often the training texts are halved to see which neurons stay; 0 leaves it out.
  var halves = 5
  /// Whether probes are also fitted on the model with random weights.
  var isHeldAgainstUntrained = true
  var workers = availableWorkers()

  var normsLast: Bool { settings.normsLast ?? false }

  var place: OutputFolder { OutputFolder(url: output) }
  var partial: URL { place.partial }

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
    removeScaffolds()
    try place.check()
    let lock = try ProcessLock(partial.path + ".lock")
    defer { lock.release() }
    return try sayingWhatIsKept { () throws(Failure) in try work(report, note) }
  }

  private func work(
    _ report: (WorkProgress) -> Void, _ note: @escaping (String) -> Void
  ) throws(Failure) -> Run {
    // Ctrl-C ends the process; nothing here asks the work to stop.
    func progress(_ done: WorkProgress) -> Bool {
      report(done)
      return true
    }
    let audit = DataAudit(data)
    for line in AuditLines(audit, data.texts).all { note(line) }
    let read = try readTexts(report, progress, note)
    var run = try fit(read.pooled, audit, fitWorkers: read.fitWorkers, report) {
      found, work throws(Failure) in
      guard isHeldAgainstUntrained else { return }
      try addUntrained(to: &found, work, read.tokenizer, progress)
    }
    run.timings = try timings(of: run)
    try finish(run)
    ShardJoiner.removeShards(of: output)
    return run
  }

  /// Makes the features, and lets the model go: what follows needs the memory.
  private func readTexts(
    _ report: (WorkProgress) -> Void, _ progress: (WorkProgress) -> Bool,
    _ note: @escaping (String) -> Void
  ) throws(Failure) -> (pooled: PooledTexts, tokenizer: Tokenizer, fitWorkers: Int) {
    let reading = try TextReading(
      folder, data, poolings: poolings, readsDecoder: readsDecoder, normsLast: normsLast,
      isHalf: isHalf, workers: workers)
    if let line = reading.truncation { note(line) }
    let maker = FeatureMaker(reading, folder: partial.appendingPathComponent("features"))
    let needs = FitNeeds(
      reading.plan,
      scratch: isHeldAgainstUntrained
        ? UntrainedProbes.plan(data, like: reading.plan, pooling: reading.plan.poolings[0]) : nil,
      trainTexts: data.texts.count { $0.split == .train }, workers: workers)
    try needs.check(on: output.deletingLastPathComponent(), written: maker.bytesOnDisk)
    try ShardJoiner(output, reading, note: note).join(into: maker, report)
    if let line = needs.line(reading, maker.missing) { note(line) }
    guard try maker.fill(progress) else { throw Failure(.interrupted, "stopped") }
    let pooled = PooledTexts(
      features: try maker.open(), plan: reading.plan, facts: reading.prepared.facts,
      fingerprint: reading.identity.fingerprint,
      model: RunInfo.Model(
        name: modelName, path: folder.path, sha256: reading.weightsSum,
        shape: reading.loaded.model.shape))
    return (pooled, reading.loaded.tokenizer, needs.fitWorkers)
  }

  /// The pooled features of all texts, and what they were made of.
  struct PooledTexts {
    var features: Features
    var plan: FeaturePlan
    var facts: [TextFacts]
    /// Names everything that the features depend on.
    var fingerprint: String
    var model: RunInfo.Model
  }

  /// Fits features, or goes on where that was stopped.
  ///
  /// `complete` adds what only a model can tell.
  func fit(
    _ pooled: PooledTexts, _ audit: DataAudit, fitWorkers: Int, _ report: (WorkProgress) -> Void,
    complete: (inout FitReport, FitWork) throws(Failure) -> Void = { _, _ in }
  ) throws(Failure) -> Run {
    var settings = settings
    settings.poolings = pooled.plan.poolings
    let units = FitUnits(
      in: partial.appendingPathComponent("units"),
      dependsOn: [
        pooled.fingerprint, try described(settings), data.sum,
      ])
    let work = FitWork(
      pooled.features, data, stacks: pooled.plan.stacks, lengths: pooled.facts.map(\.tokens),
      settings: settings, workers: min(workers, fitWorkers), units: units)
    let found = try explaining {
      try work.run(repeats: repeats, stability: halves > 0 ? Stability(pairs: halves) : nil) {
        report($0)
        return true
      }
    }
    guard var found else { throw Failure(.interrupted, "stopped") }
    try complete(&found, work)
    return Run(
      found, model: pooled.model, dataName: dataName, source: source, data: data, audit: audit,
      facts: pooled.facts, settings: settings, isHalf: isHalf)
  }

  private func addUntrained(
    to found: inout FitReport, _ work: FitWork, _ tokenizer: Tokenizer,
    _ progress: (WorkProgress) -> Bool
  ) throws(Failure) {
    let probes = UntrainedProbes(
      work, pooling: found.result.head.pooling,
      scratch: partial.appendingPathComponent(".untrained"))
    let controls = try explaining {
      try probes.completing(
        found.scores.controls, tokenizer: tokenizer, model: untrained, progress: progress)
    }
    guard let controls else { throw Failure(.interrupted, "stopped") }
    found.scores.controls = controls
  }

  private func untrained() throws(Failure) -> any Transformer {
    do {
      let model = try untrainedModel(folder: folder, seed: 42)
      return normsLast ? NormedLast.wrapping(model) : model
    } catch {
      guard case .memory = error.problem else { throw Failure(.input, error.description) }
      throw Failure(
        .input, "with random weights, \(error); or leave that out with --no-untrained")
    }
  }

  /// How long each depth takes for some test texts.
  private func timings(of run: Run) throws(Failure) -> ExitTimings {
    let loaded = try LoadedModel(folder: folder, normsLast: normsLast)
    let texts = data.indices(of: .test).prefix(32).map { data.texts[$0].text }
    return try explaining {
      try Explainer(run: run, model: loaded.model, tokenizer: loaded.tokenizer).timings(texts)
    }
  }

  private func described(_ settings: FitSettings) throws(Failure) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try explaining { String(decoding: try encoder.encode(settings), as: UTF8.self) }
  }

  /// Writes the run and gives it its name.
  ///
  /// What only a fit needs that goes on is removed last: a kill at any moment loses nothing.
  func finish(_ run: Run) throws(Failure) {
    try explaining {
      try run.write(to: partial)
      // Files that were being written when an earlier fit was killed.
      for name in try FileManager.default.contentsOfDirectory(atPath: partial.path)
      where name.hasPrefix(".") {
        try FileManager.default.removeItem(at: partial.appendingPathComponent(name))
      }
      try place.finish()
    }
    removeScaffolds()
  }

  /// Removes what a fit leaves in its run that was killed between its last two steps.
  func removeScaffolds() {
    // What others keep under such names is theirs.
    guard
      ["run.json", RunSums.name].allSatisfy({
        FileManager.default.fileExists(atPath: output.appendingPathComponent($0).path)
      })
    else { return }
    for scaffold in ["features/\(BatchLedger.name)", "units"] {
      try? FileManager.default.removeItem(at: output.appendingPathComponent(scaffold))
    }
  }
}
