import StrictJSON

/// `tokenizer.json`, the format of Hugging Face `tokenizers`: which stages, with which settings.
///
/// A stage that SpinScope does not know is refused by name. Of `truncation` only the side is read;
/// `padding` and `decoder` are not: neither changes the ids of a text.
struct TokenizerFile {
  private let root: JSONField

  /// Ten replacements of a letter by ten fill any memory; real files stay far below this.
  private static let maxGrowth = 1000

  init(_ root: JSONField) throws(TokenizerError) {
    self.root = root
    let version = try root["version"]
    let number = version.isNull ? "1.0" : try version.string()
    guard number == "1.0" else { throw version.error(.unsupported(kind: "version", name: number)) }
  }

  /// - Throws: `TokenizerError` for the first thing that is missing, unknown or contradictory.
  func pipeline() throws(TokenizerError) -> Pipeline {
    let normalizer = try Self.normalizer(root["normalizer"])
    guard normalizer.growth <= Self.maxGrowth else {
      let name = "a text that becomes more than \(Self.maxGrowth) times as long"
      throw try root["normalizer"].error(.unsupported(kind: "normalizer", name: name))
    }
    let preTokenizer = try Self.preTokenizer(root["pre_tokenizer"])
    let byteLevel = Self.isByteLevel(preTokenizer)
    let model = try Self.model(root["model"], byteLevel: byteLevel)
    var vocabulary = model.vocabulary
    let tokens = try Self.addedTokens(root["added_tokens"], &vocabulary)
    let added = AddedTokens(tokens, normalizer: normalizer)
    if let token = added.vanished {
      // The library would cut its texts between any two characters.
      let name = "the added token \(String(decoding: token.content, as: UTF8.self)), "
      throw try root["added_tokens"].error(
        .unsupported(kind: "added token", name: "\(name)which the normalizer takes away,"))
    }
    let post = try PostProcessor(root["post_processor"], vocabulary: vocabulary)
    return Pipeline(
      addedTokens: added, normalizer: normalizer, preTokenizer: preTokenizer, model: model,
      postProcessor: post, vocabulary: vocabulary, truncatesStart: try truncatesStart())
  }

  private func truncatesStart() throws(TokenizerError) -> Bool {
    let truncation = try root["truncation"]
    if truncation.isNull { return false }
    let direction = try truncation["direction"]
    if direction.isNull { return false }
    let side = try direction.string()
    guard ["Left", "Right"].contains(side) else {
      throw direction.error(.unsupported(kind: "direction", name: side))
    }
    return side == "Left"
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
