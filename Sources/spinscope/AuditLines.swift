import Probing
import Terminal

/// What an audit found in a data set, a line a finding; nothing where it found nothing.
struct AuditLines {
  private let audit: DataAudit
  private let texts: [LabelledText]

  /// Takes the texts of the data set in the order of their ids.
  init(_ audit: DataAudit, _ texts: [LabelledText]) {
    self.audit = audit
    self.texts = texts
  }

  /// Everything.
  var all: [String] {
    (audit.empty > 0 ? ["\(counted(audit.empty)) empty"] : []) + repeats + overlaps
  }

  /// Texts that repeat an earlier one of their split.
  var repeats: [String] {
    audit.repeats.filter { $0.total > 0 && $0.split == $0.original }.map {
      sentence($0, "an earlier one")
    }
  }

  /// Texts that stand in two splits, with examples.
  var overlaps: [String] {
    audit.repeats.filter { $0.total > 0 && $0.split != $0.original }.flatMap { repeats in
      [
        sentence(repeats, "a \(repeats.original.rawValue) text")
          + (repeats.original == .train ? ": scores look better than they are" : "")
      ] + repeats.examples.compactMap { example($0) }
    }
  }

  private func sentence(_ repeats: TextRepeats, _ what: String) -> String {
    let kinds = [
      (repeats.exact, "to the letter"), (repeats.normalized, "but for case and punctuation"),
      (repeats.near, "nearly"),
    ].filter { $0.0 > 0 }.map { "\(grouped($0.0)) \($0.1)" }.joined(separator: ", ")
    return "\(grouped(repeats.total)) of \(counted(repeats.texts, repeats.split.rawValue)) repeat "
      + "\(what) (\(kinds))"
      + (repeats.conflicting > 0 ? ", \(grouped(repeats.conflicting)) under another label" : "")
  }

  /// `text 7 ‹A fine film› repeats 3 ‹a fine film!›`, numbers from 1.
  private func example(_ example: TextRepeats.Example) -> String? {
    guard texts.indices.contains(example.text), texts.indices.contains(example.original) else {
      return nil
    }
    func quoted(_ id: Int) -> String {
      "\(grouped(id + 1)) ‹\(clipped(shown(texts[id].text), to: 50))›"
    }
    return "  text \(quoted(example.text)) repeats \(quoted(example.original))"
  }

  private func counted(_ count: Int, _ split: String? = nil) -> String {
    "\(grouped(count)) \(split.map { $0 + " " } ?? "")text\(count == 1 ? "" : "s")"
  }
}

/// `12 texts are longer than 256 tokens and cut: 7 of neg, 5 of pos`; nil if none are.
func truncationLine(_ truncatedByClass: [Int], classes: [String], limit: Int) -> String? {
  let total = truncatedByClass.reduce(0, +)
  guard total > 0 else { return nil }
  let parts = zip(truncatedByClass, classes).filter { $0.0 > 0 }
    .map { "\(grouped($0.0)) of \(shown($0.1))" }
  return
    "\(grouped(total)) text\(total == 1 ? " is" : "s are") longer than \(grouped(limit)) tokens "
    + "and cut: " + listed(parts)
}
