import Foundation
import Probing
import Transformers

extension RunMaker {
  /// Makes a run of features that were made elsewhere: `folder` is where they lie.
  ///
  /// There is no model in such a run: it can be looked at, but answers no new text.
  /// - Throws: `Failure` if an array is damaged or missing, or does not fit the texts.
  func makeOfFeatures(
    report: (WorkProgress) -> Void, note: (String) -> Void = { _ in }
  ) throws(Failure) -> Run {
    removeScaffolds()
    try place.check()
    let lock = try ProcessLock(partial.path + ".lock")
    defer { lock.release() }
    return try sayingWhatIsKept { () throws(Failure) in try workOnFeatures(report, note) }
  }

  private func workOnFeatures(
    _ report: (WorkProgress) -> Void, _ note: (String) -> Void
  ) throws(Failure) -> Run {
    let audit = DataAudit(data)
    for line in AuditLines(audit, data.texts).all { note(line) }
    let arrays = try explaining {
      try FeatureArrays(path: folder.path, texts: data.texts.count)
    }
    var plan = FeaturePlan(
      texts: data.texts.count, blocks: arrays.stacks.blocks, width: arrays.width,
      neurons: arrays.neurons, poolings: try poolings(of: arrays), isHalf: isHalf)
    plan.stacks = arrays.stacks
    let needs = FitNeeds(
      plan, trainTexts: data.texts.count { $0.split == .train }, workers: workers)
    let store = FeatureStore(folder: partial.appendingPathComponent("features"))
    try needs.check(on: output.deletingLastPathComponent())
    if let line = needs.lineOfImport { note(line) }
    let (sum, features) = try explaining {
      try arrays.copy(to: store, plan, progress: report)
      return (try SHA256.ofFiles(arrays.files), try store.open(plan))
    }
    var maker = self
    maker.settings.sources = try sources(of: arrays)
    let pooled = PooledTexts(
      features: features, plan: plan, facts: wordCounts, fingerprint: "\(sum) \(plan)",
      model: RunInfo.Model(
        name: modelName, path: folder.path, sha256: sum,
        shape: .elsewhere(
          blocks: plan.stacks.blocks, width: plan.width, neurons: plan.neurons,
          decoderBlocks: plan.stacks.decoderBlocks),
        isElsewhere: true))
    let run = try maker.fit(pooled, audit, fitWorkers: needs.fitWorkers, report)
    try finish(run)
    return run
  }

  /// Words in the place of tokens, which nobody counted here.
  private var wordCounts: [TextFacts] {
    data.texts.map {
      TextFacts(tokens: $0.text.split(whereSeparator: \.isWhitespace).count, truncated: false)
    }
  }

  private func poolings(of arrays: FeatureArrays) throws(Failure) -> [Pooling] {
    let asked = poolings ?? arrays.poolings
    guard let missing = asked.first(where: { !arrays.poolings.contains($0) }) else { return asked }
    throw Failure(.input, "\(folder.path): no features are pooled by \(missing.rawValue)")
  }

  /// What heads can read: without activations, hidden states alone.
  private func sources(of arrays: FeatureArrays) throws(Failure) -> [HeadSource] {
    let sources = settings.sources.filter { arrays.neurons > 0 || $0 == .hidden }
    guard !sources.isEmpty else {
      throw Failure(.input, "\(folder.path): no activations are there; read hidden states")
    }
    return sources
  }
}
