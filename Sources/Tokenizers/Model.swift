/// The stage that turns words into pieces of the vocabulary.
protocol Model: Sendable {
  /// Its kind in a word.
  var summary: String { get }

  var vocabulary: Vocabulary { get }
  /// The id for what no piece covers.
  var unknownID: Int32? { get }

  /// Appends the pieces of each word; `firstWord` is the first one's number in the whole text.
  func tokenize(
    _ words: [Range<Int>], of text: AlignedText, firstWord: Int, into encoding: inout Encoding)
}
