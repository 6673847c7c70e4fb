/// SentencePiece's "▁": spaces become it, words begin with it.
///
/// Source: `pre_tokenizers/metaspace.rs` of Hugging Face `tokenizers`.
struct Metaspace: PreTokenizer {
  /// Which words get a "▁" before them: `prepend_scheme`.
  enum Scheme: String, Sendable {
    case always
    /// Only the word that begins the source.
    case first
    case never
  }

  /// The UTF-8 of one scalar.
  let replacement: [UInt8]
  let scheme: Scheme
  /// Whether each "▁" begins a word.
  let splits: Bool

  func preTokenize(_ words: Words) -> Words {
    var result = Words(text: AlignedText(origin: words.text.origin), ranges: [])
    result.text.reserve(words.text.bytes.count * 3 / 2 + words.ranges.count * 3)
    result.ranges.reserveCapacity(words.ranges.count)
    for range in words.ranges { append(range, of: words.text, to: &result) }
    return result
  }

  private func append(_ part: Range<Int>, of text: AlignedText, to result: inout Words) {
    var start = result.text.bytes.count
    if isPrefixed(part, of: text) {
      appendReplacement(from: text.sources[part.lowerBound], to: &result.text)
    }
    for index in part {
      let byte = text.bytes[index]
      let begins = byte == 0x20 || startsWithReplacement(text.bytes, index..<part.upperBound)
      if begins, splits, start < result.text.bytes.count {
        result.ranges.append(start..<result.text.bytes.count)
        start = result.text.bytes.count
      }
      if byte == 0x20 {
        appendReplacement(from: text.sources[index], to: &result.text)
      } else {
        result.text.append(byte: byte, from: text.sources[index])
      }
    }
    result.ranges.append(start..<result.text.bytes.count)
  }

  private func isPrefixed(_ part: Range<Int>, of text: AlignedText) -> Bool {
    if text.bytes[part.lowerBound] == 0x20 || startsWithReplacement(text.bytes, part) {
      return false
    }
    switch scheme {
    case .always: return true
    case .first:
      return (part.lowerBound == 0 ? text.origin : text.sources[part.lowerBound].start) == 0
    case .never: return false
    }
  }

  @inline(__always)
  private func startsWithReplacement(_ bytes: [UInt8], _ rest: Range<Int>) -> Bool {
    guard bytes[rest.lowerBound] == replacement[0], rest.count >= replacement.count else {
      return false
    }
    return bytes[rest.lowerBound..<rest.lowerBound + replacement.count] == replacement[...]
  }

  @inline(__always)
  private func appendReplacement(from source: AlignedText.Source, to text: inout AlignedText) {
    for byte in replacement { text.append(byte: byte, from: source) }
  }
}
