/// What a tokenizer is made of, in words.
public struct TokenizerParts: Sendable, Equatable {
  /// The file, or files, that it was read from.
  public let source: String
  public let normalizer: String
  public let preTokenizer: String
  /// `WordPiece`, `BPE` or `Unigram`.
  public let model: String
  /// Pieces of the model, without the added tokens that it lacks.
  public let pieces: Int
  public let postProcessor: String
  /// The spelling of the tokens that are cut out of a text before all else, by id.
  public let addedTokens: [String]

  init(_ pipeline: Pipeline, source: String) {
    self.source = source
    normalizer = pipeline.normalizer.summary
    preTokenizer = pipeline.preTokenizer.summary
    model = pipeline.model.summary
    pieces = pipeline.model.vocabulary.count
    postProcessor = pipeline.postProcessor.summary(pipeline.vocabulary)
    addedTokens = pipeline.addedTokens.tokens.map { String(decoding: $0.content, as: UTF8.self) }
  }
}

/// A kind and its settings: `Strip: left, right`.
private func words(_ kind: String, _ settings: [(Bool, String)]) -> String {
  let set = settings.filter(\.0).map(\.1)
  return set.isEmpty ? kind : "\(kind): \(set.joined(separator: ", "))"
}

// MARK: Normalizers

extension IdentityNormalizer {
  var summary: String { "none" }
}

extension NormalizerSequence {
  var summary: String { stages.map(\.summary).joined(separator: "; then ") }
}

extension BertNormalizer {
  var summary: String {
    words(
      "BertNormalizer",
      [
        (lowercase, "lower case"), (stripAccents, "no accents"),
        (cleanText, "no controls"), (handleChineseChars, "CJK apart"),
      ])
  }
}

extension UnicodeForm {
  var summary: String {
    switch (composes, isCompatible) {
    case (true, false): "NFC"
    case (false, false): "NFD"
    case (true, true): "NFKC"
    case (false, true): "NFKD"
    }
  }
}

extension Lowercase {
  var summary: String { "Lowercase" }
}

extension StripAccents {
  var summary: String { "StripAccents" }
}

extension Nmt {
  var summary: String { "Nmt" }
}

extension Prepend {
  var summary: String { "Prepend: \"\(String(decoding: content, as: UTF8.self))\"" }
}

extension Precompiled {
  var summary: String { "Precompiled" }
}

extension Replace {
  var summary: String {
    let found =
      switch pattern {
      case .literal(let bytes): "\"\(String(decoding: bytes, as: UTF8.self))\""
      case .run(let least, let ofSpacesAlone):
        "\(least) \(ofSpacesAlone ? "spaces" : "white space") or more"
      }
    return "Replace: \(found) by \"\(String(decoding: content, as: UTF8.self))\""
  }
}

extension Strip {
  var summary: String { words("Strip", [(left, "left"), (right, "right")]) }
}

// MARK: Pre-tokenizers

extension WholePreTokenizer {
  var summary: String { "none" }
}

extension PreTokenizerSequence {
  var summary: String { stages.map(\.summary).joined(separator: "; then ") }
}

extension WhitespaceSplit {
  var summary: String { "WhitespaceSplit" }
}

extension Whitespace {
  var summary: String { "Whitespace" }
}

extension PatternSplit {
  var summary: String { "Split: \(behavior.rawValue)" }
}

extension BertPreTokenizer {
  var summary: String { "BertPreTokenizer" }
}

extension GPT2Pattern {
  var summary: String { "GPT-2's pattern" }
}

extension ByteLevel {
  var summary: String {
    words("ByteLevel", [(addPrefixSpace, "a space before the text"), (!usesPattern, "no pattern")])
  }
}

extension Metaspace {
  var summary: String {
    let mark = String(decoding: replacement, as: UTF8.self)
    return words(
      "Metaspace",
      [
        (true, "\(mark) for a space"), (scheme == .always, "\(mark) before each part"),
        (scheme == .first, "\(mark) before the text"), (!splits, "words not cut"),
      ])
  }
}

// MARK: Models

extension WordPiece {
  var summary: String { "WordPiece" }
}

extension WordLevel {
  var summary: String { "WordLevel" }
}

extension BPE {
  var summary: String { "BPE" }
}

extension Unigram {
  var summary: String { "Unigram" }
}

extension PostProcessor {
  /// What stands around a text: `[CLS] text [SEP]`.
  func summary(_ vocabulary: Vocabulary) -> String {
    let pieces = template.flatMap { piece in
      switch piece {
      case .sequence: ["text"]
      case .special(let ids): ids.map { vocabulary.piece($0) ?? "?" }
      }
    }
    let trimmed = trim == nil ? "" : ", offsets without white space"
    return (pieces.count == 1 ? "adds nothing" : pieces.joined(separator: " ")) + trimmed
  }
}
