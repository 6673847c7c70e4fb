import Terminal

/// A line of text that is being edited, with its caret.
struct TextField: Sendable, Equatable, Codable {
  private(set) var text: String
  /// Characters before the caret.
  private(set) var caret: Int

  /// Longer texts than any model here reads are cut, so that a pasted book cannot stall a key.
  private static let limit = 20_000

  init(_ text: String = "") {
    self.text = String(text.prefix(Self.limit))
    caret = self.text.count
  }

  mutating func insert(_ inserted: String) {
    let line = inserted.prefix(max(0, Self.limit - text.count)).map { $0.isNewline ? " " : $0 }
    // A mark may join the character before it, so the caret is counted in the joined text.
    let before = String(text.prefix(caret)) + String(line)
    text = before + String(text.dropFirst(caret))
    caret = min(before.count, text.count)
  }

  mutating func move(by offset: Int) { caret = min(max(0, caret + offset), text.count) }

  mutating func moveToStart() { caret = 0 }

  mutating func moveToEnd() { caret = text.count }

  mutating func deleteBackward() {
    guard caret > 0 else { return }
    move(by: -1)
    deleteForward()
  }

  mutating func deleteForward() { remove(caret..<min(caret + 1, text.count)) }

  /// Removes the word before the caret, with the spaces after it.
  mutating func deleteWord() {
    let characters = Array(text)
    var start = caret
    while start > 0, characters[start - 1].isWhitespace { start -= 1 }
    while start > 0, !characters[start - 1].isWhitespace { start -= 1 }
    remove(start..<caret)
    caret = min(start, text.count)
  }

  mutating func deleteToStart() {
    remove(0..<caret)
    caret = 0
  }

  mutating func deleteToEnd() { remove(caret..<text.count) }

  private mutating func remove(_ range: Range<Int>) {
    var characters = Array(text)
    characters.removeSubrange(range)
    text = String(characters)
    // What stood apart may have joined.
    caret = min(caret, text.count)
  }

  /// Does what a key does in every field: readline's keys, and characters as they are.
  mutating func apply(_ key: Key) {
    switch key {
    case .character(let character): insert(String(character))
    case .paste(let text): insert(text)
    case .backspace: deleteBackward()
    case .delete, .control("d"): deleteForward()
    case .left, .control("b"): move(by: -1)
    case .right, .control("f"): move(by: 1)
    case .home, .control("a"): moveToStart()
    case .end, .control("e"): moveToEnd()
    case .control("w"): deleteWord()
    case .control("u"): deleteToStart()
    case .control("k"): deleteToEnd()
    default: break
    }
  }
}
