/// Drops white space at the ends: `Strip`.
///
/// Source: `normalizers/strip.rs` of Hugging Face `tokenizers`.
struct Strip: Normalizer {
  let left: Bool
  let right: Bool

  func normalize(_ text: AlignedText) -> AlignedText {
    let bytes = text.bytes
    var start = 0
    var end = bytes.count
    while left, start < end {
      let (scalar, length) = decodeScalar(bytes, at: start)
      guard UnicodeTables.whitespace.contains(scalar) else { break }
      start += length
    }
    while right, end > start {
      let (scalar, length) = decodeScalar(bytes, endingAt: end)
      guard UnicodeTables.whitespace.contains(scalar) else { break }
      end -= length
    }
    var output = AlignedText(origin: text.origin)
    output.append(text, start..<end)
    return output
  }
}
