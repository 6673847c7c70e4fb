import StrictJSON

extension TokenizerFile {
  /// Reads `model`, to which words come as bytes or as text.
  ///
  /// - Throws: `unsupported` for a kind or setting that is not known here.
  static func model(_ field: JSONField, byteLevel: Bool) throws(TokenizerError) -> any Model {
    let name = try modelName(field)
    guard !byteLevel || name == "BPE" else {
      throw field.error(.unsupported(kind: "model", name: "\(name) with ByteLevel"))
    }
    switch name {
    case "WordPiece": return try WordPiece(field)
    case "WordLevel": return try WordLevel(field)
    case "BPE": return try BPE(field, byteLevel: byteLevel)
    default: return try Unigram(field)
    }
  }

  /// Files of 2020 have no type; then each kind is known by a setting that only it has.
  private static func modelName(_ field: JSONField) throws(TokenizerError) -> String {
    let type = try field["type"]
    if type.isNull {
      if try !field["max_input_chars_per_word"].isNull { return "WordPiece" }
      if try !field["merges"].isNull { return "BPE" }
      if case .array = try field["vocab"].value { return "Unigram" }
    }
    let name = try type.string()
    guard ["WordPiece", "WordLevel", "BPE", "Unigram"].contains(name) else {
      throw field.error(.unsupported(kind: "model", name: name))
    }
    return name
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

extension Vocabulary {
  /// The id of the piece that `field` names.
  ///
  /// - Throws: `missingPiece` if there is no such piece.
  fileprivate func id(_ field: JSONField) throws(TokenizerError) -> Int32 {
    guard let id = self[try field.bytes()] else {
      throw field.error(.missingPiece(try field.string()))
    }
    return id
  }
}

extension WordLevel {
  init(_ field: JSONField) throws(TokenizerError) {
    let vocabulary = try Vocabulary(field["vocab"])
    self.init(vocabulary: vocabulary, unknown: try vocabulary.id(field["unk_token"]))
  }
}

extension WordPiece {
  init(_ field: JSONField) throws(TokenizerError) {
    let vocabulary = try Vocabulary(field["vocab"])
    let limit = try field["max_input_chars_per_word"]
    guard try limit.integer() >= 0 else {
      throw limit.error(.unexpected(expected: "0 or more", found: "\(try limit.integer())"))
    }
    self.init(
      vocabulary: vocabulary, unknown: try vocabulary.id(field["unk_token"]),
      prefix: try field["continuing_subword_prefix"].bytes(),
      maxInputCharsPerWord: try limit.integer())
  }
}
