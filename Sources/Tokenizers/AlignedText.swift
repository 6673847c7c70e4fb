/// Text on its way through the stages, with the place in the source that each byte came from.
///
/// Bytes that a stage inserts take the place of the scalar that they came from, as in
/// `NormalizedString` of Hugging Face `tokenizers`.
struct AlignedText: Sendable, Equatable {
  /// A range of bytes of the source.
  struct Source: Sendable, Equatable {
    var start: UInt32
    var end: UInt32
  }

  /// Well-formed UTF-8.
  private(set) var bytes: [UInt8] = []
  /// One for each byte.
  private(set) var sources: [Source] = []
  /// Where the part of the source begins that this text came from.
  let origin: UInt32

  init(origin: UInt32 = 0) { self.origin = origin }

  /// A part of the source, each scalar standing for itself.
  init(_ source: [UInt8], _ range: Range<Int>) {
    origin = UInt32(range.lowerBound)
    reserve(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      let length = decodeScalar(source, at: index).length
      let place = Source(start: UInt32(index), end: UInt32(index + length))
      for offset in 0..<length { append(byte: source[index + offset], from: place) }
      index += length
    }
  }

  mutating func reserve(_ count: Int) {
    bytes.reserveCapacity(count)
    sources.reserveCapacity(count)
  }

  @inline(__always)
  mutating func append(byte: UInt8, from source: Source) {
    bytes.append(byte)
    sources.append(source)
  }

  mutating func append(scalar: UInt32, from source: Source) {
    if scalar < 0x80 {
      append(byte: UInt8(truncatingIfNeeded: scalar), from: source)
    } else {
      encodeScalar(scalar) { append(byte: $0, from: source) }
    }
  }

  /// Appends a part of another text, with its places.
  mutating func append(_ other: AlignedText, _ range: Range<Int>) {
    bytes += other.bytes[range]
    sources += other.sources[range]
  }

  /// The bytes of the source that a non-empty range of these bytes came from.
  @inline(__always)
  func sourceRange(_ range: Range<Int>) -> Range<Int> {
    let start = Int(sources[range.lowerBound].start)
    return start..<max(start, Int(sources[range.upperBound - 1].end))
  }
}
