import Tokenizers

/// A word of a text: tokens that the tokenizer cut from one run of letters or one mark.
public struct Word: Sendable, Equatable {
  /// Its bytes in the text.
  public var range: Range<Int>
  /// Its text as written, without the space before it; a token such as `[CLS]` that stands for no text has its own name.
  public var text: String
  /// Whether the model's template added it.
  public var isSpecial: Bool
  /// Its tokens, as rows of the model's matrices.
  public var tokens: Range<Int>
}

extension Word {
  /// The words of a text that was cut into tokens.
  static func all(of encoding: Encoding, _ text: String) -> [Word] {
    let bytes = Array(text.utf8)
    var words: [Word] = []
    var previous: Int?
    for t in encoding.ids.indices {
      let word = encoding.words[t]
      if let word, word == previous, var last = words.popLast() {
        last.range = last.range.lowerBound..<encoding.offsets[t].upperBound
        last.text = shown(bytes[last.range])
        last.tokens = last.tokens.lowerBound..<t + 1
        words.append(last)
      } else {
        let range = encoding.offsets[t]
        words.append(
          Word(
            range: range,
            text: encoding.isSpecial[t]
              ? encoding.tokens[t] : shown(bytes[range]),
            isSpecial: encoding.isSpecial[t], tokens: t..<t + 1))
      }
      previous = word
    }
    return words
  }

  /// A word as it is shown: byte-level tokenizers count the space before it to it.
  private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    String(String(decoding: bytes, as: UTF8.self).drop { $0.isWhitespace })
  }
}
