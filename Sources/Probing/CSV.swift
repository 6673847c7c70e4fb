/// Why a table was refused; lines count from 1.
public enum CSVError: Error, Equatable, CustomStringConvertible {
  case empty
  case unterminatedQuote(line: Int)
  case strayQuote(line: Int)
  case textAfterQuote(line: Int)
  case ragged(line: Int, found: Int, expected: Int)
  case notUTF8(line: Int)
  case blank(line: Int)

  public var description: String {
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
    case .notUTF8(let line): "line \(line): not UTF-8; convert the file, for example with iconv"
    }
  }
}

/// A table with a header, read strictly: nothing is padded, cut or swallowed.
///
/// Source: RFC 4180. A line may end in CR LF or LF, and a byte order mark is skipped.
public struct CSVTable: Sendable, Equatable {
  /// The column names of the first record.
  public let header: [String]
  /// The records, each as long as the header.
  public let rows: [[String]]
  /// The line on which each record starts.
  public let lines: [Int]

  /// Reads a whole file's bytes.
  public init(_ bytes: [UInt8], separator: UInt8 = UInt8(ascii: ",")) throws(CSVError) {
    var reader = CSVReader(bytes, separator: separator)
    guard let first = try reader.next() else { throw .empty }
    var rows: [[String]] = []
    var lines: [Int] = []
    while let (record, line) = try reader.next() {
      guard record != [""] || first.record.count == 1 else { throw .blank(line: line) }
      guard record.count == first.record.count else {
        throw .ragged(line: line, found: record.count, expected: first.record.count)
      }
      rows.append(record)
      lines.append(line)
    }
    header = first.record
    self.rows = rows
    self.lines = lines
  }
}

/// Cuts bytes into records, one at a time.
private struct CSVReader {
  private let bytes: [UInt8]
  private let separator: UInt8
  private var position: Int
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(_ bytes: [UInt8], separator: UInt8) {
    self.bytes = bytes
    self.separator = separator
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The next record and its line, or nil at the end of the file.
  mutating func next() throws(CSVError) -> (record: [String], line: Int)? {
    guard position < bytes.count else { return nil }
    let start = line
    var record: [String] = []
    while true {
      record.append(try field())
      guard position < bytes.count, bytes[position] == separator else { break }
      position += 1
    }
    endLine()
    return (record, start)
  }

  private mutating func field() throws(CSVError) -> String {
    position < bytes.count && bytes[position] == Self.quote ? try quoted() : try plain()
  }

  private mutating func plain() throws(CSVError) -> String {
    let start = position
    while position < bytes.count, bytes[position] != separator, !atLineEnd {
      if bytes[position] == Self.quote { throw .strayQuote(line: line) }
      position += 1
    }
    return try decode(bytes[start..<position], line: line)
  }

  private mutating func quoted() throws(CSVError) -> String {
    let opened = line
    var value: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == Self.quote {
        guard position < bytes.count, bytes[position] == Self.quote else {
          return try closed(value, line: opened)
        }
        position += 1
      }
      if byte == Self.lineFeed { line += 1 }
      value.append(byte)
    }
    throw .unterminatedQuote(line: opened)
  }

  private func closed(_ value: [UInt8], line opened: Int) throws(CSVError) -> String {
    guard position == bytes.count || bytes[position] == separator || atLineEnd else {
      throw .textAfterQuote(line: line)
    }
    return try decode(value[...], line: opened)
  }

  private func decode(_ slice: ArraySlice<UInt8>, line: Int) throws(CSVError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else { throw .notUTF8(line: line) }
    return text
  }

  private var atLineEnd: Bool {
    let byte = bytes[position]
    return byte == Self.lineFeed
      || byte == Self.carriageReturn && position + 1 < bytes.count
        && bytes[position + 1] == Self.lineFeed
  }

  private mutating func endLine() {
    guard position < bytes.count else { return }
    if bytes[position] == Self.carriageReturn { position += 1 }
    position += 1
    line += 1
  }
}
