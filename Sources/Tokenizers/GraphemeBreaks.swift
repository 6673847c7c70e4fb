/// Extended grapheme clusters.
///
/// Source: Unicode Standard Annex 29.
struct GraphemeBreaks: Sendable {
  static let shared = GraphemeBreaks()

  /// The end of the cluster that begins at a byte.
  func end(in bytes: [UInt8], from start: Int) -> Int {
    let text = String(decoding: bytes[start..<min(bytes.count, start + 256)], as: UTF8.self)
    return start + (text.first?.utf8.count ?? 1)
  }
}
