import Tensors

/// What a layer's probe reaches when the question has no answer: it is held against the real one.
public struct LayerControl: Sendable, Codable, Equatable {
  public var representation: Representation
  public var layer: Int
  public var pooling: Pooling
  /// Labels in random order: what is left is luck, and what the split gives away.
  public var shuffled: Score
  /// The same probe on the shuffled training texts themselves, which it can learn by heart; nil in runs of
  /// earlier versions.
  public var shuffledTrain: Score?
  /// Labels drawn for each text's rarest word, which only memory for words can learn.
  public var words: Score
  /// The probe's accuracy less that on `words`.
  ///
  /// Source: Hewitt & Liang 2019, arXiv:1909.03368.
  public var selectivity: Double
  /// What the layer's probe reaches if the model's weights are random: nil if that was left out.
  public var untrained: Score?
  /// What it reaches on the true weights, fitted on the same texts and values of C as `untrained`;
  /// nil in runs of earlier versions.
  public var trained: Score?

  /// The layer's name.
  public var address: LayerAddress { LayerAddress(representation, layer) }
}

extension LayerControl: FitUnit {}

/// Fits the same probes, at the same C, on control labels.
struct LayerControls {
  let work: FitWork
  /// One a layer.
  let probes: [Probe]
  var seed: UInt64 = 42

  /// - Returns: nil if `progress` stopped the work.
  func fits(_ progress: (WorkProgress) -> Bool) -> [LayerControl]? {
    let splits = work.splits
    let shuffled = ControlLabels(
      train: shuffledLabels(splits.trainLabels, seed: seed),
      validation: shuffledLabels(splits.validationLabels, seed: seed + 1))
    let byWord = wordControlLabels(
      work.data.texts.map(\.text), train: splits.train,
      shares: classShares(splits.trainLabels, classes: splits.classes), seed: seed)
    let words = ControlLabels(
      train: splits.train.map { byWord[$0] }, validation: splits.validation.map { byWord[$0] })
    return work.inParallel("fitting controls", probes.count, progress) { index in
      let probe = probes[index]
      return work.unit("control.\(probe.key.layerName).\(probe.key.pooling.rawValue)") {
        let scores = scores(probe, [shuffled, words])
        return LayerControl(
          representation: probe.key.representation, layer: probe.key.layer,
          pooling: probe.key.pooling, shuffled: scores[0].held, shuffledTrain: scores[0].train,
          words: scores[1].held,
          selectivity: probe.validation.accuracy - scores[1].held.accuracy)
      }
    }
  }

  private struct ControlLabels {
    var train: [Int]
    var validation: [Int]
  }

  private func scores(
    _ probe: Probe, _ labels: [ControlLabels]
  ) -> [(held: Score, train: Score)] {
    let matrix = work.features[probe.key]
    let train = matrix.selecting(rows: work.splits.train)
    let held = matrix.selecting(rows: work.splits.validation)
    return labels.map { labels in
      let fits = ClassifierPath(
        train, labels: labels.train, classes: work.splits.classes,
        settings: work.settings.classifier
      ).fits(cs: [probe.fitted.c])
      return fits.first.map {
        (
          Score($0.classifier, held, truth: labels.validation),
          Score($0.classifier, train, truth: labels.train)
        )
      }
        ?? (
          Score(labels.validation.map { _ in 0 }, truth: labels.validation),
          Score(labels.train.map { _ in 0 }, truth: labels.train)
        )
    }
  }
}
