import StrictJSON

extension TokenizerFile {
  /// Reads `pre_tokenizer`.
  ///
  /// - Throws: `unsupported` for a kind or setting that is not known here.
  static func preTokenizer(_ field: JSONField) throws(TokenizerError) -> any PreTokenizer {
    if field.isNull { return WholePreTokenizer() }
    let type = try field["type"].string()
    switch type {
    case "BertPreTokenizer": return BertPreTokenizer()
    case "ByteLevel": return try ByteLevel(field)
    case "CharDelimiterSplit":
      return PatternSplit(
        pattern: .literal(try field["delimiter"].character()), behavior: .removed)
    case "Digits":
      return PatternSplit(
        pattern: .scalars(UnicodeTables.numerals),
        behavior: try field["individual_digits"].bool() ? .isolated : .contiguous)
    case "Punctuation":
      return PatternSplit(
        pattern: .scalars(UnicodeTables.punctuation),
        behavior: try PatternSplit.behavior(field["behavior"], default: .isolated))
    case "Split": return try isGPT2Pattern(field) ? GPT2Pattern() : PatternSplit(field)
    case "Whitespace": return Whitespace()
    case "WhitespaceSplit": return WhitespaceSplit()
    case "Metaspace": return try Metaspace(field)
    case "Sequence": return try preTokenizers(field["pretokenizers"])
    default: throw field.error(.unsupported(kind: "pre_tokenizer", name: type))
    }
  }

  private static func preTokenizers(_ field: JSONField) throws(TokenizerError) -> any PreTokenizer {
    var stages: [any PreTokenizer] = []
    for entry in try field.stages() {
      // After it the library has other characters for bytes, which no other stage here knows.
      guard !isByteLevel(stages.last) else {
        throw entry.error(.unsupported(kind: "pre_tokenizer", name: "a stage after ByteLevel"))
      }
      stages.append(try preTokenizer(entry))
    }
    return stages.count == 1 ? stages[0] : PreTokenizerSequence(stages: stages)
  }

  /// Whether a `Split` cuts as GPT-2 does, which covers all of a text.
  private static func isGPT2Pattern(_ field: JSONField) throws(TokenizerError) -> Bool {
    let regex = try field["pattern"]["Regex"]
    guard !regex.isNull, try regex.string() == GPT2Pattern.expression else { return false }
    return try field["behavior"].string() == "Isolated"
  }

  /// Whether the words that come out are bytes to the model.
  static func isByteLevel(_ stage: (any PreTokenizer)?) -> Bool {
    if let sequence = stage as? PreTokenizerSequence { return isByteLevel(sequence.stages.last) }
    return stage is ByteLevel
  }
}

extension ByteLevel {
  init(_ field: JSONField) throws(TokenizerError) {
    self.init(
      addPrefixSpace: try field["add_prefix_space"].bool(),
      usesPattern: try field["use_regex"].optionalBool() ?? true)
  }
}

extension PatternSplit {
  /// Reads `pattern`, `behavior` and `invert`.
  ///
  /// - Throws: `unsupported` for a regular expression.
  init(_ field: JSONField) throws(TokenizerError) {
    let pattern = try field["pattern"]
    let regex = try pattern["Regex"]
    guard regex.isNull else {
      throw regex.error(.unsupported(kind: "regular expression", name: try regex.string()))
    }
    let literal = try pattern["String"]
    guard try !literal.bytes().isEmpty else {
      throw literal.error(.malformed("an empty pattern"))
    }
    self.init(
      pattern: .literal(try literal.bytes()), behavior: try Self.behavior(field["behavior"]),
      isInverted: try field["invert"].optionalBool() ?? false)
  }

  /// Reads a `behavior`; files of 2020 have none for `Punctuation`.
  static func behavior(
    _ field: JSONField, default usual: Behavior? = nil
  ) throws(TokenizerError) -> Behavior {
    if field.isNull, let usual { return usual }
    guard let behavior = Behavior(rawValue: try field.string()) else {
      throw field.error(.unsupported(kind: "behavior", name: try field.string()))
    }
    return behavior
  }
}

extension Metaspace {
  /// Older files have `add_prefix_space` instead of `prepend_scheme`, and always split.
  init(_ field: JSONField) throws(TokenizerError) {
    let replacement = try field["replacement"]
    let bytes = try replacement.character()
    guard bytes != [0x20] else {
      throw replacement.error(.malformed("expected one character, not a space"))
    }
    self.init(
      replacement: bytes, scheme: try Self.scheme(field),
      splits: try field["split"].optionalBool() ?? true)
  }

  private static func scheme(_ field: JSONField) throws(TokenizerError) -> Scheme {
    let named = try field["prepend_scheme"]
    let flag = try field["add_prefix_space"].optionalBool()
    if named.isNull { return flag ?? true ? .always : .never }
    guard let scheme = Scheme(rawValue: try named.string()) else {
      throw named.error(.unsupported(kind: "prepend_scheme", name: try named.string()))
    }
    guard flag != false || scheme == .never else {
      throw named.error(.malformed("contradicts add_prefix_space"))
    }
    return scheme
  }
}
