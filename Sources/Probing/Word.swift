import Tokenizers
public import Transformers

/// A word of a text: tokens that the tokenizer cut from one run of letters or one mark.
public struct Word: Sendable, Equatable {
  /// Its bytes in the text.
  public var range: Range<Int>
  /// Its text as written, without the space before it; a token such as `[CLS]` that stands for no text has its own name.
  public var text: String
  /// Whether the model's template added it.
  public var isSpecial: Bool
  /// Whether it stands for what a decoder reads before the text.
  public var isDecoderStart = false
  /// Its tokens, as rows of the model's matrices.
  public var tokens: Range<Int>
}

extension Word {
  /// What a decoder reads before a text: no word of it, and no token of the encoder's.
  static let decoderStart = Word(
    range: 0..<0, text: "<start>", isSpecial: true, isDecoderStart: true, tokens: 0..<0)

  /// Whether a stack reads it in a text of `count` tokens.
  public func isRead(in stack: Site.Stack, of count: Int) -> Bool {
    !positions(in: stack, of: count).isEmpty
  }

  /// Where a stack reads it in a text of `count` tokens: a decoder reads the text one behind its
  /// start, and never the last token.
  func positions(in stack: Site.Stack, of count: Int) -> Range<Int> {
    guard stack == .decoder else { return tokens }
    if isDecoderStart { return 0..<min(1, count) }
    let end = min(count, tokens.upperBound + 1)
    return min(end, tokens.lowerBound + 1)..<end
  }

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
