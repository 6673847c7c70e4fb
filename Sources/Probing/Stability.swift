public import Tensors

/// How often a layer's probe would keep a neuron, had it seen other texts.
///
/// The training texts are cut in two halves with equal shares of every class, `pairs` times, and
/// the probe is fitted on each half again. C is doubled, so that loss and penalty weigh against
/// each other as before; scaling stays that of all training texts. Accuracy can stand still while
/// the neurons change: what is kept in less than half of the fits is one choice of many.
/// Sources: Meinshausen & Bühlmann 2010, "Stability selection"; complementary halves: Shah &
/// Samworth 2013, "Variable selection with error control".
public struct Stability: Sendable, Codable, Equatable {
  /// How often the texts are cut in two; twice as many probes are fitted.
  public var pairs: Int
  public var seed: UInt64
  /// The relative duality gap at which a refit stops.
  public var tolerance = 1e-3

  /// - Parameters:
  ///   - pairs: 10 pairs fix a share to about ± 0.2.
  ///   - seed: the same seed cuts the same halves.
  public init(pairs: Int = 10, seed: UInt64 = 42) {
    precondition(pairs > 0, "\(pairs) pairs")
    self.pairs = pairs
    self.seed = seed
  }

  /// The share of the refits of `probe` that keep each neuron of its layer.
  ///
  /// Each refit starts from the probe. What it costs is one fit on half the texts.
  /// - Parameters:
  ///   - probe: a probe of a layer.
  ///   - features: `(texts, d)` raw features of its training texts.
  ///   - labels: the class of each training text.
  ///   - selection: which neurons are kept.
  ///   - measure: what saliency is.
  ///   - settings: how the probe was fitted; its tolerance does not matter.
  ///   - workers: threads at most, each with a copy of half the features; the result does not
  ///     depend on them.
  ///   - progress: called after every refit; return `false` to stop.
  /// - Returns: one share a neuron; nil if `progress` stopped the work.
  public func keptShares(
    of probe: Probe, _ features: Matrix, labels: [Int], selection: NeuronSelection,
    measure: SaliencyMeasure = .squared, settings: ClassifierSettings = .init(),
    workers: Int = availableWorkers(), progress: (WorkProgress) -> Bool = { _ in true }
  ) -> [Double]? {
    let columns =
      settings.scaling == .standard
      ? probe.fitted.classifier.standardizer.columns(of: features) : features.transposed
    let halves = halves(of: labels)
    var counts = [Int](repeating: 0, count: features.columns)
    var done = 0
    var stopped = false
    forEachInParallel(
      count: halves.count, workers: workers, makeScratch: { () },
      work: { index, _ in
        refit(probe, columns, labels, on: halves[index], settings)
          .salientNeurons(selection, measure).map(\.index)
      },
      consume: { _, kept in
        for neuron in kept { counts[neuron] += 1 }
        done += 1
        stopped = !progress(WorkProgress("measuring neurons", done: done, total: halves.count))
        return !stopped
      })
    return stopped ? nil : counts.map { Double($0) / Double(halves.count) }
  }

  /// Both halves of every cut, as ascending positions of texts.
  func halves(of labels: [Int]) -> [[Int]] {
    var generator = SplitMix64(seed: seed)
    let members = Dictionary(grouping: labels.indices) { labels[$0] }.sorted { $0.key < $1.key }
    return (0..<pairs).flatMap { _ in
      // Dealt out in turn, every class is halved to within a text, and so is the whole.
      let deck = members.flatMap { $0.value.shuffled(using: &generator) }
      return [0, 1].map { half in
        deck.indices.filter { $0 % 2 == half }.map { deck[$0] }.sorted()
      }
    }
  }

  /// The probe as half of the texts would have it.
  func refit(
    _ probe: Probe, _ columns: Matrix, _ labels: [Int], on half: [Int],
    _ settings: ClassifierSettings
  ) -> Probe {
    let x = columns.selecting(columns: half)
    let y = half.map { labels[$0] }
    let c = probe.fitted.c * Double(labels.count) / Double(max(half.count, 1))
    let outputs = probe.fitted.classifier.weights.rows
    let textWeights = settings.weighting.weights(labels: y, classes: max(2, outputs))
    let rows =
      settings.scheme == .softmax || outputs == 1
      ? refitted(probe.fitted.classifier, 0..<outputs, x, y, c, textWeights)
      : (0..<outputs).flatMap { k in
        refitted(
          probe.fitted.classifier, k..<k + 1, x, y.map { $0 == k ? 1 : 0 }, c, textWeights)
      }
    var changed = probe
    changed.fitted.classifier.weights.values = rows.flatMap { $0 }
    return changed
  }

  /// The weights of one regression of the given outputs, started from the old ones.
  private func refitted(
    _ old: LinearClassifier, _ outputs: Range<Int>, _ x: Matrix, _ y: [Int], _ c: Double,
    _ textWeights: [Double]
  ) -> [[Float]] {
    let start = L1Fit(
      weights: outputs.map { old.weights.row($0) }, intercepts: Array(old.intercepts[outputs]))
    return L1Regression(
      columns: x, labels: y, classes: max(2, outputs.count), textWeights: textWeights
    ).fit(c: c, tolerance: tolerance, start: start).weights
  }
}
