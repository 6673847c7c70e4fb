/// Replaces each occurrence of a pattern: `Replace`.
///
/// What is put in takes the place of the last scalar that it replaces.
/// Source: `NormalizedString::replace` of Hugging Face `tokenizers`.
struct Replace: Normalizer {
  enum Pattern: Sendable, Equatable {
    /// Bytes as they are; not empty.
    case literal([UInt8])
    /// The one regular expression that T5's files have, ` {2,}`: two or more spaces.
    case spaces
  }

  let pattern: Pattern
  /// UTF-8.
  let content: [UInt8]

  func normalize(_ text: AlignedText) -> AlignedText {
    var output = AlignedText(origin: text.origin)
    output.reserve(text.bytes.count)
    var index = 0
    while index < text.bytes.count {
      let length = matchLength(text.bytes, at: index)
      if length > 0 {
        for byte in content { output.append(byte: byte, from: text.sources[index + length - 1]) }
        index += length
      } else {
        output.append(byte: text.bytes[index], from: text.sources[index])
        index += 1
      }
    }
    return output
  }

  /// The length of a match at a byte; 0 for none.
  @inline(__always)
  private func matchLength(_ bytes: [UInt8], at index: Int) -> Int {
    switch pattern {
    case .literal(let literal):
      guard bytes[index] == literal[0], bytes[index...].starts(with: literal) else { return 0 }
      return literal.count
    case .spaces:
      guard bytes[index] == 0x20 else { return 0 }
      let length = bytes[index...].prefix { $0 == 0x20 }.count
      return length > 1 ? length : 0
    }
  }
}
