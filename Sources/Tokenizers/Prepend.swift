/// Puts something before a text that is not empty: `Prepend`.
///
/// What is put in takes the place of the first scalar.
/// Source: `NormalizedString::prepend` of Hugging Face `tokenizers`.
struct Prepend: Normalizer {
  /// UTF-8.
  let content: [UInt8]

  var growth: Int { content.count + 1 }

  func normalize(_ text: AlignedText) -> AlignedText {
    guard let first = text.sources.first else { return text }
    var output = AlignedText(origin: text.origin)
    output.reserve(content.count + text.bytes.count)
    for byte in content { output.append(byte: byte, from: first) }
    output.append(text, 0..<text.bytes.count)
    return output
  }
}
