/// One of several classifiers to choose from: what it costs, and what it loses on each text.
public struct Candidate: Sendable {
  /// −log p of the true class on each validation text (or each text of every fold), in nats; the
  /// same texts in the same order for all candidates.
  public var losses: [Double]
  /// What the rule calls small: neurons times the blocks that must run.
  public var size: Int

  /// Keeps losses and size.
  public init(losses: [Double], size: Int) {
    self.losses = losses
    self.size = size
  }
}

/// Which of several candidates to take.
///
/// The best on validation is partly the luckiest. The one-standard-error choice is the smallest
/// candidate that the texts cannot tell from it: its mean loss is above the best's by at most one
/// standard error *of that difference*,
///
///     mean(dᵢ) ≤ s(d) / √n,   dᵢ = lossᵢ(candidate) − lossᵢ(best) on text i.
///
/// The rule as first written (Breiman et al. 1984, "Classification and regression trees", section
/// 3.4.3) takes the standard error of the best's own loss. That of the paired difference is smaller
/// because a hard text is hard for both, and it is the one that answers the question.
public struct Choice: Sendable, Codable, Equatable {
  /// How a candidate compares with the best.
  public struct Rating: Sendable, Codable, Equatable {
    /// The mean loss and its standard error over texts, in nats.
    public var loss: Double
    public var standardError: Double
    /// The mean loss less the best's, and the standard error of that difference.
    public var excess: Double
    public var excessStandardError: Double

    /// Whether the texts cannot tell it from the best.
    public var isWithinOneStandardError: Bool { excess <= excessStandardError }
  }

  /// One a candidate, in their order.
  public var ratings: [Rating]
  /// The candidate with the least mean loss; of equals the smallest, then the first.
  public var best: Int
  /// The smallest within one standard error of the best; of equals the one with less loss, then
  /// the first.
  public var oneStandardError: Int

  /// Rates the candidates, of which there must be one, on the same texts.
  public init(_ candidates: [Candidate]) {
    precondition(!candidates.isEmpty, "nothing to choose from")
    let texts = candidates[0].losses.count
    precondition(candidates.allSatisfy { $0.losses.count == texts }, "losses on other texts")
    let means = candidates.map { Moments($0.losses).mean }
    let best =
      candidates.indices.min { (means[$0], candidates[$0].size) < (means[$1], candidates[$1].size) }
      ?? 0
    let ratings = candidates.map { candidate in
      let own = Moments(candidate.losses)
      let excess = Moments(zip(candidate.losses, candidates[best].losses).map { $0 - $1 })
      return Rating(
        loss: own.mean, standardError: own.standardError, excess: excess.mean,
        excessStandardError: excess.standardError)
    }
    self.ratings = ratings
    self.best = best
    oneStandardError =
      candidates.indices.filter { ratings[$0].isWithinOneStandardError }
      .min { (candidates[$0].size, means[$0]) < (candidates[$1].size, means[$1]) } ?? best
  }
}

/// The mean of some values and how far they spread.
struct Moments: Sendable, Equatable {
  let count: Int
  let mean: Double
  /// Σ (x − mean)² / (n − 1); 0 of fewer than two values.
  let variance: Double

  init(_ values: some Collection<Double>) {
    count = values.count
    let mean = values.reduce(0, +) / Double(max(count, 1))
    self.mean = mean
    variance =
      values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(count - 1, 1))
  }

  var deviation: Double { variance.squareRoot() }
  var standardError: Double { (variance / Double(max(count, 1))).squareRoot() }
}
