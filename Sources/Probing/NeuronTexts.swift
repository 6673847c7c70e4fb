/// Which texts drive a neuron: its pooled value in each of them.
///
/// The top alone misleads: what a neuron seems to mean there need not hold lower down, nor on other
/// texts, so that the bottom, the steps between and random texts stand beside it.
/// Source: Bolukbasi et al. 2021, arXiv:2104.07143.
public struct NeuronTexts: Sendable, Equatable {
  /// Which texts to look at.
  public enum Sample: String, Sendable, CaseIterable {
    case top, bottom
    /// Evenly spaced from the highest value to the lowest.
    case quantiles
    case random
  }

  /// The neuron's pooled value in each text of the run.
  public let values: [Float]
  /// Places of the texts looked at, by falling value, equals by place.
  public let order: [Int]

  /// Looks at some of a run's texts.
  ///
  /// - Parameters:
  ///   - values: the neuron's pooled value in each text of the run.
  ///   - places: the texts to look at.
  public init(_ values: [Float], among places: [Int]) {
    self.values = values
    order = places.sorted { (values[$1], $0) < (values[$0], $1) }
  }

  /// At most `count` texts of a kind: from the highest value down, but for the bottom, which goes
  /// up, and random ones, which are always the same.
  public func places(_ sample: Sample, count: Int) -> [Int] {
    switch sample {
    case .top: return Array(order.prefix(count))
    case .bottom: return Array(order.reversed().prefix(count))
    case .quantiles:
      let count = min(count, order.count)
      guard count > 1 else { return Array(order.prefix(count)) }
      return (0..<count).map { order[$0 * (order.count - 1) / (count - 1)] }
    case .random:
      var generator = SplitMix64(seed: 42)
      return Array(order.sorted().shuffled(using: &generator).prefix(count))
    }
  }

  /// How many of the `count` highest texts are of each class.
  public func balance(ofTop count: Int, labels: [Int], classes: Int) -> [Int] {
    order.prefix(count).reduce(into: Array(repeating: 0, count: classes)) {
      $0[labels[$1]] += 1
    }
  }

  /// How many texts of each class have a value in each of `bins` equal ranges: `[class][bin]`, from
  /// the lowest value looked at to the highest.
  public func histogram(bins: Int, labels: [Int], classes: Int) -> [[Int]] {
    precondition(bins > 0, "\(bins) bins")
    var counts = Array(repeating: Array(repeating: 0, count: bins), count: classes)
    guard let first = order.last, let last = order.first else { return counts }
    let (low, span) = (values[first], values[last] - values[first])
    for place in order {
      let share = span > 0 ? (values[place] - low) / span : 0
      counts[labels[place]][min(bins - 1, Int(share * Float(bins)))] += 1
    }
    return counts
  }
}

/// One neuron as a detector of one class: it says the class where its value is beyond a threshold.
public struct NeuronDetector: Sendable, Equatable {
  /// The class that it detects.
  public var detected: Int
  /// Whether values above the threshold speak for the class; else those below.
  public var isAbove: Bool
  public var threshold: Float
  /// Of the texts that it takes for the class, the share that is of it.
  public var precision: Score
  /// Of the class's texts, the share that it finds.
  public var recall: Score
  /// Places of the texts that it takes for the class wrongly, the surest first.
  public var falsePositives: [Int]

  /// Chooses the threshold on some texts and counts on others.
  ///
  /// The threshold is the one with the largest sum of sensitivity and specificity, halfway between
  /// two values.
  /// Source: Youden 1950, "Index for rating diagnostic tests".
  /// - Parameters:
  ///   - detected: the class.
  ///   - isAbove: whether the neuron is higher in the class.
  ///   - values: its pooled value in each text of the run.
  ///   - labels: the class of each text.
  ///   - train: places of the texts that choose the threshold.
  ///   - held: places of the texts that are counted.
  public init(
    _ detected: Int, isAbove: Bool, _ values: [Float], labels: [Int], train: [Int], held: [Int]
  ) {
    let sign: Float = isAbove ? 1 : -1
    let order = train.sorted { sign * values[$0] > sign * values[$1] }
    let positives = train.count { labels[$0] == detected }
    let (ones, others) = (max(1, positives), max(1, train.count - positives))
    var (found, taken, best) = (0, 0, -1.0)
    var threshold = order.first.map { values[$0] } ?? 0
    for (rank, place) in order.enumerated() {
      if labels[place] == detected { found += 1 } else { taken += 1 }
      let next = rank + 1 < order.count ? values[order[rank + 1]] : values[place]
      let gain = Double(found) / Double(ones) - Double(taken) / Double(others)
      guard rank + 1 == order.count || next != values[place], gain > best else { continue }
      (best, threshold) = (gain, (values[place] + next) / 2)
    }
    let said = held.filter { sign * values[$0] >= sign * threshold }
    let right = said.count { labels[$0] == detected }
    self.detected = detected
    self.isAbove = isAbove
    self.threshold = threshold
    precision = Score(correct: right, of: said.count)
    recall = Score(correct: right, of: held.count { labels[$0] == detected })
    falsePositives = said.filter { labels[$0] != detected }
      .sorted { (sign * values[$1], $0) < (sign * values[$0], $1) }
  }
}
