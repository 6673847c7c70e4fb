/// `vocab.json` with `merges.txt`: byte-level BPE as GPT-2 and RoBERTa were published.
///
/// Older folders have only these. The rest of the pipeline is that of the family, which
/// `tokenizer_class` names, or else the vocabulary shows: RoBERTa's has "<s>", "</s>" and "<mask>".
/// "<mask>" takes the space before it, as in RoBERTa's own `tokenizer.json`; transformers 5, which
/// builds the pipeline anew, leaves that out.
/// Source: `RobertaConverter` and `GPT2Converter` in `convert_slow_tokenizer.py` of `transformers`.
struct MergesFile {
  private let vocabulary: Vocabulary
  private let model: BPE
  private let json: JSONField

  /// - Throws: `TokenizerError` with the line of a merge, or the key of a piece, that is wrong.
  init(vocabulary json: JSONField, merges file: String, _ bytes: [UInt8]) throws(TokenizerError) {
    self.json = json
    vocabulary = try Vocabulary(json)
    let byteIDs: [Int32]
    do throws(BPEFault) {
      byteIDs = try BPE.byteIDs(vocabulary)
    } catch {
      throw json.error(error.problem)
    }
    model = BPE(
      vocabulary: vocabulary, unknown: vocabulary.id(of: "<unk>"),
      merges: try Self.merges(file, Self.lines(bytes), vocabulary), alphabet: .bytes(byteIDs),
      ignoreMerges: false)
  }

  private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { Array($0.last == 0x0D ? $0.dropLast() : $0) }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// One merge a line, in order; lines that begin with "#version" are none.
  private static func merges(
    _ file: String, _ lines: [[UInt8]], _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> MergeTable {
    var merges = MergeTable(capacity: lines.count)
    for (number, line) in lines.enumerated() where !line.starts(with: "#version".utf8) {
      do throws(BPEFault) {
        let parts = try BPEFault.parts(of: line)
        try merges.insert(parts[0], parts[1], rank: number, vocabulary)
      } catch {
        throw TokenizerError(file: file, place: "line \(number + 1)", problem: error.problem)
      }
    }
    return merges
  }

  private enum Family {
    case gpt2
    case roberta
  }

  private func family(_ configuration: TokenizerConfiguration) throws(TokenizerError) -> Family {
    switch configuration.className {
    case "GPT2Tokenizer", "GPT2TokenizerFast": return .gpt2
    case "RobertaTokenizer", "RobertaTokenizerFast": return .roberta
    case nil:
      let isRoberta = ["<s>", "</s>", "<mask>"].allSatisfy { vocabulary.id(of: $0) != nil }
      return isRoberta ? .roberta : .gpt2
    case let name?:
      throw json.error(
        .unsupported(kind: "tokenizer_class", name: "\(name) without tokenizer.json"))
    }
  }

  /// - Throws: `unsupported` for a class of tokenizer that is neither GPT-2's nor RoBERTa's.
  func pipeline(_ configuration: TokenizerConfiguration) throws(TokenizerError) -> Pipeline {
    let family = try family(configuration)
    let names = configuration.names
    var complete = vocabulary
    let added = try addedTokens(configuration, family, &complete)
    var post = PostProcessor.none
    if family == .roberta {
      let cls = try id(names["cls_token"] ?? "<s>")
      let sep = try id(names["sep_token"] ?? "</s>")
      post = PostProcessor(template: [.special([cls]), .sequence, .special([sep])])
      post.trim = OffsetTrim(addPrefixSpace: configuration.addPrefixSpace)
    }
    return Pipeline(
      addedTokens: AddedTokens(added, normalizer: IdentityNormalizer()),
      normalizer: IdentityNormalizer(),
      preTokenizer: ByteLevel(addPrefixSpace: configuration.addPrefixSpace, usesPattern: true),
      model: model, postProcessor: post, vocabulary: complete)
  }

  private func id(_ piece: String) throws(TokenizerError) -> Int32 {
    guard let id = vocabulary.id(of: piece) else { throw json.error(.missingPiece(piece)) }
    return id
  }

  /// The family's special tokens, as far as they are pieces, and what the configuration adds.
  private func addedTokens(
    _ configuration: TokenizerConfiguration, _ family: Family, _ complete: inout Vocabulary
  ) throws(TokenizerError) -> [AddedTokens.Token] {
    var tokens = try configuration.insertAddedTokens(into: &complete, file: json.file)
    let usual =
      family == .gpt2
      ? ["unk_token": "<|endoftext|>", "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"]
      : [
        "cls_token": "<s>", "sep_token": "</s>", "bos_token": "<s>", "eos_token": "</s>",
        "unk_token": "<unk>", "pad_token": "<pad>", "mask_token": "<mask>",
      ]
    for role in TokenizerConfiguration.roles {
      guard let content = configuration.names[role] ?? usual[role],
        let id = vocabulary.id(of: content), !tokens.contains(where: { $0.id == id })
      else { continue }
      tokens.append(
        AddedTokens.Token(
          id: id, content: Array(content.utf8), lstrip: role == "mask_token"))
    }
    return tokens
  }
}
