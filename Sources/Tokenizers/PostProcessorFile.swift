import StrictJSON

extension PostProcessor {
  /// Reads `post_processor`.
  ///
  /// - Throws: `unsupported` for a kind that is not known here, and `badID` for a special token whose
  ///   id the vocabulary lacks.
  init(_ field: JSONField, vocabulary: Vocabulary) throws(TokenizerError) {
    if field.isNull {
      self = .none
      return
    }
    let type = try field["type"].string()
    switch type {
    case "TemplateProcessing":
      template = try Self.template(field, vocabulary)
    case "BertProcessing":
      template = try Self.pairTemplate(field, vocabulary)
    case "RobertaProcessing":
      template = try Self.pairTemplate(field, vocabulary)
      trim = try Self.trim(field)
    case "ByteLevel":
      template = [.sequence]
      trim = try Self.trim(field)
    case "Sequence":
      self = try Self.sequence(field, vocabulary)
    default:
      throw field.error(.unsupported(kind: "post_processor", name: type))
    }
  }

  /// `Sequence`: at most one template, and `ByteLevel`.
  private static func sequence(
    _ field: JSONField, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> PostProcessor {
    var result = PostProcessor.none
    for entry in try field["processors"].elements() {
      let stage = try PostProcessor(entry, vocabulary: vocabulary)
      let isSecond =
        stage.trim != nil && result != .none || stage.addedCount > 0 && result.addedCount > 0
      guard !isSecond else {
        throw entry.error(.unsupported(kind: "post_processor", name: "this order of stages"))
      }
      if stage.addedCount > 0 { result.template = stage.template }
      if let trim = stage.trim { result.trim = trim }
    }
    return result
  }

  /// The flags' defaults are those of the library.
  private static func trim(_ field: JSONField) throws(TokenizerError) -> OffsetTrim? {
    guard try field["trim_offsets"].optionalBool() ?? true else { return nil }
    return OffsetTrim(addPrefixSpace: try field["add_prefix_space"].optionalBool() ?? true)
  }

  private static func pairTemplate(
    _ field: JSONField, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> [Piece] {
    let cls = try pair(field["cls"], vocabulary)
    let sep = try pair(field["sep"], vocabulary)
    return [.special([cls]), .sequence, .special([sep])]
  }

  private static func template(
    _ field: JSONField, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> [Piece] {
    let single = try field["single"]
    let specials = try field["special_tokens"]
    var pieces: [Piece] = []
    for entry in try single.elements() {
      pieces.append(try piece(entry, specials, vocabulary))
    }
    guard pieces.count(where: { $0 == .sequence }) == 1 else {
      throw single.error(.malformed("the sequence A must occur once"))
    }
    return pieces
  }

  /// One entry of a template: `{"SpecialToken": {…}}` or `{"Sequence": {…}}`.
  private static func piece(
    _ entry: JSONField, _ specials: JSONField, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> Piece {
    let special = try entry["SpecialToken"]
    let sequence = try entry["Sequence"]
    let body = special.isNull ? sequence : special
    let type = try body["type_id"]
    guard try type.integer() == 0 else {
      throw type.error(.unsupported(kind: "type_id", name: "\(try type.integer())"))
    }
    let name = try body["id"]
    if special.isNull {
      guard try name.string() == "A" else {
        throw name.error(.unsupported(kind: "sequence", name: try name.string()))
      }
      return .sequence
    }
    return .special(try ids(specials[name.string()]["ids"], vocabulary))
  }

  private static func ids(
    _ field: JSONField, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> [Int32] {
    var ids: [Int32] = []
    for entry in try field.elements() { ids.append(try id(entry, vocabulary)) }
    return ids
  }

  /// `["[SEP]", 102]`.
  private static func pair(
    _ field: JSONField, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> Int32 {
    let parts = try field.elements()
    guard parts.count == 2 else { throw field.error(.malformed("expected a token and its id")) }
    return try id(parts[1], vocabulary)
  }

  private static func id(
    _ field: JSONField, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> Int32 {
    let number = try field.integer()
    guard let id = Int32(exactly: number), vocabulary.piece(id) != nil else {
      throw field.error(.badID("id \(number) is not in the vocabulary"))
    }
    return id
  }
}
