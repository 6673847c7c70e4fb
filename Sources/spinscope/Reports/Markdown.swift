/// Text from files and people as a part of Markdown: it cannot end a table's cell, nor become markup.
func cell(_ text: String) -> String {
  shown(text).reduce(into: "") { result, character in
    if "\\`*[]<>|".contains(character) { result.append("\\") }
    result.append(character)
  }
}

/// A table in Markdown: the first columns' text to the left, numbers to the right.
struct MarkdownTable {
  /// Columns whose cells are words.
  var words = 1
  let heading: [String]
  var rows: [[String]] = []

  /// Starts a table.
  init(_ heading: [String], words: Int = 1) {
    self.heading = heading
    self.words = words
  }

  /// Starts a table and fills it.
  init<Item>(
    _ heading: [String], words: Int = 1, of items: some Sequence<Item>, row: (Item) -> [String]
  ) {
    self.init(heading, words: words)
    rows = items.map(row)
  }

  /// The lines, with an empty one after them.
  var lines: [String] {
    let rule = heading.indices.map { $0 < words ? "---" : "---:" }
    return ([heading, rule] + rows).map { "| \($0.joined(separator: " | ")) |" } + [""]
  }
}
