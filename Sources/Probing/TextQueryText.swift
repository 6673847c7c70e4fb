extension TextQuery {
  /// The query as a person could have written it, of a run with these `classes`: read again, it is
  /// the same query.
  public func text(classes: [String]) -> String {
    let order = sorts.map { "sort:\($0.isFalling ? "-" : "")\($0.key.rawValue)" }
    let condition = condition == .all([]) ? [] : [condition.text(classes, within: .nothing)]
    return (condition + order).joined(separator: " ")
  }
}

extension TextQuery.Condition {
  /// What a condition stands in, from what binds least to what binds most.
  fileprivate enum Place: Int {
    case nothing, any, all, not
  }

  fileprivate func text(_ classes: [String], within place: Place) -> String {
    switch self {
    case .all(let parts):
      grouped(
        parts.map { $0.text(classes, within: .all) }, " ", place.rawValue >= Place.all.rawValue)
    case .any(let parts):
      grouped(
        parts.map { $0.text(classes, within: .any) }, " or ", place.rawValue >= Place.any.rawValue)
    case .not(.wrong): "right"
    case .not(let part): "not \(part.text(classes, within: .not))"
    case .label(let label): "label:\(quoted(classes[label]))"
    case .predicted(let label): "predicted:\(quoted(classes[label]))"
    case .split(let split): "split:\(split.rawValue)"
    case .wrong: "wrong"
    case .flipped: "flipped"
    case .number(let field, let comparison, let bound):
      "\(field.rawValue)\(comparison.rawValue)\(written(bound))"
    case .word(let word): "/\(escaped(word, "/"))/"
    case .part(let part): part
    case .phrase(let phrase): "\"\(escaped(phrase, "\""))\""
    }
  }

  private func grouped(_ parts: [String], _ separator: String, _ isInner: Bool) -> String {
    let joined = parts.joined(separator: separator)
    return isInner ? "(\(joined))" : joined
  }

  private func written(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }

  /// A value in quotation marks, unless it is one plain word.
  private func quoted(_ value: String) -> String {
    let isPlain =
      value.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
      && !["and", "or", "not", ""].contains(value.lowercased())
    return isPlain ? value : "\"\(escaped(value, "\""))\""
  }

  private func escaped(_ text: String, _ mark: Character) -> String {
    String(text.flatMap { $0 == mark || $0 == "\\" ? ["\\", $0] : [$0] })
  }
}
