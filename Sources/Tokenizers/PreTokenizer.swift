/// The stage that cuts normalized text into words, which the model never joins again.
protocol PreTokenizer: Sendable {
  /// Its kind and settings in words.
  var summary: String { get }

  /// Cuts each word further, in order; may rewrite the text, and never makes empty words.
  func preTokenize(_ words: Words) -> Words
}

/// A text and its words so far; what lies between words is gone.
struct Words: Sendable, Equatable {
  var text: AlignedText
  /// Ascending parts of the text's bytes, none over another.
  var ranges: [Range<Int>]
}

/// A pre-tokenizer that leaves the text as it is.
protocol CuttingPreTokenizer: PreTokenizer {
  /// The words, in order, of a part of the text; never empty ones.
  func split(_ text: AlignedText, _ part: Range<Int>) -> [Range<Int>]
}

extension CuttingPreTokenizer {
  func preTokenize(_ words: Words) -> Words {
    if words.ranges.count == 1 {
      return Words(text: words.text, ranges: split(words.text, words.ranges[0]))
    }
    return Words(text: words.text, ranges: words.ranges.flatMap { split(words.text, $0) })
  }
}

/// No pre-tokenizer: the text is one word.
struct WholePreTokenizer: CuttingPreTokenizer {
  func split(_ text: AlignedText, _ part: Range<Int>) -> [Range<Int>] {
    part.isEmpty ? [] : [part]
  }
}

/// One pre-tokenizer after the other: `Sequence`.
struct PreTokenizerSequence: PreTokenizer {
  let stages: [any PreTokenizer]

  func preTokenize(_ words: Words) -> Words {
    stages.reduce(words) { $1.preTokenize($0) }
  }
}

/// Cuts at white space, which is dropped: `WhitespaceSplit`.
struct WhitespaceSplit: CuttingPreTokenizer {
  private let whitespace = UnicodeTables.whitespace

  func split(_ text: AlignedText, _ part: Range<Int>) -> [Range<Int>] {
    let bytes = text.bytes
    var words: [Range<Int>] = []
    var start = part.lowerBound
    var index = start
    while index < part.upperBound {
      let (scalar, length) = decodeScalar(bytes, at: index)
      if isSpace(scalar) {
        if start < index { words.append(start..<index) }
        start = index + length
      }
      index += length
    }
    if start < index { words.append(start..<index) }
    return words
  }

  @inline(__always)
  private func isSpace(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 { return scalar == 0x20 || (0x09...0x0D).contains(scalar) }
    return whitespace.contains(scalar)
  }
}
