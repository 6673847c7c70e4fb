/// The stages of a tokenizer, in the order in which text passes them.
struct Pipeline: Sendable {
  var addedTokens: AddedTokens
  var normalizer: any Normalizer
  var preTokenizer: any PreTokenizer
  var model: any Model
  var postProcessor: PostProcessor
  /// The model's pieces and the added tokens.
  var vocabulary: Vocabulary
  /// Whether a text that is too long loses its beginning, not its end.
  var truncatesStart = false

  /// The tokens of a text without those of the template.
  func tokenize(_ source: [UInt8]) -> Encoding {
    var run = Run(source: source)
    for section in addedTokens.sections(ofRaw: source) {
      if let id = section.id {
        append(id, spelled: source[section.range], section.range, to: &run)
      } else {
        tokenize(normalizer.normalize(source, section.range), &run)
      }
    }
    return run.encoding
  }

  /// What one text has become so far.
  private struct Run {
    let source: [UInt8]
    var encoding = Encoding()
    var words = 0
  }

  private func tokenize(_ text: AlignedText, _ run: inout Run) {
    guard addedTokens.hasNormalized else {
      return tokenize(text, part: 0..<text.bytes.count, &run)
    }
    for section in addedTokens.sections(ofNormalized: text.bytes) {
      if let id = section.id {
        let spelling = text.bytes[section.range]
        append(id, spelled: spelling, text.sourceRange(section.range), to: &run)
      } else {
        tokenize(text, part: section.range, &run)
      }
    }
  }

  private func tokenize(_ text: AlignedText, part: Range<Int>, _ run: inout Run) {
    if part.isEmpty { return }
    let found = preTokenizer.preTokenize(Words(text: text, ranges: [part]))
    let first = run.encoding.count
    model.tokenize(found.ranges, of: found.text, firstWord: run.words, into: &run.encoding)
    run.words += found.ranges.count
    postProcessor.trim?.apply(to: &run.encoding, from: first, source: run.source)
  }

  /// Appends an added token; `spelling` is what the text has for it, with white space that it took.
  private func append(
    _ id: Int32, spelled spelling: ArraySlice<UInt8>, _ range: Range<Int>, to run: inout Run
  ) {
    var range = range
    if let trim = postProcessor.trim {
      trim.trim(
        &range, spaces: trim.spaces(Array(spelling)), isFirst: run.encoding.count == 0,
        source: run.source)
    }
    run.encoding.append(
      id: id, token: vocabulary.piece(id) ?? "", offsets: range, word: run.words)
    run.words += 1
  }
}
