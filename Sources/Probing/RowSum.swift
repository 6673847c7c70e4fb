/// A sum over the bytes of one row of features, which tells a damaged row from a whole one.
///
/// The sums of several rows are added with wrap-around, so that their order does not matter. Made
/// against accidents, not against malice.
/// Source: FNV-1a by Fowler, Noll & Vo, here in steps of 64 bits, with a shift that mixes the high
/// bits, which multiplication never does, into the low ones.
public struct RowSum: Sendable {
  private let start: UInt64

  /// Sums rows of one matrix.
  public init(_ key: FeatureKey) {
    start = "\(key.layerName).\(key.pooling.rawValue)".utf8
      .reduce(0xCBF2_9CE4_8422_2325) { Self.mixed($0, UInt64($1)) }
  }

  /// The sum of the row of `text`, as it lies in the file.
  public func of(_ bytes: ArraySlice<UInt8>, text: Int) -> UInt64 {
    let bytes = bytes.span
    var hash = Self.mixed(start, UInt64(truncatingIfNeeded: text))
    let whole = bytes.count & ~7
    for first in stride(from: 0, to: whole, by: 8) {
      var word: UInt64 = 0
      for k in 0..<8 { word |= UInt64(bytes[first + k]) << UInt64(8 * k) }
      hash = Self.mixed(hash, word)
    }
    for place in whole..<bytes.count { hash = Self.mixed(hash, UInt64(bytes[place])) }
    return hash
  }

  private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word) &* 0x0000_0100_0000_01B3
    return product ^ product >> 29
  }
}
