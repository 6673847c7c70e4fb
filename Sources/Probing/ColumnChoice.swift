/// Which columns of a table hold texts, labels and splits.
public struct ColumnChoice: Sendable, Equatable {
  public var text: String
  public var label: String
  /// Nil where no column says train, validation or test.
  public var split: String?
  /// Whether one was found by its content or by a name that only may mean it.
  public var isGuess: Bool
}

/// Finds the columns of labelled texts by their names, or else by what stands in them.
///
/// A name that was asked for, or the names `text`, `label` and `split`, decide. Then the usual names
/// of data sets do, and then the shape of the first rows: long texts that differ, few values that
/// repeat, nothing but names of splits. What is not clear is refused with the candidates.
struct ColumnFinder {
  private let file: String
  private let columns: [String]
  /// What is known of every column.
  let facts: [ColumnFacts]

  static let usualTexts: Set<String> = [
    "sentence", "review", "content", "comment", "comment_text", "body", "message", "tweet",
    "document", "question", "utterance", "review_text", "reviewtext", "text_content",
  ]
  static let usualLabels: Set<String> = [
    "labels", "class", "category", "target", "sentiment", "label_sexist", "gold", "gold_label",
    "polarity", "intent", "topic", "emotion", "stars", "label_coarse", "coarse_label",
  ]

  init(file: String, columns: [String], sample: [TableRow]) {
    self.file = file
    self.columns = columns
    facts = columns.indices.map { column in
      ColumnFacts(name: columns[column], fields: sample.map { $0[column] })
    }
  }

  /// Chooses columns, of which some may be named already.
  ///
  /// - Throws: `DataError` if a column that was named is not there, or it is not clear which to take.
  func choose(text: String?, label: String?, split: String?) throws(DataError) -> ColumnChoice {
    let splitColumn = try findSplit(asked: split)
    let textColumn = try find(
      "text", asked: text, among: Self.usualTexts, without: [splitColumn], byShape: longest)
    let labelColumn = try find(
      "label", asked: label, among: Self.usualLabels, without: [splitColumn, textColumn],
      byShape: repeating)
    return ColumnChoice(
      text: columns[textColumn], label: columns[labelColumn],
      split: splitColumn.map { columns[$0] },
      isGuess: isGuess(textColumn, text, "text") || isGuess(labelColumn, label, "label")
        || splitColumn.map { isGuess($0, split, "split") } == true)
  }

  private func isGuess(_ column: Int, _ given: String?, _ usual: String) -> Bool {
    given == nil && columns[column].lowercased() != usual
  }

  private func named(_ column: String, for name: String) throws(DataError) -> Int {
    let places = columns.indices.filter { columns[$0] == column }
    guard let place = places.first else {
      throw fault("no column named \(column); found \(columns.joined(separator: ", "))", name)
    }
    guard places.count == 1 else {
      throw DataError(place: file, problem: "\(places.count) columns named \(column); rename one")
    }
    return place
  }

  private func fault(_ problem: String, _ name: String) -> DataError {
    DataError(place: file, problem: "\(problem); name it with --\(name)")
  }

  /// The column that is asked for, or is called `name`, or has a usual name, or the right shape.
  private func find(
    _ name: String, asked: String?, among usual: Set<String>, without taken: [Int?],
    byShape: (_ taken: [Int?]) -> [Int]
  ) throws(DataError) -> Int {
    if let asked { return try named(asked, for: name) }
    let exact = columns.indices.filter { columns[$0].lowercased() == name }
    let known = columns.indices.filter {
      usual.contains(columns[$0].lowercased()) && !taken.contains($0)
    }
    let candidates = !exact.isEmpty ? exact : !known.isEmpty ? known : byShape(taken)
    let names = Set(candidates.map { columns[$0] })
    guard !names.isEmpty else {
      throw fault(
        "no column looks like a \(name); found \(columns.joined(separator: ", "))", name)
    }
    guard names.count == 1 else {
      let list = candidates.map { columns[$0] }.joined(separator: " or ")
      throw fault("the \(name) could be \(list)", name)
    }
    return try named(columns[candidates[0]], for: name)
  }

  /// The column that is asked for, or is called `split`, or the first that holds nothing but names
  /// of splits, at least two.
  private func findSplit(asked: String?) throws(DataError) -> Int? {
    if let name = asked ?? columns.first(where: { $0.lowercased() == "split" }) {
      return try named(name, for: "split")
    }
    return columns.indices.first { column in
      let values = facts[column].values ?? [:]
      return values.count > 1 && values.keys.allSatisfy { Split(name: $0) != nil }
    }
  }

  /// Texts of several words that mostly differ: the longest, and all that are at least half as long.
  private func longest(without taken: [Int?]) -> [Int] {
    let texts = columns.indices.filter {
      !taken.contains($0) && facts[$0].words >= 2 && 2 * facts[$0].distinct >= facts[$0].filled
    }
    let most = texts.map { facts[$0].characters }.max() ?? 0
    return texts.filter { 2 * facts[$0].characters >= most }
  }

  /// Two values or more, but few, that stand in every row.
  private func repeating(without taken: [Int?]) -> [Int] {
    columns.indices.filter { column in
      let facts = facts[column]
      return !taken.contains(column) && facts.isWhole
        && 2...max(2, min(100, facts.filled / 4)) ~= facts.distinct && facts.characters <= 40
    }
  }
}
