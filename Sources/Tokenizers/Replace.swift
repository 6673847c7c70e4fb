/// Replaces each occurrence of a pattern: `Replace`.
///
/// What is put in takes the place of the last scalar that it replaces.
/// Source: `NormalizedString::replace` of Hugging Face `tokenizers`.
struct Replace: Normalizer {
  enum Pattern: Sendable, Equatable {
    /// Bytes as they are; not empty.
    case literal([UInt8])
    /// So many spaces, or so much white space, or more.
    case run(atLeast: Int, ofSpacesAlone: Bool)

    /// The regular expressions that files have in practice: ` {2,}` of T5 and its like.
    static func regex(_ expression: String) -> Pattern? {
      switch expression {
      case " +": .run(atLeast: 1, ofSpacesAlone: true)
      case " {2,}": .run(atLeast: 2, ofSpacesAlone: true)
      case #"\s+"#: .run(atLeast: 1, ofSpacesAlone: false)
      case #"\s{2,}"#: .run(atLeast: 2, ofSpacesAlone: false)
      default: nil
      }
    }
  }

  let pattern: Pattern
  /// UTF-8.
  let content: [UInt8]

  private let whitespace = UnicodeTables.whitespace

  var growth: Int {
    let length =
      switch pattern {
      case .literal(let literal): literal.count
      case .run(let least, _): least
      }
    return max(1, (content.count + length - 1) / length)
  }

  init(pattern: Pattern, content: [UInt8]) {
    self.pattern = pattern
    self.content = content
  }

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
    case .run(let least, let spacesAlone):
      if bytes[index] & 0xC0 == 0x80 { return 0 }  // inside a scalar
      var end = index
      var count = 0
      while end < bytes.count {
        let (scalar, length) = decodeScalar(bytes, at: end)
        guard scalar == 0x20 || !spacesAlone && whitespace.contains(scalar) else { break }
        end += length
        count += 1
      }
      return count >= least ? end - index : 0
    }
  }
}
