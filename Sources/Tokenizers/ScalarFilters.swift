/// Drops combining marks: `StripAccents`.
///
/// An accent that is part of its letter stays, unless a decomposition went before.
/// Source: `normalizers/strip.rs` of Hugging Face `tokenizers`; the marks are its own, measured.
struct StripAccents: Normalizer {
  private let marks = UnicodeTables.combiningMarks

  func normalize(_ text: AlignedText) -> AlignedText {
    text.mapScalars { marks.contains($0) ? nil : $0 }
  }
}

/// Drops controls, and makes spaces of white space and of scalars without width: `Nmt`.
///
/// Source: `normalizers/unicode.rs` of Hugging Face `tokenizers`, measured.
struct Nmt: Normalizer {
  private let removed = UnicodeTables.nmtRemoved
  private let spaces = UnicodeTables.nmtSpaces

  func normalize(_ text: AlignedText) -> AlignedText {
    text.mapScalars { scalar in
      if removed.contains(scalar) { return nil }
      return spaces.contains(scalar) ? 0x20 : scalar
    }
  }
}

extension AlignedText {
  /// The text with each scalar replaced by one in its place, or dropped for nil.
  fileprivate func mapScalars(_ change: (UInt32) -> UInt32?) -> AlignedText {
    var output = AlignedText(origin: origin)
    output.reserve(bytes.count)
    var index = 0
    while index < bytes.count {
      let (scalar, length) = decodeScalar(bytes, at: index)
      if let new = change(scalar) { output.append(scalar: new, from: sources[index]) }
      index += length
    }
    return output
  }
}
