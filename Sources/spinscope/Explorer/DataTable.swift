/// The numbers behind a screen: named columns of text, ready to be copied or written.
struct DataTable: Sendable, Equatable {
  /// For file names: `layers`, `neuron-A4.894`.
  var name: String
  var columns: [String]
  var rows: [[String]]

  /// Tab-separated, with a heading: what spreadsheets take from a clipboard.
  var tabSeparated: String {
    ([columns] + rows).map { $0.map(Self.plain).joined(separator: "\t") + "\n" }.joined()
  }

  /// A tab or a line break within a cell would move all that follows it.
  private static func plain(_ cell: String) -> String {
    String(cell.map { $0 == "\t" || $0.isNewline ? " " : $0 })
  }
}
