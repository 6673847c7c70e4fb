/// What stands in a column of a row.
enum Field: Sendable, Equatable, CustomStringConvertible {
  /// A string, as every field of CSV is.
  case text(String)
  /// A whole number or truth value of JSON, as it is written: good for a label.
  case value(String)
  /// Anything else of JSON, in words.
  case other(String)
  /// JSON without that key.
  case missing

  /// What can be read as a label.
  var string: String? {
    switch self {
    case .text(let string), .value(let string): string
    case .other, .missing: nil
    }
  }

  var description: String {
    switch self {
    case .text(let string), .value(let string), .other(let string): string
    case .missing: "missing"
    }
  }
}

/// A row of a table.
struct TableRow: Sendable {
  /// The line on which it starts, from 1.
  var line: Int
  private var fields: [Field]

  init(line: Int, fields: [Field]) {
    self.line = line
    self.fields = fields
  }

  /// The field of a column; a row of JSON may end before columns that later ones have.
  subscript(column: Int) -> Field { column < fields.count ? fields[column] : .missing }
}

/// How a data file is written.
public enum TableFormat: String, Sendable {
  case csv = "CSV"
  case tsv = "TSV"
  case jsonLines = "JSON Lines"

  /// By the extension, without `.gz`, or else by the first line.
  init(name: String, start: ArraySlice<UInt8>) {
    let name = name.lowercased()
    let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    if plain.hasSuffix(".csv") {
      self = .csv
    } else if plain.hasSuffix(".tsv") || plain.hasSuffix(".tab") {
      self = .tsv
    } else if [".jsonl", ".ndjson", ".json"].contains(where: plain.hasSuffix) {
      self = .jsonLines
    } else {
      let line = start.prefix { $0 != UInt8(ascii: "\n") }
      self =
        line.first == UInt8(ascii: "{")
        ? .jsonLines : line.contains(UInt8(ascii: "\t")) ? .tsv : .csv
    }
  }
}

/// Reads the rows of a data file in order, whatever its format.
struct TableReader {
  let name: String
  let format: TableFormat
  let isCompressed: Bool
  private var reader: Reader

  private enum Reader {
    case separated(CSVReader)
    case jsonLines(JSONLinesReader)
  }

  /// Tells the format, and reads the header where there is one.
  init(_ stream: ByteStream) throws(DataError) {
    name = stream.name
    isCompressed = stream.isCompressed
    format = TableFormat(name: stream.name, start: stream.ahead)
    reader =
      switch format {
      case .csv: .separated(try CSVReader(stream))
      case .tsv: .separated(try CSVReader(stream, separator: UInt8(ascii: "\t")))
      case .jsonLines: .jsonLines(JSONLinesReader(stream))
      }
  }

  /// The columns; those of JSON Lines may grow with every row.
  var columns: [String] {
    switch reader {
    case .separated(let reader): reader.columns
    case .jsonLines(let reader): reader.columns
    }
  }

  /// The next row; nil at the end.
  mutating func next() throws(DataError) -> TableRow? {
    switch reader {
    case .separated(var csv):
      let next = try csv.next()
      reader = .separated(csv)
      return next.map { TableRow(line: $0.line, fields: $0.record.map(Field.text)) }
    case .jsonLines(var lines):
      let next = try lines.next()
      reader = .jsonLines(lines)
      return next.map { TableRow(line: $0.line, fields: $0.fields) }
    }
  }
}

/// The text of a field or line.
///
/// - Throws: `DataError` that names the line if the bytes are not UTF-8, or no text at all.
func text(_ bytes: [UInt8], of name: String, line: Int) throws(DataError) -> String {
  guard !bytes.contains(0) else {
    throw DataError(
      place: name, problem: "line \(line): a NUL byte; the file is damaged or holds no text")
  }
  do throws(UTF8.ValidationError) {
    _ = try UTF8Span(validating: bytes.span)
  } catch {
    let byte = String(bytes[error.byteOffsets.lowerBound], radix: 16, uppercase: true)
    throw DataError(
      place: name,
      problem: "line \(line): not UTF-8, a byte \(byte); if it is Latin-1, convert it: "
        + "iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW")
  }
  return String(decoding: bytes, as: UTF8.self)
}
