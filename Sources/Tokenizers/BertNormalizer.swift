/// BERT's clean-up: controls, Chinese characters, accents, case, in this order.
///
/// Source: `normalizers/bert.rs` of Hugging Face `tokenizers`; the classes are its own, measured.
struct BertNormalizer: Normalizer {
  let cleanText: Bool
  let handleChineseChars: Bool
  let stripAccents: Bool
  let lowercase: Bool

  /// What each ASCII byte becomes; `dropped` for those that `clean_text` removes.
  private let asciiMap: [UInt8]
  private static let dropped: UInt8 = 0xFF

  private let decomposition = CanonicalDecomposition()
  private let removed = UnicodeTables.removed
  private let spaces = UnicodeTables.spaces
  private let chinese = UnicodeTables.chinese
  private let nonspacingMarks = UnicodeTables.nonspacingMarks
  private let lowercaseMap = UnicodeTables.lowercase

  /// Takes the settings under the library's names; nil for `stripAccents` follows `lowercase`.
  init(cleanText: Bool, handleChineseChars: Bool, stripAccents: Bool?, lowercase: Bool) {
    self.cleanText = cleanText
    self.handleChineseChars = handleChineseChars
    self.stripAccents = stripAccents ?? lowercase
    self.lowercase = lowercase
    asciiMap = (0..<0x80).map { (byte: UInt8) in
      if cleanText, UnicodeTables.removed.contains(UInt32(byte)) { return Self.dropped }
      if cleanText, UnicodeTables.spaces.contains(UInt32(byte)) { return 0x20 }
      return lowercase && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
  }

  func normalize(_ text: AlignedText) -> AlignedText {
    normalize(text.bytes, 0..<text.bytes.count) { first, last in
      AlignedText.Source(start: text.sources[first].start, end: text.sources[last].end)
    }
  }

  func normalize(_ source: [UInt8], _ range: Range<Int>) -> AlignedText {
    normalize(source, range) { first, last in
      AlignedText.Source(
        start: UInt32(truncatingIfNeeded: first), end: UInt32(truncatingIfNeeded: last + 1))
    }
  }

  /// One pass; `place` gives the source of a scalar from its first and last byte.
  @inline(__always)
  private func normalize(
    _ bytes: [UInt8], _ range: Range<Int>, place: (_ first: Int, _ last: Int) -> AlignedText.Source
  ) -> AlignedText {
    var output = AlignedText()
    output.reserve(range.count)
    // Scalars above ASCII wait here: only they combine, so a run of them ends at any ASCII byte
    // that stays.
    var pending: [AlignedScalar] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      if byte < 0x80 {
        let mapped = asciiMap[Int(byte)]
        if mapped != Self.dropped {
          if !pending.isEmpty { flush(&pending, into: &output) }
          output.append(byte: mapped, from: place(index, index))
        }
        index += 1
      } else {
        let (scalar, length) = decodeScalar(bytes, at: index)
        let source = place(index, index + length - 1)
        add(AlignedScalar(scalar: scalar, source: source), to: &pending, output: &output)
        index += length
      }
    }
    flush(&pending, into: &output)
    return output
  }

  /// Cleans one scalar above ASCII and puts spaces around it if it is Chinese.
  private func add(
    _ item: AlignedScalar, to pending: inout [AlignedScalar], output: inout AlignedText
  ) {
    if cleanText, removed.contains(item.scalar) { return }
    let isSpace = cleanText && spaces.contains(item.scalar)
    let isChinese = !isSpace && handleChineseChars && chinese.contains(item.scalar)
    guard isSpace || isChinese else { return pending.append(item) }
    flush(&pending, into: &output)
    output.append(byte: 0x20, from: item.source)
    guard isChinese else { return }
    pending.append(item)
    flush(&pending, into: &output)
    output.append(byte: 0x20, from: item.source)
  }

  /// Strips accents from the waiting run, lowers its case and hands it on.
  private func flush(_ pending: inout [AlignedScalar], into output: inout AlignedText) {
    if stripAccents { decomposition.apply(to: &pending) }
    for item in pending {
      if stripAccents, nonspacingMarks.contains(item.scalar) { continue }
      appendLowercased(item, to: &output)
    }
    pending.removeAll(keepingCapacity: true)
  }

  private func appendLowercased(_ item: AlignedScalar, to output: inout AlignedText) {
    guard lowercase else { return output.append(scalar: item.scalar, from: item.source) }
    lowercaseMap.forEachScalar(of: item.scalar) { output.append(scalar: $0, from: item.source) }
  }
}
