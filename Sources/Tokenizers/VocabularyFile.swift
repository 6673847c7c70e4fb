/// `vocab.txt`: one WordPiece piece a line, its id the line's number from 0.
///
/// Older BERT folders have only this. The rest of the pipeline is BERT's own, with the settings of
/// `tokenizer_config.json`.
struct VocabularyFile {
  private let file: String
  private let vocabulary: Vocabulary

  /// - Throws: `malformed` if the bytes are not UTF-8.
  init(_ file: String, _ bytes: [UInt8]) throws(TokenizerError) {
    self.file = file
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw TokenizerError(
        file: file, place: "byte \(error.byteOffsets.lowerBound)", problem: .malformed("not UTF-8"))
    }
    vocabulary = try Self.vocabulary(file, Self.lines(bytes))
  }

  /// The lines without white space at their ends; a byte order mark is no part of the first.
  private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map(trimEnd)
    if text.last == 0x0A || text.isEmpty { lines.removeLast() }
    return lines
  }

  private static func trimEnd(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var line = Array(line)
    while !line.isEmpty {
      let (scalar, length) = decodeScalar(line, endingAt: line.count)
      guard UnicodeTables.whitespace.contains(scalar) else { break }
      line.removeLast(length)
    }
    return line
  }

  /// Of equal lines the last one counts, as in the library; the others leave a gap.
  private static func vocabulary(
    _ file: String, _ lines: [[UInt8]]
  ) throws(TokenizerError) -> Vocabulary {
    var lastLine: [[UInt8]: Int] = [:]
    for (number, line) in lines.enumerated() { lastLine[line] = number }
    var vocabulary = Vocabulary(capacity: lines.count)
    for (number, line) in lines.enumerated() where lastLine[line] == number {
      do throws(Vocabulary.Fault) {
        try vocabulary.insert(line, id: number, limit: lines.count)
      } catch {
        throw TokenizerError(file: file, place: "line \(number + 1)", problem: error.problem)
      }
    }
    return vocabulary
  }

  /// The classes whose vocabularies these are; others cut words in ways of their own.
  private static let classes = ["BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer"]

  /// - Throws: `missingPiece` if the unknown, class or separator token is not a line, `unsupported`
  ///   for another class of tokenizer than BERT's.
  func pipeline(_ configuration: TokenizerConfiguration) throws(TokenizerError) -> Pipeline {
    if let name = configuration.className,
      !Self.classes.contains(where: { name == $0 || name == "\($0)Fast" })
    {
      throw TokenizerError(
        file: file,
        problem: .unsupported(kind: "tokenizer_class", name: "\(name) without tokenizer.json"))
    }
    let normalizer = BertNormalizer(
      cleanText: true, handleChineseChars: configuration.handleChineseChars,
      stripAccents: configuration.stripAccents, lowercase: configuration.lowercase)
    let names = configuration.names
    let unknown = try id(names["unk_token"] ?? "[UNK]")
    let cls = try id(names["cls_token"] ?? "[CLS]")
    let sep = try id(names["sep_token"] ?? "[SEP]")
    var complete = vocabulary
    let added = try addedTokens(configuration, &complete)
    return Pipeline(
      addedTokens: AddedTokens(added, normalizer: normalizer), normalizer: normalizer,
      preTokenizer: BertPreTokenizer(),
      model: WordPiece(
        vocabulary: vocabulary, unknown: unknown, prefix: Array("##".utf8),
        maxInputCharsPerWord: 100),
      postProcessor: PostProcessor(template: [.special([cls]), .sequence, .special([sep])]),
      vocabulary: complete)
  }

  private func id(_ piece: String) throws(TokenizerError) -> Int32 {
    guard let id = vocabulary.id(of: piece) else {
      throw TokenizerError(file: file, problem: .missingPiece(piece))
    }
    return id
  }

  /// BERT's five special tokens, as far as they are lines, and what the configuration adds.
  private func addedTokens(
    _ configuration: TokenizerConfiguration, _ complete: inout Vocabulary
  ) throws(TokenizerError) -> [AddedTokens.Token] {
    var tokens = try configuration.insertAddedTokens(into: &complete, file: file)
    for role in ["pad_token", "unk_token", "cls_token", "sep_token", "mask_token"] {
      let usual = "[\(role.prefix(while: { $0 != "_" }).uppercased())]"
      let content = Array((configuration.names[role] ?? usual).utf8)
      guard let id = vocabulary[content], !tokens.contains(where: { $0.id == id }) else { continue }
      tokens.append(AddedTokens.Token(id: id, content: content))
    }
    return tokens
  }
}
