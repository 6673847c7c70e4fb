/// A text that is not key notation.
public struct KeyNotationError: Error, Equatable, CustomStringConvertible {
  public let text: String
  /// The name in angle brackets that no key has.
  public let name: String

  public var description: String {
    "“\(sanitized(text))”: there is no key <\(sanitized(name))>; "
      + "write <Enter>, <Esc>, <C-p>, <F1> or <lt> for “<”"
  }
}

/// Keys written as text: `jj<Enter><C-p>abc<Esc>`.
public enum KeyNotation {
  /// Reads keys; a `<` that no `>` follows stands for itself.
  public static func parse(_ text: String) throws(KeyNotationError) -> [Key] {
    var keys: [Key] = []
    var rest = text[...]
    while let first = rest.popFirst() {
      guard first == "<", let end = rest.firstIndex(of: ">"), end > rest.startIndex else {
        keys.append(first.isNewline ? .enter : .character(first))
        continue
      }
      let name = String(rest[..<end])
      guard let key = key(named: name) else {
        throw KeyNotationError(text: text, name: name)
      }
      keys.append(key)
      rest = rest[rest.index(after: end)...]
    }
    return keys
  }

  /// Writes keys so that `parse` reads them back; mouse, paste and focus have no notation and are
  /// left out.
  public static func print(_ keys: [Key]) -> String { keys.map(notation).joined() }

  private static let names: [(name: String, key: Key)] = [
    ("Enter", .enter), ("Esc", .escape), ("Tab", .tab), ("S-Tab", .backTab), ("BS", .backspace),
    ("Del", .delete), ("Up", .up), ("Down", .down), ("Left", .left), ("Right", .right),
    ("PageUp", .pageUp), ("PageDown", .pageDown), ("Home", .home), ("End", .end),
    ("lt", .character("<")), ("gt", .character(">")), ("Space", .character(" ")),
  ]

  private static let aliases: [String: Key] = [
    "cr": .enter, "return": .enter, "escape": .escape, "backspace": .backspace,
    "delete": .delete, "pgup": .pageUp, "pgdn": .pageDown, "backtab": .backTab,
  ]

  private static func key(named name: String) -> Key? {
    let lower = name.lowercased()
    if let key = names.first(where: { $0.name.lowercased() == lower })?.key ?? aliases[lower] {
      return key
    }
    let last = name.last ?? " "
    if lower.hasPrefix("c-"), name.count == 3 { return .control(Character(last.lowercased())) }
    if lower.hasPrefix("a-"), name.count == 3 { return .alt(last) }
    if lower.hasPrefix("f"), let number = Int(name.dropFirst()), (1...24).contains(number) {
      return .function(number)
    }
    return nil
  }

  private static func notation(_ key: Key) -> String {
    switch key {
    case .character(let character) where character != "<" && character != ">" && character != " ":
      return String(character)
    case .control(let character): return "<C-\(character)>"
    case .alt(let character): return "<A-\(character)>"
    case .function(let number): return "<F\(number)>"
    default: return names.first { $0.key == key }.map { "<\($0.name)>" } ?? ""
    }
  }
}

extension Key {
  /// The key as footers and help show it, such as `⏎`, `Esc`, `^P` or `↑`.
  public var label: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): sanitized(String(character))
    case .enter: "⏎"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "S-Tab"
    case .backspace: "⌫"
    case .delete: "Del"
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .home: "Home"
    case .end: "End"
    case .control(let character): "^\(character.uppercased())"
    case .alt(let character): "M-\(character)"
    case .function(let number): "F\(number)"
    case .mouse: "mouse"
    case .paste: "paste"
    case .focus: "focus"
    case .unknown: "?"
    }
  }
}
