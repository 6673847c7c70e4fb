import Foundation
import StrictJSON
import Terminal

/// What the data behind a screen, or its picture, can be written as.
enum ExportFormat: String, Sendable, CaseIterable {
  case csv, json, svg, text, html

  var meaning: String {
    switch self {
    case .csv: "the data, for spreadsheets"
    case .json: "the data, one object a row"
    case .svg: "the picture"
    case .text: "the picture as plain text"
    case .html: "picture and data in one page"
    }
  }

  private var ending: String { self == .text ? "txt" : rawValue }

  /// The screen of a state in this format.
  func contents(of state: ExplorerState, size: Size) -> String {
    let table = state.place.tab.view.init(state: state).table
    let canvas = ExplorerView(state: state).frame(size: size).canvas
    return switch self {
    case .csv: table.commaSeparated
    case .json: table.json
    case .svg: canvas.svg(title: table.name, theme: state.theme)
    case .text: canvas.text
    case .html: page(table, canvas.svg(title: table.name, theme: state.theme))
    }
  }

  /// One page that needs nothing else.
  private func page(_ table: DataTable, _ picture: String) -> String {
    let heading = table.columns.map { "<th>\(escaped($0))</th>" }.joined()
    let rows = table.rows.map { row in
      "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>\n"
    }
    return """
      <!doctype html>
      <meta charset="utf-8">
      <title>\(escaped(table.name))</title>
      \(picture)
      <table>
      <tr>\(heading)</tr>
      \(rows.joined())</table>

      """
  }

  private func escaped(_ text: String) -> String {
    shown(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;")
  }

  /// Writes it into `folder` under a name that is free, such as `layers.csv` or `layers-2.csv`.
  ///
  /// - Returns: what to tell the user.
  func write(_ state: ExplorerState, size: Size, to folder: URL) -> String {
    let name = state.place.tab.view.init(state: state).table.name
    let names = (1...999).lazy.map { $0 == 1 ? "\(name).\(ending)" : "\(name)-\($0).\(ending)" }
    let free = names.map { folder.appendingPathComponent($0) }
      .first { !FileManager.default.fileExists(atPath: $0.path) }
    guard let file = free else { return "\(folder.path) has 999 of these already" }
    do {
      try Data(contents(of: state, size: size).utf8).write(to: file, options: .atomic)
      return "wrote \(file.lastPathComponent)"
    } catch {
      return "\(file.path): cannot be written: \(error.systemReason)"
    }
  }
}

extension Canvas {
  /// The picture on a ground that the theme is made for.
  func svg(title: String, theme: Theme) -> String {
    theme.variant == .light
      ? svg(
        title: title, background: .rgb(0xFA, 0xFA, 0xF7), foreground: .rgb(0x22, 0x26, 0x2E))
      : svg(title: title)
  }
}

extension DataTable {
  /// As RFC 4180 has it, with a heading.
  var commaSeparated: String {
    ([columns] + rows).map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func field(_ cell: String) -> String {
    cell.contains { ",\"\r\n".contains($0) || $0.isNewline }
      ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
  }

  /// A list of objects, one a row; numbers are numbers.
  var json: String {
    let objects = rows.map { row in
      "  {"
        + zip(columns, row).map { "\(Self.string($0)): \(Self.value($1))" }.joined(separator: ", ")
        + "}"
    }
    return "[\n" + objects.joined(separator: ",\n") + "\n]\n"
  }

  private static func value(_ cell: String) -> String {
    let isNumber = cell.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
    return isNumber ? cell : string(cell)
  }

  private static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20: result += String(format: "\\u%04x", scalar.value)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
