import Foundation

/// Lines of CSV (RFC 4180), one record a line.
///
/// Spreadsheets run cells that begin with `=`, `+`, `-` or `@`, so text from files gets an
/// apostrophe before them; control characters are shown, so that no record breaks its line.
struct CSVRows {
  private(set) var text: String

  /// Starts with the names of the columns.
  init(_ heading: [String]) { text = heading.map(Self.quoted).joined(separator: ",") }

  /// Adds a record.
  mutating func add(_ values: [any CSVValue]) {
    text += "\n" + values.map(\.csv).joined(separator: ",")
  }

  /// A cell of text.
  static func quoted(_ text: String) -> String {
    let first = text.unicodeScalars.first { !$0.properties.isWhitespace }
    let isFormula = first.map { "=+-@".unicodeScalars.contains($0) } ?? false
    let safe = (isFormula ? "'" : "") + shown(text)
    guard safe.contains(where: { ",\"".contains($0) }) || isFormula else { return safe }
    return "\"" + safe.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}

/// What can stand in a cell.
protocol CSVValue {
  var csv: String { get }
}

extension String: CSVValue {
  var csv: String { CSVRows.quoted(self) }
}

extension Int: CSVValue {
  var csv: String { description }
}

extension Double: CSVValue {
  var csv: String { description }
}

extension Float: CSVValue {
  var csv: String { description }
}

extension Bool: CSVValue {
  var csv: String { description }
}

extension Optional: CSVValue where Wrapped: CSVValue {
  var csv: String { map(\.csv) ?? "" }
}
