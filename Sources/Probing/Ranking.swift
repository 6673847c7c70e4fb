/// Texts by falling score: what every measure that looks at the order alone is computed from.
///
/// Sorting is done once; a measure of any resample is then one pass.
struct Ranking: Sendable {
  /// Texts by falling score, equals in any order.
  private let order: [Int]
  /// Whether a place is the last of a run of equal scores.
  private let endsRun: [Bool]

  init(_ scores: some RandomAccessCollection<some Comparable>) {
    let scores = Array(scores)
    let order = scores.indices.sorted { scores[$1] < scores[$0] }
    self.order = order
    endsRun = order.indices.map { place in
      place + 1 == order.count || scores[order[place]] != scores[order[place + 1]]
    }
  }

  /// The area under the ROC curve: P(s⁺ > s⁻) + ½ P(s⁺ = s⁻) for a positive and a negative text.
  ///
  /// Source: Hanley & McNeil 1982, "The meaning and use of the area under a receiver operating
  /// characteristic (ROC) curve"; equal scores share their middle rank.
  /// - Parameters:
  ///   - positive: for each text, whether it is of the class.
  ///   - weights: how often each text counts; once each if nil.
  /// - Returns: nil without a positive or without a negative text.
  func auroc(positive: [Bool], weights: [Int32]? = nil) -> Double? {
    // Twice the number of pairs in the right order, so that a tie counts 1.
    var pairs = 0
    forEachRun(positive, weights) { run, above in
      pairs += run.negatives * (2 * above.positives + run.positives)
    }
    let all = totals(positive, weights)
    guard all.positives > 0, all.negatives > 0 else { return nil }
    return Double(pairs) / (2 * Double(all.positives) * Double(all.negatives))
  }

  /// Average precision: Σ (Rᵢ − Rᵢ₋₁) Pᵢ over the distinct scores, from the highest down.
  ///
  /// It is the area under the precision–recall curve without interpolation.
  /// Source: Manning, Raghavan & Schütze 2008, "Introduction to information retrieval", section 8.4.
  /// - Returns: nil without a positive text.
  func averagePrecision(positive: [Bool], weights: [Int32]? = nil) -> Double? {
    var sum = 0.0
    var found = 0
    forEachRun(positive, weights) { run, above in
      found = above.positives + run.positives
      guard run.positives > 0 else { return }
      sum += Double(run.positives) * Double(found) / Double(found + above.negatives + run.negatives)
    }
    return found > 0 ? sum / Double(found) : nil
  }

  /// How many texts of each kind stand somewhere.
  private struct Count {
    var positives = 0
    var negatives = 0
  }

  private func totals(_ positive: [Bool], _ weights: [Int32]?) -> Count {
    var count = Count()
    for i in positive.indices {
      let weight = weights.map { Int($0[i]) } ?? 1
      if positive[i] { count.positives += weight } else { count.negatives += weight }
    }
    return count
  }

  /// Calls `body` for each run of equal scores, from the top, with the texts that stand above it.
  private func forEachRun(
    _ positive: [Bool], _ weights: [Int32]?, _ body: (_ run: Count, _ above: Count) -> Void
  ) {
    var above = Count()
    var run = Count()
    for place in order.indices {
      let text = order[place]
      let weight = weights.map { Int($0[text]) } ?? 1
      if positive[text] { run.positives += weight } else { run.negatives += weight }
      guard endsRun[place] else { continue }
      body(run, above)
      above.positives += run.positives
      above.negatives += run.negatives
      run = Count()
    }
  }
}

/// Each value's rank from 0, equals sharing their middle rank.
func midranks(_ values: [Double]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  for place in order.indices
  where place + 1 == order.count || values[order[place]] < values[order[place + 1]] {
    for tied in start...place { ranks[order[tied]] = Double(start + place) / 2 }
    start = place + 1
  }
  return ranks
}

/// Kendall's τ-b of two lists: 1 where they order alike, 0 where one says nothing of the other's order,
/// −1 where they order the other way round.
///
/// Source: Kendall 1945, "The treatment of ties in ranking problems". Takes n² steps.
/// - Returns: nil where all values of one list are equal.
public func rankAgreement(_ a: [Double], _ b: [Double]) -> Double? {
  precondition(a.count == b.count, "\(a.count) values against \(b.count)")
  var (concordant, differentA, differentB) = (0, 0, 0)
  for i in a.indices {
    for j in 0..<i {
      let (x, y) = ((a[i] - a[j]).sign(), (b[i] - b[j]).sign())
      concordant += x * y
      differentA += x * x
      differentB += y * y
    }
  }
  guard differentA > 0, differentB > 0 else { return nil }
  return Double(concordant) / (Double(differentA) * Double(differentB)).squareRoot()
}

extension Double {
  fileprivate func sign() -> Int { self > 0 ? 1 : self < 0 ? -1 : 0 }
}
