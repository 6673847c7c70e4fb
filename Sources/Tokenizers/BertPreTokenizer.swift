/// Splits at white space, and makes each punctuation mark a word.
///
/// Source: `pre_tokenizers/bert.rs` of Hugging Face `tokenizers`.
struct BertPreTokenizer: CuttingPreTokenizer {
  private enum Kind {
    case word
    case space
    case punctuation
  }

  private let asciiKinds: [Kind]
  private let whitespace = UnicodeTables.whitespace
  private let punctuation = UnicodeTables.punctuation

  init() {
    asciiKinds = (0..<0x80).map { (scalar: UInt32) in
      if UnicodeTables.whitespace.contains(scalar) { return .space }
      return UnicodeTables.punctuation.contains(scalar) ? .punctuation : .word
    }
  }

  func split(_ text: AlignedText, _ part: Range<Int>) -> [Range<Int>] {
    let bytes = text.bytes
    var words: [Range<Int>] = []
    words.reserveCapacity(part.count / 4 + 1)
    var start = part.lowerBound
    var index = start
    while index < part.upperBound {
      let (kind, length) = kind(bytes, at: index)
      if kind != .word {
        if start < index { words.append(start..<index) }
        if kind == .punctuation { words.append(index..<index + length) }
        start = index + length
      }
      index += length
    }
    if start < index { words.append(start..<index) }
    return words
  }

  @inline(__always)
  private func kind(_ bytes: [UInt8], at index: Int) -> (Kind, length: Int) {
    if bytes[index] < 0x80 { return (asciiKinds[Int(bytes[index])], 1) }
    let (scalar, length) = decodeScalar(bytes, at: index)
    if whitespace.contains(scalar) { return (.space, length) }
    return (punctuation.contains(scalar) ? .punctuation : .word, length)
  }
}
