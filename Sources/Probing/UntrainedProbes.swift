public import Foundation
import Tensors
public import Tokenizers
public import Transformers

/// The same probes on the same model with random weights: what its shape alone lets a probe read.
///
/// Words survive a random network, so this is well above luck; what training added lies above it.
/// At most 1,000 training and 1,000 validation texts are read, evenly over the data, so that a
/// large fit does not take twice its time; the true weights' probes are fitted on the same ones again,
/// because fewer texts alone make a probe worse.
/// Their features lie on disk while they are needed, as those of the fit do: of a large model they
/// would take a gigabyte of memory.
/// Source: Zhang & Bowman 2018, arXiv:1809.10040, section 5.
public struct UntrainedProbes: Sendable {
  private let work: FitWork
  private let pooling: Pooling
  private let scratch: URL

  private static let limits: [(split: Split, texts: Int)] = [(.train, 1_000), (.validation, 1_000)]

  /// The validation scores by layer, as a piece of a fit's work.
  struct Scores: FitUnit {
    var keys: [FeatureKey]
    var scores: [Score]
    var trained: [Score]
  }

  /// Prepares probes under the pooling of the fit's head; `scratch` is a folder that is removed when
  /// they are done.
  public init(_ work: FitWork, pooling: Pooling, scratch: URL) {
    self.work = work
    self.pooling = pooling
    self.scratch = scratch
  }

  /// The features that are made of `data` where the fit makes those of `plan`.
  public static func plan(
    _ data: DataSet, like plan: FeaturePlan, pooling: Pooling
  ) -> FeaturePlan {
    var plan = plan
    plan.texts = limits.reduce(0) { $0 + min($1.texts, data.indices(of: $1.split).count) }
    plan.poolings = [pooling]
    plan.isHalf = false
    return plan
  }

  /// Adds the untrained score of its layer to every control, and the trained one beside it.
  ///
  /// - Parameters:
  ///   - controls: of the trained model.
  ///   - tokenizer: the trained model's.
  ///   - model: makes the model with random weights; not called if the work was done before.
  ///   - progress: called often; return `false` to stop.
  /// - Returns: nil if `progress` stopped the work.
  /// - Throws: what `model` throws, and `RunError` if the features cannot be written.
  public func completing(
    _ controls: [LayerControl], tokenizer: Tokenizer, model: () throws -> any Transformer,
    progress: (WorkProgress) -> Bool
  ) throws -> [LayerControl]? {
    defer { try? FileManager.default.removeItem(at: scratch) }
    let keys = controls.map { FeatureKey($0.representation, layer: $0.layer, pooling: pooling) }
    let name = "untrained.\(pooling.rawValue)"
    var kept: Scores? = work.keptUnit(name)
    if kept?.keys != keys {
      guard let scores = try scores(of: keys, try model(), tokenizer, progress) else { return nil }
      kept = work.unit(name) { scores }
    }
    return controls.enumerated().map { place, control in
      var control = control
      control.untrained = kept?.scores[place]
      control.trained = kept?.trained[place]
      return control
    }
  }

  private func scores(
    of keys: [FeatureKey], _ model: any Transformer, _ tokenizer: Tokenizer,
    _ progress: (WorkProgress) -> Bool
  ) throws(RunError) -> Scores? {
    let places = Self.limits.map { evenly(work.data.indices(of: $0.split), $0.texts) }
    let texts = places.flatMap { $0 }.map { work.data.texts[$0].text }
    let extractor = Extractor(
      model: model, tokenizer: tokenizer, poolings: [pooling],
      readsDecoder: work.stacks.decoderBlocks > 0, workers: model.shape.readers(work.workers))
    let features = try FeatureStore(folder: scratch).filled(
      FeaturePlan(
        texts: texts.count, shape: model.shape, poolings: [pooling],
        readsDecoder: work.stacks.decoderBlocks > 0),
      extractor, extractor.prepare(texts)
    ) {
      progress(WorkProgress("reading untrained", done: $0.done, total: $0.total))
    }
    guard let features else { return nil }
    let trained = SplitLabels(work.data, train: places[0], validation: places[1])
    let count = places[0].count
    let untrained = trained.renumbered(train: 0..<count, validation: count..<texts.count)
    let scores = work.inParallel("fitting untrained", 2 * keys.count, progress) { job in
      let key = keys[job / 2]
      return job % 2 == 0
        ? score(key, features[key], untrained)
        : score(key, work.features[key], trained)
    }
    return scores.map { scores in
      Scores(
        keys: keys, scores: keys.indices.map { scores[2 * $0] },
        trained: keys.indices.map { scores[2 * $0 + 1] })
    }
  }

  private func score(_ key: FeatureKey, _ features: StoredMatrix, _ splits: SplitLabels) -> Score {
    var settings = work.settings
    // Beyond it, probes of random features only learn the texts by heart, and slowly.
    settings.cGrid = settings.cGrid.strongHalf
    return Probe.fit(key, features, splits, settings)?.validation
      ?? Score(splits.validationLabels.map { _ in 0 }, truth: splits.validationLabels)
  }

  /// At most `limit` of the places, at even distances.
  private func evenly(_ places: [Int], _ limit: Int) -> [Int] {
    guard places.count > limit else { return places }
    return (0..<limit).map { places[$0 * places.count / limit] }
  }
}

extension FeatureStore {
  /// Makes the files of a plan from all of its texts, and maps them; nil if `progress` stopped it.
  fileprivate func filled(
    _ plan: FeaturePlan, _ extractor: Extractor, _ texts: Extractor.PreparedTexts,
    progress: (WorkProgress) -> Bool
  ) throws(RunError) -> Features? {
    let writer = try writer(for: plan)
    let isWhole = try extractor.extract(
      texts, batches: Array(texts.batches.indices),
      into: { batch throws(RunError) in
        for (key, pooled) in batch.pooled { try writer.put(pooled, of: batch.texts, key) }
      }, progress: progress)
    try writer.close()
    return isWhole ? try open(plan) : nil
  }
}
