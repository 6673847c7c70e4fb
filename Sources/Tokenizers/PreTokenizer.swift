/// The stage that cuts normalized text into words, which the model never joins again.
protocol PreTokenizer: Sendable {
  /// The words, in order, of a part of the text; never empty ones.
  func split(_ text: AlignedText, _ part: Range<Int>) -> [Range<Int>]
}

/// No pre-tokenizer: the text is one word.
struct WholePreTokenizer: PreTokenizer {
  func split(_ text: AlignedText, _ part: Range<Int>) -> [Range<Int>] {
    part.isEmpty ? [] : [part]
  }
}
