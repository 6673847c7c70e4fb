/// Cuts text into runs of word characters and runs of others, and drops white space: `Whitespace`.
///
/// The library's pattern is `\w+|[^\w\s]+`.
/// Source: `pre_tokenizers/whitespace.rs` of Hugging Face `tokenizers`; the classes are its own,
/// measured.
struct Whitespace: CuttingPreTokenizer {
  private enum Kind {
    case space
    case word
    case other
  }

  private let words = UnicodeTables.wordScalars
  private let whitespace = UnicodeTables.whitespace

  func split(_ text: AlignedText, _ part: Range<Int>) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = part.lowerBound
    var last = Kind.space
    var index = start
    while index < part.upperBound {
      let (scalar, length) = decodeScalar(text.bytes, at: index)
      let kind = kind(scalar)
      if kind != last {
        if last != .space { runs.append(start..<index) }
        start = index
        last = kind
      }
      index += length
    }
    if last != .space { runs.append(start..<index) }
    return runs
  }

  private func kind(_ scalar: UInt32) -> Kind {
    if words.contains(scalar) { return .word }
    return whitespace.contains(scalar) ? .space : .other
  }
}
