import Tensors

/// A number and the ends of its 95 % interval.
public struct Estimate: Sendable, Codable, Equatable {
  public var value: Double
  public var low: Double
  public var high: Double

  /// Keeps a number with its interval.
  public init(_ value: Double, low: Double, high: Double) {
    self.value = value
    self.low = low
    self.high = high
  }

  /// A share with Wilson's interval, which needs no resampling.
  init(_ score: Score) { self.init(score.accuracy, low: score.low, high: score.high) }
}

/// Intervals by drawing texts again, with replacement, from those at hand.
///
/// Every resample has as many texts of each class as the data: the splits are stratified
/// themselves, the class balance of a test set is a choice rather than luck, and no metric is ever
/// without a class that it needs. The interval is the percentile one, from the 2.5th to the 97.5th
/// of a hundred parts, and is widened where needed to hold the value itself: that of a biased
/// statistic such as the calibration error may lie outside.
/// Source: Efron & Tibshirani 1993, "An introduction to the bootstrap", sections 13.3 and 8.3.
public struct Bootstrap: Sendable, Equatable {
  public var resamples: Int
  public var seed: UInt64

  /// - Parameters:
  ///   - resamples: how often the texts are drawn again; 1,000 fix the ends of an interval to about
  ///     a twentieth of its width.
  ///   - seed: the same seed draws the same texts.
  public init(resamples: Int = 1_000, seed: UInt64 = 42) {
    precondition(resamples > 0, "\(resamples) resamples")
    self.resamples = resamples
    self.seed = seed
  }

  /// Several statistics of the same texts, each with its interval.
  ///
  /// - Parameters:
  ///   - strata: the class of each text.
  ///   - workers: threads at most; the result does not depend on them.
  ///   - statistics: computes all values from how often each text counts; nil where one is
  ///     undefined, which must not depend on the draw.
  /// - Returns: nil where the value is.
  func estimates(
    strata: [Int], workers: Int = availableWorkers(),
    _ statistics: @Sendable (_ weights: [Int32]) -> [Double?]
  ) -> [Estimate?] {
    let values = statistics(Array(repeating: 1, count: strata.count))
    var draws = values.map { _ in [Double]() }
    let members = Dictionary(grouping: strata.indices) { strata[$0] }
      .sorted { $0.key < $1.key }.map(\.value)
    var generator = SplitMix64(seed: seed)
    let seeds = (0..<resamples).map { _ in generator.next() }
    forEachInParallel(
      count: resamples, workers: workers,
      makeScratch: { [Int32](repeating: 0, count: strata.count) },
      work: { index, weights in
        draw(members, seed: seeds[index], into: &weights)
        return statistics(weights)
      },
      consume: { _, resample in
        for (statistic, value) in resample.enumerated() {
          if let value { draws[statistic].append(value) }
        }
        return true
      })
    return zip(values, draws).map { value, draws in
      value.map { interval($0, draws.sorted()) }
    }
  }

  /// Draws as many texts from each stratum as it has, and counts how often each came.
  private func draw(_ strata: [[Int]], seed: UInt64, into weights: inout [Int32]) {
    for i in weights.indices { weights[i] = 0 }
    var generator = SplitMix64(seed: seed)
    for members in strata {
      let count = UInt64(members.count)
      for _ in members {
        // The high half of the product is below `count`; it is uneven by less than count / 2⁶⁴.
        let choice = generator.next().multipliedFullWidth(by: count).high
        weights[members[Int(choice)]] += 1
      }
    }
  }

  private func interval(_ value: Double, _ sorted: [Double]) -> Estimate {
    guard !sorted.isEmpty else { return Estimate(value, low: value, high: value) }
    return Estimate(
      value, low: min(value, quantile(sorted, 0.025)), high: max(value, quantile(sorted, 0.975)))
  }
}

/// The value below which a share of the `sorted` values lies, interpolated between neighbours.
func quantile(_ sorted: [Double], _ share: Double) -> Double {
  let position = share * Double(sorted.count - 1)
  let lower = Int(position)
  let upper = min(lower + 1, sorted.count - 1)
  return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
}
