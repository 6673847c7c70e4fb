/// Why a query was not understood: where, and what is wrong there.
public struct TextQueryError: Error, Equatable, CustomStringConvertible {
  /// The character of the query that is to blame, from 1.
  public var column: Int
  public var problem: String

  public var description: String { "column \(column): \(problem)" }
}

extension TextQuery {
  /// Reads a query as people write it.
  ///
  ///     label:C predicted:C         its class, the head's answer; "C D" where a name has spaces
  ///     split:train|validation|test
  ///     wrong right                 whether the head is
  ///     flipped                     whether a compared run's head says otherwise
  ///     conf len loss id            a number: conf>0.9, len<=20 (words), loss>2 (nats), id=17
  ///     /word/  part  "Phrase"      a whole word, characters in any case, characters as written
  ///     not and or ( )              or ! & |; conditions side by side are joined by and
  ///     sort:conf sort:-len         by rising, by falling value; label, predicted and split too
  /// - Parameters:
  ///   - text: the query; an empty one is met by any text.
  ///   - classes: the names of the run's classes; their case does not matter unless it must.
  /// - Throws: `TextQueryError` at the first thing that makes no sense.
  public init(_ text: String, classes: [String]) throws(TextQueryError) {
    var parser = TextQueryParser(try TextQueryLexer.tokens(of: text), classes: classes)
    self = try parser.query()
  }
}

/// A query's words and marks.
struct TextQueryToken: Equatable {
  enum Kind: Equatable {
    /// A word that is not quoted, which may be a keyword or a field.
    case bare(String)
    /// What stands between quotation marks or slashes.
    case phrase(String)
    case word(String)
    /// `:` or a comparison.
    case comparison(String)
    case and, or, not, open, close, end
  }

  var kind: Kind
  /// From 1.
  var column: Int
}

/// Cuts a query into tokens.
struct TextQueryLexer {
  private let characters: [Character]
  private var place = 0
  private var tokens: [TextQueryToken] = []

  /// All tokens of a query, the last of which is its end.
  static func tokens(of text: String) throws(TextQueryError) -> [TextQueryToken] {
    var lexer = TextQueryLexer(characters: Array(text))
    while lexer.place < lexer.characters.count { try lexer.next() }
    return lexer.tokens + [TextQueryToken(kind: .end, column: lexer.place + 1)]
  }

  private init(characters: [Character]) { self.characters = characters }

  private mutating func next() throws(TextQueryError) {
    let start = place
    let character = characters[place]
    place += 1
    func add(_ kind: TextQueryToken.Kind) {
      tokens.append(TextQueryToken(kind: kind, column: start + 1))
    }
    switch character {
    case "(": add(.open)
    case ")": add(.close)
    case "&": add(.and)
    case "|": add(.or)
    case "!": add(.not)
    case "\"": add(.phrase(try quoted(by: character, "quotation mark", from: start)))
    case "/": add(.word(try quoted(by: character, "slash", from: start).lowercased()))
    case ":", "=": add(.comparison(String(character)))
    case "<", ">":
      let isClosed = place < characters.count && characters[place] == "="
      if isClosed { place += 1 }
      add(.comparison(isClosed ? "\(character)=" : String(character)))
    case _ where character.isWhitespace: break
    default: add(bare(from: start))
    }
  }

  /// What stands up to the next `mark`; `\` before a character keeps it from ending the quotation.
  private mutating func quoted(
    by mark: Character, _ name: String, from start: Int
  ) throws(TextQueryError) -> String {
    var text = ""
    while place < characters.count, characters[place] != mark {
      if characters[place] == "\\", place + 1 < characters.count { place += 1 }
      text.append(characters[place])
      place += 1
    }
    guard place < characters.count else {
      throw TextQueryError(column: start + 1, problem: "this \(name) has no second one")
    }
    place += 1
    guard !text.isEmpty else {
      throw TextQueryError(column: start + 1, problem: "nothing stands between the marks")
    }
    return text
  }

  private mutating func bare(from start: Int) -> TextQueryToken.Kind {
    while place < characters.count, !Self.isMark(characters[place]) { place += 1 }
    let text = String(characters[start..<place])
    switch text.lowercased() {
    case "and": return .and
    case "or": return .or
    case "not": return .not
    default: return .bare(text)
    }
  }

  private static func isMark(_ character: Character) -> Bool {
    character.isWhitespace || "()&|!\":=<>".contains(character)
  }
}

/// Makes a query of tokens, by recursive descent.
///
///     either  = both { or both }
///     both    = one { [and] one }
///     one     = not one | ( either ) | field comparison value | wrong | right | text
struct TextQueryParser {
  private let tokens: [TextQueryToken]
  private let classes: [String]
  private var place = 0
  private var depth = 0
  private var sorts: [TextQuery.Sort] = []

  /// Parentheses and `not`s within each other, which no sensible query has more of.
  private static let deepest = 50

  init(_ tokens: [TextQueryToken], classes: [String]) {
    self.tokens = tokens
    self.classes = classes
  }

  private var token: TextQueryToken { tokens[place] }

  mutating func query() throws(TextQueryError) -> TextQuery {
    try skipSorts()
    guard token.kind != .end else { return TextQuery(sorts: sorts) }
    let condition = try either()
    guard token.kind == .end else {
      throw problem("this parenthesis closes none")
    }
    return TextQuery(condition, sorts: sorts)
  }

  private mutating func either() throws(TextQueryError) -> TextQuery.Condition {
    var parts = [try both()]
    while token.kind == .or {
      place += 1
      parts.append(try both())
    }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func both() throws(TextQueryError) -> TextQuery.Condition {
    var parts = [try one()]
    while true {
      try skipSorts()
      if token.kind == .and { place += 1 } else if endsConjunction { break }
      try skipSorts()
      parts.append(try one())
    }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private var endsConjunction: Bool { [.or, .close, .end].contains(token.kind) }

  private mutating func one() throws(TextQueryError) -> TextQuery.Condition {
    let start = token
    guard start.kind != .end else { throw problem("a condition is missing here") }
    place += 1
    switch start.kind {
    case .not:
      try descend(start)
      defer { depth -= 1 }
      return .not(try one())
    case .open:
      try descend(start)
      defer { depth -= 1 }
      let condition = try either()
      guard token.kind == .close else { throw problem("this parenthesis is not closed", at: start) }
      place += 1
      return condition
    case .phrase(let text): return .phrase(text)
    case .word(let word): return .word(word)
    case .bare(let name): return try named(name, start)
    case .comparison(let mark):
      throw problem("'\(mark)' needs a name before it, such as conf", at: start)
    case .and, .or, .close, .end: throw problem("a condition is missing here", at: start)
    }
  }

  private mutating func descend(_ start: TextQueryToken) throws(TextQueryError) {
    depth += 1
    guard depth <= Self.deepest else {
      throw problem("more than \(Self.deepest) within each other", at: start)
    }
  }

  // MARK: Fields

  private mutating func named(
    _ name: String, _ start: TextQueryToken
  ) throws(TextQueryError) -> TextQuery.Condition {
    guard case .comparison(let mark) = token.kind else {
      switch name.lowercased() {
      case "wrong": return .wrong
      case "right": return .not(.wrong)
      case "flipped": return .flipped
      default: return .part(name.lowercased())
      }
    }
    let place = token
    self.place += 1
    switch name.lowercased() {
    case "label": return .label(try classNamed(mark, place))
    case "predicted": return .predicted(try classNamed(mark, place))
    case "split": return .split(try split(mark, place))
    case "sort": throw problem("sort stands outside of parentheses and not", at: start)
    case let field: return try number(field, mark, place, start)
    }
  }

  private mutating func number(
    _ name: String, _ mark: String, _ place: TextQueryToken, _ start: TextQueryToken
  ) throws(TextQueryError) -> TextQuery.Condition {
    guard let field = TextQuery.Field(rawValue: name) else {
      let names =
        ["label", "predicted", "split", "sort"] + TextQuery.Field.allCases.map(\.rawValue)
      throw problem(
        "no field is named '\(name)'; there are \(names.joined(separator: ", "))", at: start)
    }
    let text = try value(after: place)
    guard let bound = Double(text.value), bound.isFinite else {
      throw problem("'\(text.value)' is no number", at: text.token)
    }
    let comparison = TextQuery.Comparison(rawValue: mark == ":" ? "=" : mark) ?? .equal
    return .number(field, comparison, bound)
  }

  private mutating func classNamed(
    _ mark: String, _ place: TextQueryToken
  ) throws(TextQueryError) -> Int {
    let name = try name(mark, place)
    if let exact = classes.firstIndex(of: name.value) { return exact }
    let same = classes.indices.filter { classes[$0].lowercased() == name.value.lowercased() }
    guard same.count == 1 else {
      let known = classes.prefix(8).joined(separator: ", ") + (classes.count > 8 ? " …" : "")
      throw problem("no class is named '\(name.value)'; there are \(known)", at: name.token)
    }
    return same[0]
  }

  private mutating func split(
    _ mark: String, _ place: TextQueryToken
  ) throws(TextQueryError) -> Split {
    let name = try name(mark, place)
    guard let split = Split(rawValue: name.value.lowercased()) else {
      throw problem("'\(name.value)' is not train, validation or test", at: name.token)
    }
    return split
  }

  /// The value of a field that has no order.
  private mutating func name(
    _ mark: String, _ place: TextQueryToken
  ) throws(TextQueryError) -> (value: String, token: TextQueryToken) {
    guard [":", "="].contains(mark) else { throw problem("only ':' can stand here", at: place) }
    return try value(after: place)
  }

  private mutating func value(
    after mark: TextQueryToken
  ) throws(TextQueryError) -> (value: String, token: TextQueryToken) {
    switch token.kind {
    case .bare(let text), .phrase(let text):
      defer { place += 1 }
      return (text, token)
    default: throw problem("a value is missing behind this", at: mark)
    }
  }

  // MARK: Order

  /// Takes the sort keys that stand here; they are no conditions.
  private mutating func skipSorts() throws(TextQueryError) {
    while depth == 0, case .bare(let name) = token.kind, name.lowercased() == "sort",
      case .comparison(let mark) = tokens[place + 1].kind
    {
      place += 2
      let name = try self.name(mark, tokens[place - 1])
      let key = name.value.drop { $0 == "-" }.lowercased()
      guard let key = TextQuery.SortKey(rawValue: key) else {
        let keys = TextQuery.SortKey.allCases.map(\.rawValue).joined(separator: ", ")
        throw problem("no order is named '\(name.value)'; there are \(keys)", at: name.token)
      }
      sorts.append(TextQuery.Sort(key, isFalling: name.value.hasPrefix("-")))
    }
  }

  private func problem(_ problem: String, at token: TextQueryToken? = nil) -> TextQueryError {
    TextQueryError(column: (token ?? self.token).column, problem: problem)
  }
}
