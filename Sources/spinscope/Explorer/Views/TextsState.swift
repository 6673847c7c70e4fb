import Probing

/// Which texts are shown.
struct TextsState: Sendable, Equatable, Codable {
  /// The test texts are there for who asks for them: errors are studied on others.
  var query = TextField(start)
  /// The cursor among the slices in which the head errs more than elsewhere; nil while texts are shown.
  var slice: Int?

  private static let start = "split:validation"

  var settings: [(name: String, value: String)] {
    (query.text == Self.start ? [] : [("query", query.text)])
      + (slice == nil ? [] : [("slices", "yes")])
  }

  mutating func read(_ name: String, _ value: String) -> Bool {
    switch name {
    case "query": query = TextField(value)
    case "slices": slice = value == "yes" ? 0 : nil
    default: return false
    }
    return true
  }
}
