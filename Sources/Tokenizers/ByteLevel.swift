/// GPT-2's pre-tokenizer: words by its pattern, over bytes.
///
/// The library rewrites each byte as a printable character; here the bytes stay, and `ByteAlphabet`
/// turns the pieces of the vocabulary into bytes instead.
/// Source: `pre_tokenizers/byte_level.rs` of Hugging Face `tokenizers`.
struct ByteLevel: PreTokenizer {
  /// Whether a space is put before a text that does not begin with one.
  let addPrefixSpace: Bool
  /// Whether the pattern cuts words; if not, only the stages before do.
  let usesPattern: Bool

  private let pattern = GPT2Pattern()

  init(addPrefixSpace: Bool, usesPattern: Bool) {
    self.addPrefixSpace = addPrefixSpace
    self.usesPattern = usesPattern
  }

  func preTokenize(_ words: Words) -> Words {
    let words = addPrefixSpace ? prefixed(words) : words
    return usesPattern ? pattern.preTokenize(words) : words
  }

  private func prefixed(_ words: Words) -> Words {
    let text = words.text
    var result = Words(text: AlignedText(origin: text.origin), ranges: [])
    result.text.reserve(text.bytes.count + words.ranges.count)
    for range in words.ranges {
      let start = result.text.bytes.count
      if text.bytes[range.lowerBound] != 0x20 {
        result.text.append(byte: 0x20, from: text.sources[range.lowerBound])
      }
      result.text.append(text, range)
      result.ranges.append(start..<result.text.bytes.count)
    }
    return result
  }
}
