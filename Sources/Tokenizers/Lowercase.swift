/// Lower case, scalar by scalar: `Lowercase`.
///
/// Source: `NormalizedString::lowercase` of Hugging Face `tokenizers`.
struct Lowercase: Normalizer {
  private let map = UnicodeTables.lowercase

  func normalize(_ text: AlignedText) -> AlignedText {
    var output = AlignedText(origin: text.origin)
    output.reserve(text.bytes.count)
    var index = 0
    while index < text.bytes.count {
      let (scalar, length) = decodeScalar(text.bytes, at: index)
      map.forEachScalar(of: scalar) { output.append(scalar: $0, from: text.sources[index]) }
      index += length
    }
    return output
  }
}
