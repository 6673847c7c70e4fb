import StrictJSON

/// `tokenizer.json`, the format of Hugging Face `tokenizers`: which stages, with which settings.
///
/// A stage that SpinScope does not know is refused by name. `truncation`, `padding` and `decoder`
/// are not read: none of them changes the ids of a text.
struct TokenizerFile {
  private let root: JSONField

  init(_ root: JSONField) throws(TokenizerError) {
    self.root = root
    let version = try root["version"]
    let number = version.isNull ? "1.0" : try version.string()
    guard number == "1.0" else { throw version.error(.unsupported(kind: "version", name: number)) }
  }

  /// - Throws: `TokenizerError` for the first thing that is missing, unknown or contradictory.
  func pipeline() throws(TokenizerError) -> Pipeline {
    let normalizer = try Self.normalizer(root["normalizer"])
    let preTokenizer = try Self.preTokenizer(root["pre_tokenizer"])
    let model = try Self.model(root["model"])
    var vocabulary = model.vocabulary
    let added = try AddedTokens(
      Self.addedTokens(root["added_tokens"], &vocabulary), normalizer: normalizer)
    let post = try PostProcessor(root["post_processor"], vocabulary: vocabulary)
    return Pipeline(
      addedTokens: added, normalizer: normalizer, preTokenizer: preTokenizer, model: model,
      postProcessor: post, vocabulary: vocabulary)
  }

  private static func normalizer(_ field: JSONField) throws(TokenizerError) -> any Normalizer {
    if field.isNull { return IdentityNormalizer() }
    let type = try field["type"].string()
    switch type {
    case "BertNormalizer": return try BertNormalizer(field)
    default: throw field.error(.unsupported(kind: "normalizer", name: type))
    }
  }

  private static func preTokenizer(_ field: JSONField) throws(TokenizerError) -> any PreTokenizer {
    if field.isNull { return WholePreTokenizer() }
    let type = try field["type"].string()
    switch type {
    case "BertPreTokenizer": return BertPreTokenizer()
    default: throw field.error(.unsupported(kind: "pre_tokenizer", name: type))
    }
  }

  private static func model(_ field: JSONField) throws(TokenizerError) -> any Model {
    let type = try field["type"]
    // Files of 2020 have no type; only WordPiece has this setting.
    let limit = try field["max_input_chars_per_word"]
    let name = type.isNull && !limit.isNull ? "WordPiece" : try type.string()
    switch name {
    case "WordPiece": return try WordPiece(field)
    default: throw field.error(.unsupported(kind: "model", name: name))
    }
  }

  /// Reads the added tokens, and adds to the vocabulary those that it lacks.
  ///
  /// The library ignores the file's id of a token: it takes the vocabulary's, or the next free one.
  /// A file whose ids differ from these is refused, since a model would be fed ids that the file
  /// does not show.
  private static func addedTokens(
    _ field: JSONField, _ vocabulary: inout Vocabulary
  ) throws(TokenizerError) -> [AddedTokens.Token] {
    if field.isNull { return [] }
    let modelCount = vocabulary.count
    var largest: Int?
    var tokens: [AddedTokens.Token] = []
    for entry in try field.elements() {
      let id = try entry["id"].integer()
      let content = try entry["content"].bytes()
      if content.isEmpty { continue }
      let next = largest.map { $0 >= modelCount ? $0 + 1 : modelCount } ?? modelCount
      let given = vocabulary[content].map { Int($0) } ?? next
      guard id == given, let short = Int32(exactly: id) else {
        throw try entry["id"].error(.badID("id \(id), but tokenizers gives this token \(given)"))
      }
      if vocabulary[content] == nil {
        do throws(Vocabulary.Fault) {
          try vocabulary.insert(content, id: id, limit: .max)
        } catch {
          throw entry.error(error.problem)
        }
      }
      largest = max(largest ?? 0, id)
      tokens.append(try AddedTokens.Token(entry, id: short))
    }
    return tokens
  }
}

extension Vocabulary {
  /// Reads `"vocab": {piece: id}`.
  init(_ field: JSONField) throws(TokenizerError) {
    let members = try field.members()
    self.init(capacity: members.count)
    for member in members {
      // The path of an entry is made only for an error: a vocabulary has 30,000 of them.
      func entry() -> JSONField {
        field.child(String(decoding: member.key, as: UTF8.self), member.value)
      }
      guard case .integer(let id) = member.value else {
        throw entry().error(.unexpected(expected: "an id", found: member.value.kind))
      }
      do throws(Fault) {
        try insert(member.key, id: id, limit: members.count * 2 + 1000)
      } catch {
        throw entry().error(error.problem)
      }
    }
  }
}

extension Vocabulary.Fault {
  var problem: TokenizerError.Problem {
    switch self {
    case .duplicatePiece(_, let first, let second):
      .duplicate("the piece has the ids \(first) and \(second)")
    case .duplicateID(let id, let first, _):
      .duplicate("id \(id) is also that of \"\(first)\"")
    case .badID(let id, _):
      .badID("id \(id) is negative or far beyond the number of pieces")
    }
  }
}

extension BertNormalizer {
  init(_ field: JSONField) throws(TokenizerError) {
    self.init(
      cleanText: try field["clean_text"].bool(),
      handleChineseChars: try field["handle_chinese_chars"].bool(),
      stripAccents: try field["strip_accents"].optionalBool(),
      lowercase: try field["lowercase"].bool())
  }
}

extension WordPiece {
  init(_ field: JSONField) throws(TokenizerError) {
    let vocabulary = try Vocabulary(field["vocab"])
    let unknown = try field["unk_token"]
    guard let id = vocabulary[try unknown.bytes()] else {
      throw unknown.error(.missingPiece(try unknown.string()))
    }
    let limit = try field["max_input_chars_per_word"]
    guard try limit.integer() >= 0 else {
      throw limit.error(.unexpected(expected: "0 or more", found: "\(try limit.integer())"))
    }
    self.init(
      vocabulary: vocabulary, unknown: id,
      prefix: try field["continuing_subword_prefix"].bytes(),
      maxInputCharsPerWord: try limit.integer())
  }
}
