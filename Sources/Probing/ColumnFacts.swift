/// What the first rows of a table say of a column.
public struct ColumnFacts: Sendable, Equatable {
  public let name: String
  /// Rows that have something there.
  public let filled: Int
  /// Different values among them.
  public let distinct: Int
  /// Of a value, on average.
  public let characters: Double
  public let words: Double
  /// The first value that is not empty.
  public let example: String
  /// Whether every row has a value there.
  let isWhole: Bool
  /// How often each value stands there; nil if there are more than 100.
  let values: [String: Int]?

  init(name: String, fields: [Field]) {
    self.name = name
    let strings = fields.compactMap(\.string).filter { !$0.isEmpty }
    filled = strings.count
    isWhole = filled == fields.count
    var counts: [String: Int] = [:]
    for string in strings { counts[string, default: 0] += 1 }
    distinct = counts.count
    values = counts.count > 100 ? nil : counts
    let rows = Double(max(1, filled))
    characters = Double(strings.reduce(0) { $0 + $1.unicodeScalars.count }) / rows
    words = Double(strings.reduce(0) { $0 + $1.split(separator: " ").count }) / rows
    example = strings.first ?? ""
  }
}
