import Tensors

/// Where labelled texts come from, as the command line says it.
public struct DataSource: Sendable, Codable, Equatable {
  /// The files that hold training texts, or everything when no other file is given.
  public var files: [String]
  public var validationFile: String?
  public var testFile: String?
  /// Column names; nil looks for them.
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
  ///
  /// `preview` is called for every file when its first rows are known, before the rest is read and
  /// before it is refused for its columns.
  /// - Throws: `DataError` that names the file, and the line where one is to blame.
  public func read(preview: (DataPreview) -> Void = { _ in }) throws(DataError) -> DataSet {
    var rows = LabelledRows()
    var names: ColumnChoice?
    func take(_ file: String, _ split: Split?) throws(DataError) {
      var table = try LabelledTable(ByteStream(path: file), self, like: names)
      preview(table.preview)
      try table.read(into: &rows, as: split)
      names = table.preview.choice
    }
    for file in files { try take(file, nil) }
    if let validationFile { try take(validationFile, .validation) }
    if let testFile { try take(testFile, .test) }
    return try dataSet(&rows, from: files.joined(separator: ", "))
  }

  /// Reads texts that are at hand already; `name` stands for the file in errors.
  public func read(
    _ bytes: [UInt8], named name: String, preview: (DataPreview) -> Void = { _ in }
  ) throws(DataError) -> DataSet {
    var table = try LabelledTable(ByteStream(bytes, named: name), self)
    preview(table.preview)
    var rows = LabelledRows()
    try table.read(into: &rows)
    return try dataSet(&rows, from: name)
  }

  private func dataSet(
    _ rows: inout LabelledRows, from place: String
  ) throws(DataError) -> DataSet {
    let given = rows.splits
    var texts = rows.texts
    // The only reference from here on, so that splits are set in place.
    rows = LabelledRows()
    let isBySeed = assignSplits(&texts, given: given)
    var data = try DataSet(texts, from: place)
    data.isSplitBySeed = isBySeed
    return data
  }

  /// Keeps splits that are given; of texts without one, a seeded, stratified share goes to each
  /// split that no file gave: 20 % to validation and 20 % to test.
  ///
  /// - Returns: whether any text's split was drawn.
  private func assignSplits(_ texts: inout [LabelledText], given: [Split?]) -> Bool {
    let present = Set(given.compactMap { $0 })
    var generator = SplitMix64(seed: seed)
    var labels: Set<String> = []
    for (text, split) in zip(texts, given) where split == nil { labels.insert(text.label) }
    for label in labels.sorted() {
      var members = texts.indices.filter { given[$0] == nil && texts[$0].label == label }
      members.shuffle(using: &generator)
      let share = Int((Double(members.count) * 0.2).rounded())
      for split in [Split.test, .validation] where !present.contains(split) {
        for index in members.prefix(share) { texts[index].split = split }
        members.removeFirst(min(share, members.count))
      }
    }
    return given.contains(nil) && !present.isSuperset(of: [.validation, .test])
  }
}
