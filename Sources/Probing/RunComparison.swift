public import Tensors

/// Why two runs cannot be compared.
public struct RunComparisonError: Error, Equatable, CustomStringConvertible {
  public var description: String
}

/// Two classifiers on the same texts, heads of runs or what these were held against: how they
/// differ, and in what.
///
/// Compared are the texts that are of one split in both, so that neither head has learned from
/// them. Their order does not matter; of texts that stand there twice, the first is matched with
/// the first.
public struct RunComparison: Sendable, Equatable {
  /// A classifier of a run with what it says of the run's texts.
  public struct Side: Sendable {
    public var run: Run
    public var table: TextTable
    /// Which baseline; nil is the head.
    public var baseline: Baseline.Kind?

    /// The run's head.
    public init(_ run: Run, _ table: TextTable) { (self.run, self.table) = (run, table) }

    /// A baseline, of which a run keeps what it answers of the test texts.
    ///
    /// - Throws: `RunComparisonError` if the run has no such baseline, or was written before answers
    ///   were kept.
    public init(
      _ run: Run, _ table: TextTable, baseline kind: Baseline.Kind
    ) throws(RunComparisonError) {
      guard let baseline = run.scores.baseline(kind) else {
        throw RunComparisonError(description: "the run has no baseline \(kind.rawValue)")
      }
      let (test, classes) = (
        table.rows.filter { $0.split == .test }, run.info.data.classes.indices
      )
      guard let answers = baseline.answers, answers.count == test.count,
        answers.allSatisfy(classes.contains)
      else {
        throw RunComparisonError(
          description: "the run does not say what \(kind.rawValue) answers; fit it again")
      }
      let rows = zip(test, answers).map { row, answer in
        TextRow(
          id: row.id, text: row.text, split: row.split, label: row.label,
          probabilities: classes.map { $0 == answer ? 1 : 0 })
      }
      (self.run, self.table, self.baseline) = (run, TextTable(rows: rows), kind)
    }
  }

  /// A text of which the heads say different things.
  public struct Flip: Sendable, Equatable {
    /// Its place among the first run's texts.
    public var place: Int
    public var text: String
    /// Its class, and what each head says: indices into the first run's classes.
    public var label: Int
    public var first: Int
    public var second: Int
  }

  /// The first's metric less the second's.
  public struct Difference: Sendable, Equatable {
    public var metric: Metric
    public var estimate: Estimate
  }

  /// The neurons that the heads read.
  public struct Neurons: Sendable, Equatable {
    public var shared: [NeuronAddress]
    public var first: Int
    public var second: Int

    /// The share of all that both read: Jaccard's index.
    public var overlap: Double {
      Double(shared.count) / Double(max(1, first + second - shared.count))
    }
  }

  /// A layer that both runs probe, with the validation score of each run's chosen pooling.
  public struct Layer: Sendable, Equatable {
    public var layer: LayerAddress
    public var first: Score
    public var second: Score
  }

  public var split: Split
  /// Texts compared, and those of either run that the other does not have.
  public var n: Int
  public var unmatched: Int
  public var first: Score
  public var second: Score
  /// The first head against the second.
  public var accuracy: PairedComparison
  public var differences: [Difference]
  /// In the order of the first run's texts.
  public var flips: [Flip]
  /// Nil where the models differ, since a neuron's address then means something else, and of
  /// baselines.
  public var neurons: Neurons?
  /// None of baselines.
  public var layers: [Layer]
  /// Whether both are heads; of a baseline only answers are known.
  public var isOfHeads: Bool

  /// Metrics of which the difference is given, beside accuracy.
  public static let metrics: [Metric] = [.macroF1, .logLoss, .brier, .calibrationError]

  /// Compares two classifiers, of two runs or of one.
  ///
  /// - Parameters:
  ///   - first: the run that is looked at.
  ///   - second: what it is held against.
  ///   - split: whose texts are compared.
  ///   - bootstrap: how the texts are drawn again.
  ///   - workers: threads at most; the result does not depend on them.
  /// - Throws: `RunComparisonError` if the runs have other classes or no text in common.
  public init(
    _ first: Side, against second: Side, on split: Split = .test,
    bootstrap: Bootstrap = Bootstrap(), workers: Int = availableWorkers()
  ) throws(RunComparisonError) {
    let classes = first.run.info.data.classes
    guard Set(classes) == Set(second.run.info.data.classes) else {
      throw RunComparisonError(description: "the runs tell other classes apart")
    }
    let pairs = Self.pairs(first, second, split)
    guard !pairs.isEmpty else {
      throw RunComparisonError(
        description: "no \(split.rawValue) text of the one is a \(split.rawValue) text of the other"
      )
    }
    // The second's probabilities, in the order of the first's classes.
    let order = classes.map { second.run.info.data.classes.firstIndex(of: $0) ?? 0 }
    let a = pairs.map { first.table.rows[$0.first].probabilities }
    let b = pairs.map { pair in
      order.map { second.table.rows[pair.second].probabilities[$0] }
    }
    let truth = pairs.map { first.table.rows[$0.first].label }
    let answers = (a.map(mostProbable), b.map(mostProbable))
    self.split = split
    n = pairs.count
    unmatched = [first, second].reduce(-2 * pairs.count) {
      $0 + $1.table.rows.count { $0.split == split }
    }
    self.first = Score(answers.0, truth: truth)
    self.second = Score(answers.1, truth: truth)
    accuracy = PairedComparison(
      answers.0, answers.1, truth: truth, bootstrap: bootstrap, workers: workers)
    isOfHeads = first.baseline == nil && second.baseline == nil
    differences = (isOfHeads ? Self.metrics : [.macroF1]).compactMap { metric in
      pairedDifference(in: metric, a, b, truth: truth, bootstrap: bootstrap, workers: workers)
        .map { Difference(metric: metric, estimate: $0) }
    }
    flips = pairs.indices.filter { answers.0[$0] != answers.1[$0] }.map { i in
      let row = first.table.rows[pairs[i].first]
      return Flip(
        place: pairs[i].first, text: row.text, label: row.label, first: answers.0[i],
        second: answers.1[i])
    }
    neurons = isOfHeads ? Self.neurons(first.run, second.run) : nil
    layers = isOfHeads ? Self.layers(first.run, second.run) : []
  }

  /// A text and its class, which a text must keep to be the same.
  private struct Key: Hashable {
    var text: [UInt8]
    var label: String
  }

  /// Places of the same text in both tables, in the order of the first.
  private static func pairs(
    _ first: Side, _ second: Side, _ split: Split
  ) -> [(first: Int, second: Int)] {
    func key(_ side: Side, _ place: Int) -> Key {
      let row = side.table.rows[place]
      return Key(text: Array(row.text.utf8), label: side.run.info.data.classes[row.label])
    }
    func places(_ side: Side) -> [Int] {
      side.table.rows.indices.filter { side.table.rows[$0].split == split }
    }
    var rest = Dictionary(grouping: places(second).reversed()) { key(second, $0) }
    return places(first).compactMap { place in
      rest[key(first, place)]?.popLast().map { (place, $0) }
    }
  }

  private static func neurons(_ first: Run, _ second: Run) -> Neurons? {
    guard first.info.model.sha256 == second.info.model.sha256 else { return nil }
    let other = Set(second.head.neurons)
    return Neurons(
      shared: first.head.neurons.filter(other.contains), first: first.head.neurons.count,
      second: other.count)
  }

  private static func layers(_ first: Run, _ second: Run) -> [Layer] {
    Representation.allCases.flatMap { representation in
      let other = Dictionary(
        uniqueKeysWithValues: second.probes(representation, second.head.pooling)
          .map { ($0.key.layer, $0.validation) })
      return first.probes(representation, first.head.pooling).compactMap { probe in
        other[probe.key.layer].map {
          Layer(
            layer: LayerAddress(representation, probe.key.layer), first: probe.validation,
            second: $0)
        }
      }
    }
  }
}
