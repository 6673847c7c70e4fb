/// Which texts of a run to show, and in which order.
///
///     label:positive predicted:negative conf>0.9 len<20 split:test /not/ sort:-conf
///
/// A text must meet every condition; `and`, `or`, `not` and parentheses join them otherwise, `and`
/// binding closer than `or`. `TextQueryParser` says what conditions there are.
public struct TextQuery: Sendable, Equatable {
  /// What a text must be.
  public indirect enum Condition: Sendable, Equatable {
    /// All of some conditions; of none, any text.
    case all([Condition])
    /// At least one of some conditions.
    case any([Condition])
    case not(Condition)
    /// Its class, and the class that the head says: indices into the run's classes.
    case label(Int)
    case predicted(Int)
    case split(Split)
    /// The head is wrong about it.
    case wrong
    /// The head of the run that this one is compared with says another class.
    case flipped
    case number(Field, Comparison, Double)
    /// It has this word, in any case.
    case word(String)
    /// It has these characters, in any case.
    case part(String)
    /// It has exactly these characters.
    case phrase(String)
  }

  /// A number of a text, by the name that queries use.
  public enum Field: String, Sendable, CaseIterable {
    case id
    case confidence = "conf"
    case length = "len"
    case loss
  }

  public enum Comparison: String, Sendable, CaseIterable {
    case less = "<"
    case atMost = "<="
    case equal = "="
    case atLeast = ">="
    case greater = ">"
  }

  /// What texts are ordered by, by the name that queries use.
  public enum SortKey: String, Sendable, CaseIterable {
    case id, label, predicted
    case confidence = "conf"
    case length = "len"
    case loss, split
  }

  /// A key and its direction.
  public struct Sort: Sendable, Equatable {
    public var key: SortKey
    public var isFalling: Bool

    /// Orders by a key.
    public init(_ key: SortKey, isFalling: Bool = false) {
      self.key = key
      self.isFalling = isFalling
    }
  }

  public var condition: Condition
  /// The first decides, the next where it is equal; at last the order of the data.
  public var sorts: [Sort]

  /// Joins a condition with an order.
  public init(_ condition: Condition = .all([]), sorts: [Sort] = []) {
    self.condition = condition
    self.sorts = sorts
  }

  /// The places in a table of the texts that meet the condition, in order.
  public func select(_ rows: [TextRow]) -> [Int] {
    let places = rows.indices.filter { condition.holds(for: rows[$0]) }
    guard !sorts.isEmpty else { return places }
    return places.sorted { a, b in
      for sort in sorts {
        let (x, y) = (sort.key.value(of: rows[a]), sort.key.value(of: rows[b]))
        if x != y { return (x < y) != sort.isFalling }
      }
      return a < b
    }
  }
}

extension TextQuery.Condition {
  /// Whether a text meets it.
  public func holds(for row: TextRow) -> Bool {
    switch self {
    case .all(let parts): parts.allSatisfy { $0.holds(for: row) }
    case .any(let parts): parts.contains { $0.holds(for: row) }
    case .not(let part): !part.holds(for: row)
    case .label(let label): row.label == label
    case .predicted(let label): row.predicted == label
    case .split(let split): row.split == split
    case .wrong: !row.isRight
    case .flipped: row.otherAnswer != nil
    case .number(let field, let comparison, let bound):
      comparison.holds(field.value(of: row), bound)
    case .word(let word): row.folded.contains(word: word)
    case .part(let part): row.folded.contains(bytes: part)
    case .phrase(let phrase): row.text.contains(bytes: phrase)
    }
  }
}

extension TextQuery.Field {
  func value(of row: TextRow) -> Double {
    switch self {
    case .id: Double(row.id)
    case .confidence: row.confidence
    case .length: Double(row.length)
    case .loss: row.loss
    }
  }
}

extension TextQuery.Comparison {
  func holds(_ a: Double, _ b: Double) -> Bool {
    switch self {
    case .less: a < b
    case .atMost: a <= b
    case .equal: a == b
    case .atLeast: a >= b
    case .greater: a > b
    }
  }
}

extension TextQuery.SortKey {
  func value(of row: TextRow) -> Double {
    switch self {
    case .id: Double(row.id)
    case .label: Double(row.label)
    case .predicted: Double(row.predicted)
    case .confidence: row.confidence
    case .length: Double(row.length)
    case .loss: row.loss
    case .split: Double(Split.allCases.firstIndex(of: row.split) ?? 0)
    }
  }
}

extension String {
  /// Whether the UTF-8 of `part` stands in it.
  fileprivate func contains(bytes part: String) -> Bool {
    firstPlace(of: Array(part.utf8), from: 0) != nil
  }

  /// Whether `word` stands in it with no letter or digit before and behind it.
  fileprivate func contains(word: String) -> Bool {
    let bytes = Array(word.utf8)
    var start = 0
    while let place = firstPlace(of: bytes, from: start) {
      if isBorder(utf8.index(utf8.startIndex, offsetBy: place))
        && isBorder(utf8.index(utf8.startIndex, offsetBy: place + bytes.count))
      {
        return true
      }
      start = place + 1
    }
    return false
  }

  /// Whether a word may begin or end at a place: not between two letters or digits.
  private func isBorder(_ index: Index) -> Bool {
    guard index > startIndex, index < endIndex else { return true }
    let scalars = unicodeScalars
    func isPart(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
    return !isPart(scalars[scalars.index(before: index)]) || !isPart(scalars[index])
  }

  /// The first place from `start` on where some bytes stand; nil of no bytes.
  private func firstPlace(of bytes: [UInt8], from start: Int) -> Int? {
    guard let first = bytes.first else { return nil }
    var copy = self
    return copy.withUTF8 { text in
      guard text.count - bytes.count >= start else { return nil }
      return (start...text.count - bytes.count).first { place in
        unsafe text[place] == first
          && bytes.indices.allSatisfy { unsafe text[place + $0] == bytes[$0] }
      }
    }
  }
}
