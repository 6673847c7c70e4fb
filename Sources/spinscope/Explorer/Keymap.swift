import Foundation
import Terminal

/// The action table with the user's own keys.
struct Keymap: Sendable {
  private(set) var rows = ActionTable.rows
  /// What was not understood of the user's file, a line each; the rest holds.
  private(set) var warnings: [String] = []
  private var bound: [Tab: [Key: ExplorerAction]] = [:]

  static let standard = Keymap()

  private init() { bind() }

  /// Reads `keymap.toml`: `"eta.more" = ")"`, or a list of keys; names as `--print-keymap` gives them.
  init(_ document: [String: Toml]) {
    for (id, value) in document.sorted(by: { $0.key < $1.key }) { rebind(id, value) }
    bind()
  }

  private mutating func rebind(_ id: String, _ value: Toml) {
    guard let names = value.string.map({ [$0] }) ?? value.array?.compactMap(\.string) else {
      warnings.append("\(shown(id)): expected a key or a list of keys")
      return
    }
    guard let row = rows.firstIndex(where: { $0.entries.contains { $0.id == id } }),
      let entry = rows[row].entries.firstIndex(where: { $0.id == id })
    else {
      warnings.append("\(shown(id)): no such action; see --print-keymap")
      return
    }
    do throws(KeyNotationError) {
      var keys: [Key] = []
      for name in names { keys += try KeyNotation.parse(name) }
      rows[row].entries[entry].keys = keys
    } catch {
      warnings.append("\(shown(id)): \(error.description)")
    }
  }

  /// Of two actions with one key on one screen the first of the table has it.
  private mutating func bind() {
    for tab in Tab.allCases {
      var keys: [Key: ActionRow.Entry] = [:]
      for entry in rows.filter({ $0.screens.contains(tab) }).flatMap(\.entries) {
        for key in entry.keys {
          if let first = keys[key] {
            warnings.append(
              "\(tab.title): \(KeyNotation.print([key])) is \(first.id) and \(entry.id); using the first"
            )
          } else {
            keys[key] = entry
          }
        }
      }
      bound[tab] = keys.mapValues(\.action)
    }
  }

  /// What a key means in a state; nil if nothing.
  func action(for key: Key, in state: ExplorerState) -> ExplorerAction? {
    let keys = bound[state.place.tab] ?? [:]
    if state.prompt != nil { return .prompt(key) }
    guard state.isTyping else { return keys[key] }
    switch key {
    case .escape, .enter: return .closeTyping
    case .control("c"), .control("l"), .control("z"): return keys[key]
    default: return .type(key)
    }
  }

  /// The whole map as a file to start from.
  static var toml: String {
    ActionTable.rows.flatMap { row in
      ["", "# \(row.help)"]
        + row.entries.map { entry in
          let keys = entry.keys.map {
            "\"\(KeyNotation.print([$0]).replacing("\"", with: "\\\""))\""
          }
          return "\"\(entry.id)\" = [\(keys.joined(separator: ", "))]"
        }
    }.dropFirst().joined(separator: "\n")
  }
}
