/// The 256 colours that come nearest to a scale and keep its order of lightness, which the nearest
/// of each colour do not.
struct RampPalette {
  // Enough to tell values apart; more would have to repeat colours.
  private static let stepLimit = 12
  private static let branchLimit = 6
  /// L* that each step must add at least.
  private static let leastStep = 2.0

  private static let candidates: [(index: UInt8, lab: CIELab)] = (16...255)
    .map { (UInt8($0), CIELab(XtermPalette.rgb(UInt8($0)))) }
    .sorted { $0.lab.lightness < $1.lab.lightness }

  /// Indices for `levels`, from first to last; a signed scale keeps its centre in the middle.
  static func indices(_ levels: [RGB], diverging: Bool) -> [UInt8] {
    guard diverging, !levels.isEmpty else { return branch(levels, limit: stepLimit) }
    let half = levels.count / 2
    let negative = branch(levels[...half].reversed(), limit: branchLimit)
    let positive = branch(Array(levels[half...]), limit: branchLimit)
    // Both halves must have as many steps, so that both signs look alike.
    let steps = min(negative.count, positive.count)
    return spread(negative, steps).reversed() + spread(positive, steps).dropFirst()
  }

  /// The longest chain of at most `limit` colours that goes one way in lightness.
  private static func branch(_ levels: [RGB], limit: Int) -> [UInt8] {
    guard let first = levels.first, let last = levels.last else { return [] }
    let rises = CIELab(first).lightness <= CIELab(last).lightness
    let rising = rises ? levels : levels.reversed()
    for count in stride(from: min(limit, levels.count), to: 1, by: -1) {
      if let chain = chain(spread(rising, count).map { CIELab($0) }) {
        return rises ? chain : chain.reversed()
      }
    }
    return levels.map(XtermPalette.nearest)
  }

  /// The cheapest chain of candidates that rises in lightness, by dynamic programming; nil if none.
  private static func chain(_ targets: [CIELab]) -> [UInt8]? {
    var costs = candidates.map { $0.lab.squaredDistance(to: targets[0]) }
    var before: [[Int]] = []
    for target in targets.dropFirst() {
      var (next, from) = ([Double](), [Int]())
      var (best, end) = (-1, 0)
      for candidate in candidates {
        while candidates[end].lab.lightness + leastStep <= candidate.lab.lightness {
          if best < 0 || costs[end] < costs[best] { best = end }
          end += 1
        }
        from.append(best)
        let own = candidate.lab.squaredDistance(to: target)
        next.append(best < 0 ? .infinity : costs[best] + own)
      }
      costs = next
      before.append(from)
    }
    guard var place = costs.indices.min(by: { costs[$0] < costs[$1] }), costs[place].isFinite
    else { return nil }
    var chain = [candidates[place].index]
    for from in before.reversed() {
      place = from[place]
      chain.append(candidates[place].index)
    }
    return chain.reversed()
  }

  /// `count` of the elements, the first and the last among them.
  private static func spread<Element>(_ elements: [Element], _ count: Int) -> [Element] {
    guard count > 1, count < elements.count else { return elements }
    return (0..<count).map { elements[$0 * (elements.count - 1) / (count - 1)] }
  }
}
