/// The stages of a tokenizer, in the order in which text passes them.
struct Pipeline: Sendable {
  var addedTokens: AddedTokens
  var normalizer: any Normalizer
  var preTokenizer: any PreTokenizer
  var model: any Model
  var postProcessor: PostProcessor
  /// The model's pieces and the added tokens.
  var vocabulary: Vocabulary

  /// The tokens of a text without those of the template.
  func tokenize(_ source: [UInt8]) -> Encoding {
    var encoding = Encoding()
    var words = 0
    for section in addedTokens.sections(ofRaw: source) {
      if let id = section.id {
        append(id, section.range, word: words, to: &encoding)
        words += 1
      } else {
        tokenize(normalizer.normalize(source, section.range), &words, &encoding)
      }
    }
    return encoding
  }

  private func tokenize(_ text: AlignedText, _ words: inout Int, _ encoding: inout Encoding) {
    guard addedTokens.hasNormalized else {
      return tokenize(text, part: 0..<text.bytes.count, &words, &encoding)
    }
    for section in addedTokens.sections(ofNormalized: text.bytes) {
      if let id = section.id {
        append(id, text.sourceRange(section.range), word: words, to: &encoding)
        words += 1
      } else {
        tokenize(text, part: section.range, &words, &encoding)
      }
    }
  }

  private func tokenize(
    _ text: AlignedText, part: Range<Int>, _ words: inout Int, _ encoding: inout Encoding
  ) {
    let found = preTokenizer.split(text, part)
    model.tokenize(found, of: text, firstWord: words, into: &encoding)
    words += found.count
  }

  private func append(_ id: Int32, _ range: Range<Int>, word: Int, to encoding: inout Encoding) {
    encoding.append(id: id, token: vocabulary.piece(id) ?? "", offsets: range, word: word)
  }
}
