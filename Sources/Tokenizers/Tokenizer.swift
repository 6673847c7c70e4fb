public import Foundation

/// Text to ids and back, with exactly the ids and offsets of Hugging Face `tokenizers`.
///
/// Reads `tokenizer.json`; where there is none, `vocab.txt` (BERT) or `vocab.json` with `merges.txt`
/// (GPT-2, RoBERTa), and `tokenizer_config.json`. A `spiece.model` alone is not read.
/// Padding and the length of a truncation that `tokenizer.json` carries are ignored, as in
/// transformers.
public struct Tokenizer: Sendable {
  private let pipeline: Pipeline
  /// The stages in words.
  public let parts: TokenizerParts

  /// `model_max_length` of `tokenizer_config.json`, in tokens; nil if the file gives none.
  public let maxLength: Int?
  /// The id for what the vocabulary does not cover.
  public let unknownID: Int32?
  /// The id of "[MASK]", "<mask>" or what the configuration calls `mask_token`.
  public let maskID: Int32?
  /// The id of "[PAD]", "<pad>" or what the configuration calls `pad_token`.
  public let padID: Int32?
  /// The id of "[CLS]", "<s>" or what the configuration calls `cls_token`.
  public let clsID: Int32?
  /// The id of "[SEP]", "</s>" or what the configuration calls `sep_token`.
  public let sepID: Int32?

  /// Reads a model folder.
  ///
  /// - Throws: `TokenizerError`, which names the file, the place and what to do.
  public init(folder: URL) throws(TokenizerError) {
    let files = TokenizerFolder(url: folder)
    let configuration = try TokenizerConfiguration(files)
    let source: String
    var pipeline: Pipeline
    (source, pipeline) = try Self.pipeline(files, configuration)
    pipeline.truncatesStart = configuration.truncatesStart ?? pipeline.truncatesStart
    self.pipeline = pipeline
    parts = TokenizerParts(pipeline, source: source)
    maxLength = configuration.maxLength
    unknownID = pipeline.model.unknownID
    let vocabulary = pipeline.vocabulary
    func id(_ role: String, _ usual: [String]) -> Int32? {
      let names = configuration.names[role].map { [$0] } ?? usual
      return names.lazy.compactMap { vocabulary.id(of: $0) }.first
    }
    maskID = id("mask_token", ["[MASK]", "<mask>"])
    padID = id("pad_token", ["[PAD]", "<pad>"])
    clsID = id("cls_token", ["[CLS]", "<s>"])
    sepID = id("sep_token", ["[SEP]", "</s>"])
  }

  private static func pipeline(
    _ folder: TokenizerFolder, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> (source: String, Pipeline) {
    if let json = try folder.json("tokenizer.json") {
      return ("tokenizer.json", try TokenizerFile(json).pipeline())
    }
    if let lines = try folder.read("vocab.txt") {
      let file = try VocabularyFile(folder.path("vocab.txt"), lines)
      return ("vocab.txt", try file.pipeline(configuration))
    }
    if let json = try folder.json("vocab.json"), let merges = try folder.read("merges.txt") {
      try folder.refuse("added_tokens.json", beside: "vocab.json")
      let file = try MergesFile(vocabulary: json, merges: folder.path("merges.txt"), merges)
      return ("vocab.json and merges.txt", try file.pipeline(configuration))
    }
    throw TokenizerError(file: folder.url.path, problem: .noTokenizer(found: folder.names))
  }

  /// Turns a text into ids.
  ///
  /// - Parameters:
  ///   - text: any string; it may spell special tokens, which then get their ids.
  ///   - maxLength: most tokens of the result, of which there are even fewer if the tokenizer was
  ///     saved with a lower limit. What does not fit is cut at the end, or at the start if the
  ///     tokenizer says so, before the template adds its own tokens; those are never cut.
  ///   - addSpecialTokens: whether the template is applied ("[CLS] … [SEP]").
  /// - Returns: may be empty where the template adds nothing.
  public func encode(
    _ text: String, maxLength: Int? = nil, addSpecialTokens: Bool = true
  ) -> Encoding {
    let source = Array(text.utf8)
    precondition(
      source.count < UInt32.max, "a text of \(source.count) bytes; at most \(UInt32.max - 1)")
    var encoding = pipeline.tokenize(source)
    let post = addSpecialTokens ? pipeline.postProcessor : .none
    if let maxLength {
      encoding.truncate(
        to: max(limit(maxLength), 0) - post.addedCount, atStart: pipeline.truncatesStart)
    }
    return post.apply(to: encoding, vocabulary: pipeline.vocabulary)
  }

  /// The tokens that the template puts around every text.
  public var specialTokenCount: Int { pipeline.postProcessor.addedCount }

  /// The most tokens of a text for a model that reads so many.
  public func limit(_ maxTokens: Int) -> Int { min(maxTokens, maxLength ?? .max) }

  /// The piece of an id; empty if the vocabulary has none.
  public func token(_ id: Int32) -> String { pipeline.vocabulary.piece(id) ?? "" }

  /// What a token stands for in a text, for display: "Ġthe" of GPT-2 and "▁the" of T5 are " the".
  public func text(of id: Int32) -> String {
    PieceDecoder(pipeline.preTokenizer).text(of: token(id))
  }

  /// The id of a piece in the vocabulary's own spelling, compared byte for byte.
  public func id(of token: String) -> Int32? { pipeline.vocabulary.id(of: token) }

  /// The largest id and one more: a model needs at least as many embeddings.
  public var vocabularySize: Int { pipeline.vocabulary.size }
}
