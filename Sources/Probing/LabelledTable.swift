/// Texts as files give them, in order, with the splits that the files name.
struct LabelledRows: Sendable {
  /// Numbered from 0; of train where no split is given.
  private(set) var texts: [LabelledText] = []
  private(set) var splits: [Split?] = []
  /// Every label once, so that a million texts of a class share its letters.
  private var labels: [String: String] = [:]

  mutating func append(_ text: String, label: String, split: Split?) {
    let known = labels[label] ?? label
    if labels[label] == nil { labels[label] = label }
    texts.append(
      LabelledText(id: texts.count, text: text, label: known, split: split ?? .train))
    splits.append(split)
  }
}

/// The beginning of a data file, and what is read of it.
public struct DataPreview: Sendable {
  /// What three columns hold in a row, in words where that is no string.
  public struct Row: Sendable, Equatable {
    public var text: String
    public var label: String
    public var split: String?
  }

  public var file: String
  public var format: TableFormat
  public var isCompressed: Bool
  public var columns: [ColumnFacts]
  /// Rows that `columns` speaks of.
  public var sampled: Int
  /// Nil where the file is refused for its columns.
  public var choice: ColumnChoice?
  /// The first three.
  public var rows: [Row]
}

/// A data file that is open, and the columns of it that are read.
struct LabelledTable {
  private(set) var preview: DataPreview
  private var reader: TableReader
  private let sample: [TableRow]
  private let choice: Result<ColumnChoice, DataError>

  /// Rows by which columns are chosen.
  private static let sampled = 1_000

  /// Reads the first rows and chooses columns: those that `source` names, or those of `earlier`, a
  /// file before this one, if they are here too, or what they look like.
  init(
    _ stream: ByteStream, _ source: DataSource, like earlier: ColumnChoice? = nil
  ) throws(DataError) {
    var reader = try TableReader(stream)
    var sample: [TableRow] = []
    while sample.count < Self.sampled, let row = try reader.next() { sample.append(row) }
    guard !sample.isEmpty else {
      throw DataError(place: reader.name, problem: "no rows; at least two texts are needed")
    }
    let columns = reader.columns
    func known(_ name: String?) -> String? { name.flatMap { columns.contains($0) ? $0 : nil } }
    let finder = ColumnFinder(file: reader.name, columns: columns, sample: sample)
    choice = Result { () throws(DataError) in
      try finder.choose(
        text: source.textColumn ?? known(earlier?.text),
        label: source.labelColumn ?? known(earlier?.label),
        split: source.splitColumn ?? known(earlier?.split))
    }
    let chosen = try? choice.get()
    preview = DataPreview(
      file: reader.name, format: reader.format, isCompressed: reader.isCompressed,
      columns: finder.facts, sampled: sample.count, choice: chosen,
      rows: chosen.map { Self.rows(sample.prefix(3), $0, columns) } ?? [])
    self.reader = reader
    self.sample = sample
  }

  private static func rows(
    _ sample: ArraySlice<TableRow>, _ choice: ColumnChoice, _ columns: [String]
  ) -> [DataPreview.Row] {
    func shown(_ row: TableRow, _ name: String) -> String {
      columns.firstIndex(of: name).map { row[$0].description } ?? ""
    }
    return sample.map { row in
      DataPreview.Row(
        text: shown(row, choice.text), label: shown(row, choice.label),
        split: choice.split.map { shown(row, $0) })
    }
  }

  /// Reads every row, the first ones again.
  ///
  /// - Parameters:
  ///   - rows: grows by all of them.
  ///   - split: of the whole file; nil leaves it to the rows.
  /// - Throws: `DataError` for columns that could not be chosen, or a row without text or label.
  mutating func read(into rows: inout LabelledRows, as split: Split? = nil) throws(DataError) {
    let choice = try choice.get()
    let columns = Columns(choice, of: reader)
    for row in sample { try columns.append(row, split, to: &rows) }
    while let row = try reader.next() { try columns.append(row, split, to: &rows) }
  }

  /// Where the chosen columns stand, and how their fields are read.
  private struct Columns {
    private let file: String
    private let choice: ColumnChoice
    private let text: Int
    private let label: Int
    private let split: Int?

    init(_ choice: ColumnChoice, of reader: TableReader) {
      func place(_ name: String) -> Int {
        guard let place = reader.columns.firstIndex(of: name) else {
          preconditionFailure("the column \(name) was chosen and is not there")
        }
        return place
      }
      file = reader.name
      self.choice = choice
      text = place(choice.text)
      label = place(choice.label)
      split = choice.split.map(place)
    }

    func append(
      _ row: TableRow, _ whole: Split?, to rows: inout LabelledRows
    ) throws(DataError) {
      guard case .text(let text) = row[text] else {
        throw fault(row, "\(choice.text) is \(row[text]); a string is expected")
      }
      guard let label = row[label].string else {
        throw fault(
          row, "\(choice.label) is \(row[label]); a string, whole number or truth value is expected"
        )
      }
      guard !label.isEmpty else { throw fault(row, "the label is empty") }
      let own = whole == nil ? try split(of: row) : nil
      rows.append(text, label: label, split: whole ?? own)
    }

    private func split(of row: TableRow) throws(DataError) -> Split? {
      guard let split else { return nil }
      guard let name = row[split].string, let part = Split(name: name) else {
        throw fault(row, "split '\(row[split])'; train, validation or test is expected")
      }
      return part
    }

    private func fault(_ row: TableRow, _ problem: String) -> DataError {
      DataError(place: "\(file): line \(row.line)", problem: problem)
    }
  }
}
