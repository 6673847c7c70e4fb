/// What is wrong with a table; lines count from 1.
enum CSVFault: Equatable, CustomStringConvertible {
  case empty
  case carriageReturns
  case crowded(line: Int)
  case unterminatedQuote(line: Int)
  case strayQuote(line: Int)
  case textAfterQuote(line: Int)
  case ragged(line: Int, found: Int, expected: Int)
  case blank(line: Int)

  var description: String {
    switch self {
    case .empty: "the file is empty; a header line with column names is expected"
    case .unterminatedQuote(let line):
      "line \(line): a quoted field is opened here and never closed; add the missing \""
    case .strayQuote(let line):
      "line \(line): a quote stands inside an unquoted field; quote the field and double the quote"
    case .textAfterQuote(let line):
      "line \(line): text follows a closing quote; double the quote if it belongs to the field"
    case .ragged(let line, let found, let expected):
      "line \(line): \(found) fields where the header has \(expected); quote fields that hold commas"
    case .blank(let line): "line \(line): is empty; remove it"
    case .carriageReturns:
      "line 1: lines end in CR alone; convert them: tr '\\r' '\\n' < FILE > NEW"
    case .crowded(let line):
      "line \(line): more than \(CSVReader.mostFields) fields; is this a table?"
    }
  }
}

/// Reads a table with a header, one record at a time and strictly: nothing is padded, cut or swallowed.
///
/// Source: RFC 4180. A line may end in CR LF or LF.
struct CSVReader {
  /// The column names of the first record.
  let columns: [String]
  private var fields: CSVFields

  static let mostFields = 10_000

  /// Reads the header.
  init(_ stream: ByteStream, separator: UInt8 = UInt8(ascii: ",")) throws(DataError) {
    fields = CSVFields(stream, separator: separator)
    guard let (columns, _) = try fields.record() else { throw fields.fault(.empty) }
    guard try !fields.isAtEnd || !columns.contains(where: { $0.contains("\r") }) else {
      throw fields.fault(.carriageReturns)
    }
    self.columns = columns
  }

  /// The next record, as long as the header, and the line on which it starts; nil at the end.
  mutating func next() throws(DataError) -> (record: [String], line: Int)? {
    guard let (record, line) = try fields.record() else { return nil }
    guard record != [""] || columns.count == 1 else { throw fields.fault(.blank(line: line)) }
    guard record.count == columns.count else {
      throw fields.fault(.ragged(line: line, found: record.count, expected: columns.count))
    }
    return (record, line)
  }
}

/// Cuts bytes into records, whatever their length.
private struct CSVFields {
  private var stream: ByteStream
  private let separator: UInt8
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(_ stream: ByteStream, separator: UInt8) {
    self.stream = stream
    self.separator = separator
  }

  func fault(_ fault: CSVFault) -> DataError {
    DataError(place: stream.name, problem: fault.description)
  }

  var isAtEnd: Bool {
    mutating get throws(DataError) { try stream.peek() == nil }
  }

  mutating func record() throws(DataError) -> (record: [String], line: Int)? {
    guard try !isAtEnd else { return nil }
    let start = line
    var record: [String] = []
    repeat {
      guard record.count < CSVReader.mostFields else { throw fault(.crowded(line: start)) }
      record.append(try field())
    } while try stream.take(separator)
    _ = try stream.take(Self.lineFeed)
    line += 1
    return (record, start)
  }

  private mutating func field() throws(DataError) -> String {
    var value: [UInt8] = []
    let opened = line
    if try stream.take(Self.quote) {
      try quoted(into: &value)
    } else {
      try plain(into: &value)
    }
    return try text(value, of: stream.name, line: opened)
  }

  private mutating func plain(into value: inout [UInt8]) throws(DataError) {
    let separator = separator
    while true {
      try stream.take(into: &value, line: line) {
        $0 == separator || $0 == Self.lineFeed || $0 == Self.carriageReturn || $0 == Self.quote
      }
      if try stream.peek() == Self.quote { throw fault(.strayQuote(line: line)) }
      // A carriage return before a line feed ends the line; another is part of the field.
      guard try stream.take(Self.carriageReturn), try stream.peek() != Self.lineFeed else { return }
      value.append(Self.carriageReturn)
    }
  }

  private mutating func quoted(into value: inout [UInt8]) throws(DataError) {
    let opened = line
    while true {
      try stream.take(into: &value, line: opened) { $0 == Self.quote || $0 == Self.lineFeed }
      if try stream.take(Self.lineFeed) {
        value.append(Self.lineFeed)
        line += 1
      } else if try !stream.take(Self.quote) {
        throw fault(.unterminatedQuote(line: opened))
      } else if try stream.take(Self.quote) {
        value.append(Self.quote)
      } else {
        return try checkEnd()
      }
    }
  }

  /// Refuses what follows a closing quote, but for the end of the field.
  private mutating func checkEnd() throws(DataError) {
    let isLine = try stream.take(Self.carriageReturn)
    let next = try stream.peek()
    guard next == nil || next == Self.lineFeed || next == separator && !isLine else {
      throw fault(.textAfterQuote(line: line))
    }
  }
}
