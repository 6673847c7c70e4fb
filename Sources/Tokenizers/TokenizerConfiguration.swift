import StrictJSON

/// `tokenizer_config.json`: what `tokenizer.json` does not say, and `vocab.txt` says even less.
struct TokenizerConfiguration {
  /// `do_lower_case`; BERT's default is true.
  var lowercase = true
  var stripAccents: Bool?
  var handleChineseChars = true
  /// `model_max_length`, unless it is the 10³⁰ that stands for none.
  var maxLength: Int?
  /// The spelling of "unk_token", "mask_token" and so on, where the file names them.
  var names: [String: String] = [:]
  /// `truncation_side`: whether a text that is too long loses its beginning.
  var truncatesStart: Bool?
  /// `add_prefix_space`; false is the default of GPT-2 and RoBERTa.
  var addPrefixSpace = false
  /// `tokenizer_class`, here or, in older folders, in `config.json`.
  var className: String?
  /// `added_tokens_decoder`.
  var addedTokens: [AddedTokens.Token] = []

  static let roles = [
    "unk_token", "mask_token", "pad_token", "cls_token", "sep_token", "bos_token", "eos_token",
  ]

  /// - Throws: `TokenizerError` if a file is there but is not what its format says.
  init(_ folder: TokenizerFolder) throws(TokenizerError) {
    if let map = try folder.json("special_tokens_map.json") { try readNames(map) }
    if let model = try folder.json("config.json") { try readClass(model) }
    guard let config = try folder.json("tokenizer_config.json") else { return }
    try readNames(config)
    lowercase = try config["do_lower_case"].optionalBool() ?? true
    stripAccents = try config["strip_accents"].optionalBool()
    handleChineseChars = try config["tokenize_chinese_chars"].optionalBool() ?? true
    addPrefixSpace = try config["add_prefix_space"].optionalBool() ?? false
    try readClass(config)
    maxLength = try Self.maxLength(config["model_max_length"])
    truncatesStart = try Self.truncatesStart(config["truncation_side"])
    addedTokens = try Self.addedTokens(config["added_tokens_decoder"])
  }

  private mutating func readClass(_ file: JSONField) throws(TokenizerError) {
    let name = try file["tokenizer_class"]
    if !name.isNull { className = try name.string() }
  }

  private static func maxLength(_ field: JSONField) throws(TokenizerError) -> Int? {
    switch field.value {
    case .null, .number: return nil
    default:
      let length = try field.integer()
      guard length > 0 else {
        throw field.error(.unexpected(expected: "a number above 0", found: "\(length)"))
      }
      return length < 1_000_000_000 ? length : nil
    }
  }

  /// A name is a string, or an object with "content".
  private mutating func readNames(_ file: JSONField) throws(TokenizerError) {
    for role in Self.roles {
      let field = try file[role]
      if field.isNull { continue }
      if case .object = field.value {
        names[role] = try field["content"].string()
      } else {
        names[role] = try field.string()
      }
    }
  }

  private static func truncatesStart(_ field: JSONField) throws(TokenizerError) -> Bool? {
    if field.isNull { return nil }
    let side = try field.string()
    guard ["left", "right"].contains(side) else {
      throw field.error(.unsupported(kind: "truncation_side", name: side))
    }
    return side == "left"
  }

  private static func addedTokens(
    _ field: JSONField
  ) throws(TokenizerError) -> [AddedTokens.Token] {
    if field.isNull { return [] }
    var tokens: [AddedTokens.Token] = []
    for member in try field.members() {
      let key = String(decoding: member.key, as: UTF8.self)
      let entry = field.child(key, member.value)
      guard let id = Int32(key), id >= 0 else {
        throw field.error(.badID("the key \"\(key)\" is not an id"))
      }
      tokens.append(try AddedTokens.Token(entry, id: id))
    }
    return tokens.sorted { $0.id < $1.id }
  }

  /// The added tokens, after those that a vocabulary lacks were put into it.
  ///
  /// - Throws: `duplicate` or `badID` for one whose id another piece has or that leaves a gap.
  func insertAddedTokens(
    into vocabulary: inout Vocabulary, file: String
  ) throws(TokenizerError) -> [AddedTokens.Token] {
    for token in addedTokens where vocabulary[token.content] != token.id {
      do throws(Vocabulary.Fault) {
        try vocabulary.insert(token.content, id: Int(token.id), limit: vocabulary.size + 1)
      } catch {
        let place = "added_tokens_decoder.\(token.id) of tokenizer_config.json"
        throw TokenizerError(file: file, place: place, problem: error.problem)
      }
    }
    return addedTokens
  }
}

extension AddedTokens.Token {
  /// Reads the content and the flags; absent flags are false, save `normalized`, as in the library.
  init(_ entry: JSONField, id: Int32) throws(TokenizerError) {
    self.id = id
    content = try entry["content"].bytes()
    singleWord = try entry["single_word"].optionalBool() ?? false
    lstrip = try entry["lstrip"].optionalBool() ?? false
    rstrip = try entry["rstrip"].optionalBool() ?? false
    let special = try entry["special"].optionalBool() ?? false
    normalized = try entry["normalized"].optionalBool() ?? !special
  }
}
