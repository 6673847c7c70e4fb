/// SentencePiece's normalization by a character map: `Precompiled`.
///
/// A grapheme cluster of less than six bytes is replaced as a whole if the map has an entry that it
/// begins with; all else is replaced scalar by scalar.
/// Source: `normalizers/precompiled.rs` of Hugging Face `tokenizers`.
struct Precompiled: Normalizer {
  private let map: CharacterMap

  var growth: Int { max(1, map.longest) }
  /// Whether an ASCII byte stays if another one follows.
  private let staysBeforeASCII: [Bool]
  private let graphemes = GraphemeBreaks.shared

  init(_ map: CharacterMap) {
    self.map = map
    staysBeforeASCII = (0..<0x80).map { (byte: UInt8) in
      byte != 0x0D && map.replacement(for: [byte], 0..<1) == nil
    }
  }

  func normalize(_ text: AlignedText) -> AlignedText {
    let bytes = text.bytes
    var output = PendingChanges(text)
    var index = 0
    while index < bytes.count {
      let plain = plainEnd(bytes, index)
      if plain > index {
        output.append(ascii: index..<plain)
        index = plain
        continue
      }
      let end = graphemes.end(in: bytes, from: index)
      rewrite(bytes, index..<end, &output)
      index = end
    }
    return output.finish()
  }

  /// The end of a run of ASCII bytes that stay and that nothing combines with.
  @inline(__always)
  private func plainEnd(_ bytes: [UInt8], _ start: Int) -> Int {
    var index = start
    while index < bytes.count, bytes[index] < 0x80, staysBeforeASCII[Int(bytes[index])] {
      index += 1
    }
    // What comes next may belong to the last byte's cluster.
    let mayCombine = index < bytes.count && bytes[index] >= 0x80
    return mayCombine && index > start ? index - 1 : index
  }

  private func rewrite(_ bytes: [UInt8], _ cluster: Range<Int>, _ output: inout PendingChanges) {
    if cluster.count < 6, let new = map.replacement(for: bytes, cluster) {
      output.replace(scalarCount(bytes, cluster), with: new)
      return
    }
    var index = cluster.lowerBound
    while index < cluster.upperBound {
      let (scalar, length) = decodeScalar(bytes, at: index)
      if let new = map.replacement(for: bytes, index..<index + length) {
        output.replace(1, with: new)
      } else {
        output.append(scalar, change: 0)
      }
      index += length
    }
  }

  private func scalarCount(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
    bytes[range].count { $0 & 0xC0 != 0x80 }
  }
}

/// Changes whose last one waits, because a scalar that is dropped counts with the one before it.
private struct PendingChanges {
  private var changes: ScalarChanges
  private var last: (scalar: UInt32, change: Int)?

  init(_ old: AlignedText) { changes = ScalarChanges(old) }

  mutating func append(_ scalar: UInt32, change: Int) {
    flush()
    last = (scalar, change)
  }

  /// Appends old ASCII bytes that stay.
  mutating func append(ascii range: Range<Int>) {
    flush()
    changes.append(ascii: range.dropLast())
    last = (UInt32(changes.oldByte(range.upperBound - 1)), 0)
  }

  /// Puts new scalars in the place of some old ones.
  mutating func replace(_ oldCount: Int, with new: ArraySlice<UInt8>) {
    let bytes = Array(new)
    let newCount = bytes.count { $0 & 0xC0 != 0x80 }
    var index = 0
    for place in 0..<newCount {
      let (scalar, length) = decodeScalar(bytes, at: index)
      append(scalar, change: place < oldCount ? 0 : 1)
      index += length
    }
    // At the very start there is none before, and the library drops the count.
    if newCount < oldCount { last?.change += newCount - oldCount }
  }

  private mutating func flush() {
    if let last { changes.append(last.scalar, change: last.change) }
    last = nil
  }

  mutating func finish() -> AlignedText {
    flush()
    return changes.text
  }
}
