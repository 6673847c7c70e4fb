/// Rewrites a text scalar by scalar, with places by the library's counting.
///
/// Each new scalar comes with a change, as in `NormalizedString::transform` of Hugging Face
/// `tokenizers`: 0 for one that stands for the next old scalar, 1 or more for one that is put in
/// and takes the place of the scalar before, and -n for one that stands for the next old scalar and
/// the n after it. The places follow from these counts alone, even where they no longer fit.
struct ScalarChanges {
  private let old: AlignedText
  /// The first old byte that no new scalar stands for yet.
  private var next = 0
  private(set) var text: AlignedText

  init(_ old: AlignedText) {
    self.old = old
    text = AlignedText(origin: old.origin)
    text.reserve(old.bytes.count)
  }

  mutating func append(_ scalar: UInt32, change: Int) {
    if change > 0 {
      let before = AlignedText.Source(start: old.origin, end: old.origin)
      text.append(scalar: scalar, from: next > 0 ? old.sources[next - 1] : before)
      return
    }
    // Old scalars never run out: every caller takes away no more than it has read.
    text.append(scalar: scalar, from: old.sources[min(next, old.sources.count - 1)])
    for _ in 0...(-change) { skip() }
  }

  /// Appends old ASCII bytes that stay.
  mutating func append(ascii range: Range<Int>) {
    if next == range.lowerBound {
      text.append(old, range)
      next = range.upperBound
    } else {
      for byte in old.bytes[range] { append(UInt32(byte), change: 0) }
    }
  }

  func oldByte(_ index: Int) -> UInt8 { old.bytes[index] }

  private mutating func skip() {
    guard next < old.bytes.count else { return }
    next += decodeScalar(old.bytes, at: next).length
  }
}
