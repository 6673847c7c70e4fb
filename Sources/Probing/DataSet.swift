import Foundation
import Tensors

/// Which part of a data set a text belongs to.
public enum Split: String, Sendable, Codable, CaseIterable {
  case train, validation, test
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
    let labels = Set(texts.map(\.label))
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
          : "every text has the label '\(classes[0])'; at least two classes are needed")
    }
    for split in Split.allCases {
      let present = Set(texts.lazy.filter { $0.split == split }.map(\.label))
      if let missing = classes.first(where: { !present.contains($0) }) {
        throw DataError(
          place: place,
          problem: present.isEmpty
            ? "no \(split.rawValue) texts; give them with --\(split.rawValue) or a split column"
            : "no text of class '\(missing)' in the \(split.rawValue) split; add texts")
      }
    }
  }

  /// Validation and test texts that stand in train too, to the letter: they make scores look better
  /// than they are.
  public var overlap: Int {
    let train = Set(texts.lazy.filter { $0.split == .train }.map { Array($0.text.utf8) })
    return texts.count { $0.split != .train && train.contains(Array($0.text.utf8)) }
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
}

/// Where labelled texts come from, as the command line says it.
public struct DataSource: Sendable, Codable, Equatable {
  /// The files that hold training texts, or everything when no other file is given.
  public var files: [String]
  public var validationFile: String?
  public var testFile: String?
  /// Column names; nil looks for usual ones.
  public var textColumn: String?
  public var labelColumn: String?
  public var splitColumn: String?
  /// Seeds the split where the files do not give one.
  public var seed: UInt64

  /// Names the files and columns to read.
  public init(
    files: [String], validationFile: String? = nil, testFile: String? = nil,
    textColumn: String? = nil, labelColumn: String? = nil, splitColumn: String? = nil,
    seed: UInt64 = 42
  ) {
    self.files = files
    self.validationFile = validationFile
    self.testFile = testFile
    self.textColumn = textColumn
    self.labelColumn = labelColumn
    self.splitColumn = splitColumn
    self.seed = seed
  }

  /// Reads all files and assigns every text to a split.
  public func read() throws(DataError) -> DataSet {
    var texts: [LabelledText] = []
    var given: [Split?] = []
    func take(_ file: String, _ split: Split?) throws(DataError) {
      for row in try rows(of: file) {
        given.append(split ?? row.split)
        texts.append(
          LabelledText(id: texts.count, text: row.text, label: row.label, split: .train))
      }
    }
    for file in files { try take(file, nil) }
    if let validationFile { try take(validationFile, .validation) }
    if let testFile { try take(testFile, .test) }
    let isBySeed = assignSplits(&texts, given: given)
    var data = try DataSet(texts, from: files.joined(separator: ", "))
    data.isSplitBySeed = isBySeed
    return data
  }

  /// Reads texts that are at hand already; `name` stands for the file in errors.
  public func read(_ bytes: [UInt8], named name: String) throws(DataError) -> DataSet {
    let rows = try rows(in: bytes, of: name)
    var texts = rows.enumerated().map { id, row in
      LabelledText(id: id, text: row.text, label: row.label, split: .train)
    }
    let isBySeed = assignSplits(&texts, given: rows.map(\.split))
    var data = try DataSet(texts, from: name)
    data.isSplitBySeed = isBySeed
    return data
  }

  private typealias Row = (text: String, label: String, split: Split?)

  private func rows(of file: String) throws(DataError) -> [Row] {
    guard !file.hasSuffix(".jsonl"), !file.hasSuffix(".gz"), !file.hasSuffix(".parquet") else {
      throw DataError(place: file, problem: "only CSV and TSV are read; convert it")
    }
    // By descriptor, so that pipes such as <(zcat reviews.csv.gz) can be read too.
    guard let handle = FileHandle(forReadingAtPath: file), let data = try? handle.readToEnd() else {
      guard FileManager.default.isReadableFile(atPath: file), !isFolder(file) else {
        throw DataError(place: file, problem: "cannot be read; check the path")
      }
      return try rows(in: [], of: file)
    }
    return try rows(in: Array(data), of: file)
  }

  private func isFolder(_ path: String) -> Bool {
    let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    return kind == .typeDirectory
  }

  private func rows(in bytes: [UInt8], of file: String) throws(DataError) -> [Row] {
    let table: CSVTable
    do {
      table = try CSVTable(bytes, separator: UInt8(ascii: file.hasSuffix(".tsv") ? "\t" : ","))
    } catch {
      throw DataError(place: file, problem: error.description)
    }
    let text = try column(textColumn, or: ["text", "sentence", "review"], table, file, "--text")
    let label = try column(labelColumn, or: ["label", "class", "target"], table, file, "--label")
    let split = try splitIndex(table, file)
    guard !table.rows.isEmpty else {
      throw DataError(place: file, problem: "a header and no rows; at least two texts are needed")
    }
    var rows: [Row] = []
    for (row, line) in zip(table.rows, table.lines) {
      let part = try split.map { index throws(DataError) in
        try self.split(named: row[index], place: "\(file): line \(line)")
      }
      guard !row[label].isEmpty else {
        throw DataError(place: "\(file): line \(line)", problem: "the label is empty")
      }
      rows.append((row[text], row[label], part))
    }
    return rows
  }

  private func column(
    _ name: String?, or usual: [String], _ table: CSVTable, _ file: String, _ option: String
  ) throws(DataError) -> Int {
    let names = name.map { [$0] } ?? usual
    for name in names {
      if let index = table.header.firstIndex(of: name) { return index }
    }
    throw DataError(
      place: file,
      problem: "no column named \(names.joined(separator: " or ")); found "
        + "\(table.header.joined(separator: ", ")); name it with \(option)")
  }

  private func splitIndex(_ table: CSVTable, _ file: String) throws(DataError) -> Int? {
    guard let splitColumn else { return table.header.firstIndex(of: "split") }
    return try column(splitColumn, or: [], table, file, "--split")
  }

  private func split(named name: String, place: String) throws(DataError) -> Split {
    switch name.lowercased() {
    case "train": return .train
    case "validation", "valid", "val", "dev": return .validation
    case "test": return .test
    default:
      throw DataError(
        place: place, problem: "split '\(name)'; train, validation or test is expected")
    }
  }

  /// Keeps splits that are given; of texts without one, a seeded, stratified share goes to each
  /// split that no file gave: 20 % to validation and 20 % to test.
  ///
  /// - Returns: whether any text's split was drawn.
  private func assignSplits(_ texts: inout [LabelledText], given: [Split?]) -> Bool {
    let present = Set(given.compactMap { $0 })
    var generator = SplitMix64(seed: seed)
    for i in texts.indices { texts[i].split = given[i] ?? .train }
    let free = texts.indices.filter { given[$0] == nil }
    for label in Set(free.map { texts[$0].label }).sorted() {
      var members = free.filter { texts[$0].label == label }
      members.shuffle(using: &generator)
      let share = Int((Double(members.count) * 0.2).rounded())
      for split in [Split.test, .validation] where !present.contains(split) {
        for index in members.prefix(share) { texts[index].split = split }
        members.removeFirst(min(share, members.count))
      }
    }
    return !free.isEmpty && !present.isSuperset(of: [.validation, .test])
  }
}
