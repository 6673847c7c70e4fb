import StrictJSON

/// Which part of a data set a text belongs to.
public enum Split: String, Sendable, Codable, CaseIterable {
  case train, validation, test

  /// The split that data sets call so, in any spelling.
  init?(name: String) {
    switch name.lowercased() {
    case "train", "training": self = .train
    case "validation", "valid", "val", "dev": self = .validation
    case "test": self = .test
    default: return nil
    }
  }
}

/// One labelled text.
public struct LabelledText: Sendable, Codable, Equatable {
  /// Its position in the data, from 0.
  public var id: Int
  public var text: String
  public var label: String
  public var split: Split
}

/// Why a data set was refused.
public struct DataError: Error, Equatable, CustomStringConvertible {
  /// The file, and its line where one is to blame.
  public var place: String
  public var problem: String

  public var description: String { "\(place): \(problem)" }
}

/// Labelled texts in three splits.
public struct DataSet: Sendable, Equatable {
  public var texts: [LabelledText]
  /// Whether a seed decided some text's split.
  public var isSplitBySeed = false
  /// The labels in ascending order, numbers first and by value; a class is an index into them.
  public let classes: [String]

  /// Orders the labels and checks that every class can be learned.
  public init(_ texts: [LabelledText], from place: String) throws(DataError) {
    self.texts = texts
    let labels = Set(texts.lazy.map(\.label))
    func number(_ label: String) -> Double? { Double(label).flatMap { $0.isNaN ? nil : $0 } }
    classes = labels.sorted { a, b in
      switch (number(a), number(b)) {
      case (let x?, let y?): (x, a) < (y, b)
      case (let x, let y): x == nil && y == nil ? a < b : y == nil
      }
    }
    guard classes.count >= 2 else {
      throw DataError(
        place: place,
        problem: classes.isEmpty
          ? "no labelled text; at least two classes are needed"
          : "every text has the label '\(printable(classes[0]))'; at least two classes are needed")
    }
    for split in Split.allCases {
      let present = Set(texts.lazy.filter { $0.split == split }.map(\.label))
      if let missing = classes.first(where: { !present.contains($0) }) {
        throw DataError(
          place: place,
          problem: present.isEmpty
            ? "no \(split.rawValue) texts; give them with --\(split.rawValue) or a split column"
            : "no text of class '\(printable(missing))' in the \(split.rawValue) split; add texts")
      }
    }
  }

  /// The SHA-256 sum of the texts with their labels and splits, as `texts.jsonl` holds them.
  public var sum: String {
    var sum = SHA256()
    for start in stride(from: 0, to: texts.count, by: 1024) {
      sum.update(Run.lines(texts[start..<min(start + 1024, texts.count)]))
    }
    return sum.finish()
  }

  /// Positions in `texts` of one split, in order.
  public func indices(of split: Split) -> [Int] {
    texts.indices.filter { texts[$0].split == split }
  }

  /// The class of each text named by `indices`.
  public func labels(at indices: [Int]) -> [Int] {
    let number = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
    return indices.map { number[texts[$0].label] ?? 0 }
  }

  /// Texts of each class that the model read cut; `facts` are those of all texts.
  public func truncated(_ facts: [TextFacts]) -> [Int] {
    precondition(facts.count == texts.count, "\(facts.count) facts of \(texts.count) texts")
    let cut = labels(at: texts.indices.filter { facts[$0].truncated })
    return classes.indices.map { k in cut.count { $0 == k } }
  }
}
