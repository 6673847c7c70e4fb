import Probing
import Terminal

/// What a data file holds, what would be read of it, and what is odd about it.
///
/// Of a file that is refused, everything up to what it is refused for.
struct DataFacts {
  private var table = FactTable()
  /// Why the file cannot be used; nil if it can.
  private(set) var failure: Failure?

  var text: String { table.text }

  /// Reads the files of a source.
  init(_ source: DataSource) {
    var previews: [DataPreview] = []
    let data = Result { () throws(DataError) in try source.read { previews.append($0) } }
    for preview in previews { add(preview) }
    switch data {
    case .success(let data): add(data)
    case .failure(let error): failure = Failure(.input, error.description)
    }
  }

  // MARK: Columns

  private mutating func add(_ preview: DataPreview) {
    table.add(
      "file", "\(preview.file) · \(preview.format.rawValue)\(preview.isCompressed ? ", gzip" : "")")
    table.add(
      "columns",
      preview.columns.prefix(12).map { column in
        "\(column.name): \(grouped(column.distinct)) different in \(grouped(column.filled)) of "
          + "\(grouped(preview.sampled)) rows, \(decimals(column.words, 1)) words · "
          + clipped(shown(column.example), to: 40)
      } + (preview.columns.count > 12 ? ["and \(grouped(preview.columns.count - 12)) more"] : []))
    if let choice = preview.choice {
      table.add("used", choice.words)
      table.add("preview", preview.rowLines)
    } else {
      table.add("used", "! it is not clear which column holds what")
    }
  }

  // MARK: Texts

  private mutating func add(_ data: DataSet) {
    table.addGap()
    table.add("texts", "\(grouped(data.texts.count)) in \(grouped(data.classes.count)) classes")
    table.add("splits", data.isSplitBySeed ? "drawn with a seed" : "given by the file")
    table.add("classes", data.classes.prefix(20).map { classLine($0, data) })
    let words = data.texts.map { $0.text.utf8.split { $0 <= 0x20 }.count }.sorted()
    table.add(
      "lengths",
      "\(grouped(words[0])) to \(grouped(words[words.count - 1])) words, "
        + "\(grouped(words[words.count / 2])) in the middle")
    table.add("characters", oddities(data.texts))
    let audit = AuditLines(DataAudit(data), data.texts)
    table.add("audit", audit.all.isEmpty ? ["no text is empty or repeats another"] : audit.all)
  }

  private func classLine(_ name: String, _ data: DataSet) -> String {
    let counts = Split.allCases.map { split in
      let count = data.texts.count { $0.split == split && $0.label == name }
      return "\(grouped(count)) \(split.rawValue)"
    }
    return "\(name): \(counts.joined(separator: ", "))"
  }

  /// Signs of text that went through a wrong encoding, or that hides something.
  private func oddities(_ texts: [LabelledText]) -> [String] {
    func count(_ holds: (Unicode.Scalar, Unicode.Scalar?) -> Bool) -> Int {
      texts.count { labelled in
        var previous: Unicode.Scalar?
        return labelled.text.unicodeScalars.contains { scalar in
          defer { previous = scalar }
          return holds(scalar, previous)
        }
      }
    }
    let findings = [
      (count { scalar, _ in scalar == "\u{FFFD}" }, "with U+FFFD, where a character was lost"),
      (
        count { scalar, previous in
          // UTF-8 that was read as Latin-1: "Ã©" for "é", "â€™" for "’".
          (0x80...0xBF ~= scalar.value || scalar == "€")
            && (previous == "Ã" || previous == "Â" || previous == "â")
        }, "with signs of UTF-8 read as Latin-1, such as Ã©"
      ),
      (
        count { scalar, _ in
          scalar.value < 0x20 && scalar != "\t" && scalar != "\n" && scalar != "\r"
            || 0x7F...0x9F ~= scalar.value
        }, "with control characters"
      ),
      (
        count { scalar, _ in
          0x202A...0x202E ~= scalar.value || 0x2066...0x2069 ~= scalar.value
        }, "with marks that turn the reading direction"
      ),
    ].filter { $0.0 > 0 }
    return findings.isEmpty
      ? ["nothing odd"]
      : findings.map { "\(grouped($0.0)) text\($0.0 == 1 ? "" : "s") \($0.1)" }
  }
}

extension ColumnChoice {
  /// `text from review, label from stars, no split`.
  var words: String {
    "text from '\(text)', label from '\(label)', "
      + (split.map { "split from '\($0)'" } ?? "no split")
  }
}

extension DataPreview {
  /// The first rows, a line each: label, then the beginning of the text.
  var rowLines: [String] {
    rows.map { row in
      (row.split.map { "\(clipped(shown($0), to: 12)) · " } ?? "")
        + "\(clipped(shown(row.label), to: 20)) · \(clipped(shown(row.text), to: 60))"
    }
  }

  /// What was found in columns that nobody named; nil where they are called text and label.
  var guess: String? {
    guard let choice, choice.isGuess else { return nil }
    return
      (["\(file): \(choice.words); --text, --label and --split name others"]
      + rowLines.map { "  \($0)" }).map(shown).joined(separator: "\n")
  }
}
