import Foundation

/// Some texts that a query selects, and how often the head errs on them and on the others.
public struct ErrorSlice: Sendable, Equatable {
  public var condition: TextQuery.Condition
  /// The share that is right, in the slice and beside it.
  public var inside: Score
  public var outside: Score
  /// The share of errors inside less that outside.
  ///
  /// Source: Newcombe 1998, "Interval estimation for the difference between independent proportions",
  /// method 10.
  public var excess: Estimate
  /// How rarely as many errors or more would fall into the slice if they fell on any texts
  /// alike: Fisher's exact test, one-sided.
  public var p: Double
  /// The same after Holm's correction for all slices that were looked at.
  public var corrected: Double
}

/// Where a head errs more than elsewhere: by label, answer, length and word.
///
/// Whoever looks at a hundred slices finds bad ones by luck; so every slice that was looked at
/// counts, and `corrected` says what is left of each.
/// Source: Holm 1979, "A simple sequentially rejective multiple test procedure".
public struct ErrorSlices: Sendable, Equatable {
  /// Every slice that was looked at, the least likely to be luck first.
  public var slices: [ErrorSlice]
  public var texts: Int

  /// Texts that a slice has at least, and that it leaves out at least.
  static let leastTexts = 8
  /// Words that are looked at, the commonest first.
  static let mostWords = 200

  /// Looks at some texts of a table, which are best of the validation split: then the test texts
  /// stay unread.
  public init(_ table: TextTable, places: [Int], classes: Int) {
    let rows = places.map { table.rows[$0] }
    texts = rows.count
    let members =
      Self.labels(rows, classes) + Self.lengths(rows) + Self.words(rows)
    slices = members.compactMap { condition, members in
      ErrorSlice(condition, members: members, rows)
    }
    slices.sort { ($0.p, -$0.excess.value) < ($1.p, -$1.excess.value) }
    correct()
  }

  /// Holm: the smallest p of m times m, the next times m − 1, none below the one before.
  private mutating func correct() {
    var least = 0.0
    for place in slices.indices {
      least = max(least, min(1, slices[place].p * Double(slices.count - place)))
      slices[place].corrected = least
    }
  }

  private typealias Members = (condition: TextQuery.Condition, places: [Int])

  private static func labels(_ rows: [TextRow], _ classes: Int) -> [Members] {
    (0..<classes).flatMap { k in
      [
        (.label(k), rows.indices.filter { rows[$0].label == k }),
        (.predicted(k), rows.indices.filter { rows[$0].predicted == k }),
      ]
    }
  }

  /// Quarters of the texts by their length.
  private static func lengths(_ rows: [TextRow]) -> [Members] {
    let sorted = rows.map(\.length).sorted()
    guard let shortest = sorted.first, let longest = sorted.last else { return [] }
    let inner = Set((1...3).map { sorted[sorted.count * $0 / 4] }).filter { $0 > shortest }
    let bounds = [shortest] + inner.sorted() + [longest + 1]
    return zip(bounds, bounds.dropFirst()).map { low, high in
      var parts: [TextQuery.Condition] = []
      if low > shortest { parts.append(.number(.length, .atLeast, Double(low))) }
      if high <= longest { parts.append(.number(.length, .less, Double(high))) }
      return (.all(parts), rows.indices.filter { low..<high ~= rows[$0].length })
    }
  }

  private static func words(_ rows: [TextRow]) -> [Members] {
    var places: [String: [Int]] = [:]
    for (place, row) in rows.enumerated() {
      for word in row.words { places[word, default: []].append(place) }
    }
    return places.filter { $0.value.count >= leastTexts }
      .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(mostWords)
      .map { (.word($0.key), $0.value) }
  }
}

extension TextRow {
  /// Its words of two letters or more, each once, as queries find them.
  fileprivate var words: Set<String> {
    Set(
      folded.unicodeScalars.split {
        !$0.properties.isAlphabetic && $0.properties.numericType == nil
      }.filter { $0.count > 1 }.map { String($0) })
  }
}

extension ErrorSlice {
  /// Nil where there are too few texts in the slice or beside it.
  fileprivate init?(_ condition: TextQuery.Condition, members: [Int], _ rows: [TextRow]) {
    let rest = rows.count - members.count
    guard members.count >= ErrorSlices.leastTexts, rest >= ErrorSlices.leastTexts else {
      return nil
    }
    let right = members.count { rows[$0].isRight }
    let all = rows.count(where: \.isRight)
    self.condition = condition
    inside = Score(correct: right, of: members.count)
    outside = Score(correct: all - right, of: rest)
    let difference = outside.accuracy - inside.accuracy
    let (a, b) = (outside, inside)
    func length(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
    excess = Estimate(
      difference, low: difference - length(a.accuracy - a.low, b.high - b.accuracy),
      high: difference + length(a.high - a.accuracy, b.accuracy - b.low))
    p = upperTail(
      members.count - right, drawn: members.count, marked: rows.count - all, of: rows.count)
    corrected = p
  }
}

/// How probable it is that of `drawn` texts, of `count` of which some are marked, at least `least`
/// are marked: the upper tail of the hypergeometric distribution.
func upperTail(_ least: Int, drawn: Int, marked: Int, of count: Int) -> Double {
  func logChoose(_ n: Int, _ k: Int) -> Double {
    lgamma(Double(n + 1)) - lgamma(Double(k + 1)) - lgamma(Double(n - k + 1))
  }
  let most = min(drawn, marked)
  let fewest = max(0, drawn + marked - count)
  guard least > fewest else { return 1 }
  guard least <= most else { return 0 }
  let all = logChoose(count, drawn)
  let sum = (least...most).reduce(0.0) {
    $0 + exp(logChoose(marked, $1) + logChoose(count - marked, drawn - $1) - all)
  }
  return min(1, sum)
}
