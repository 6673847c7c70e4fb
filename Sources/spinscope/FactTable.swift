import Terminal

/// Labelled facts in lines of at most 80 columns; a long fact goes on below itself.
struct FactTable {
  private static let columns = 80
  private static let labels = 16

  private var lines: [String] = []

  /// The lines joined.
  var text: String { lines.joined(separator: "\n") }

  /// Adds a fact, made safe to print.
  mutating func add(_ label: String, _ fact: String) {
    for (number, line) in wrapped(fact).enumerated() {
      lines.append(padded(number == 0 ? label : "", to: Self.labels) + line)
    }
  }

  /// Adds several facts of one kind, the label before the first.
  mutating func add(_ label: String, _ facts: [String]) {
    for (number, fact) in facts.enumerated() { add(number == 0 ? label : "", fact) }
  }

  /// Adds an empty line.
  mutating func addGap() { lines.append("") }

  /// Lines of whole words; a word that is longer than a line is cut.
  private func wrapped(_ fact: String) -> [String] {
    let room = Self.columns - Self.labels
    var lines = [""]
    for word in shown(fact).split(separator: " ").flatMap({ pieces(of: String($0), room) }) {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = word
      } else if width(last) + 1 + width(word) <= room {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(word)
      }
    }
    return lines
  }

  private func pieces(of word: String, _ room: Int) -> [String] {
    var pieces: [String] = []
    var rest = word
    while width(rest) > room {
      let piece = clipped(rest, to: room, ellipsis: false)
      guard !piece.isEmpty else { break }
      pieces.append(piece)
      rest = String(rest.dropFirst(piece.count))
    }
    return pieces + [rest]
  }
}
