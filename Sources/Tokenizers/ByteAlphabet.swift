/// The printable characters that stand for bytes in byte-level vocabularies: "Ġ" is a space.
///
/// The printable characters of Latin-1 stand for themselves, all other bytes for U+0100 and on.
/// Source: `bytes_to_unicode` in `encoder.py` of GPT-2.
enum ByteAlphabet {
  /// By byte.
  static let scalars: [UInt32] = {
    var next: UInt32 = 0x100
    return (UInt32(0)...0xFF).map { byte in
      if (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE {
        return byte
      }
      defer { next += 1 }
      return next
    }
  }()

  /// By scalar; nil for those that stand for no byte.
  private static let bytes: [UInt8?] = {
    var bytes: [UInt8?] = Array(repeating: nil, count: 0x180)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = UInt8(byte) }
    return bytes
  }()

  /// The bytes that a piece stands for, or nil if it has a character of no byte.
  static func decode(_ piece: [UInt8]) -> [UInt8]? {
    var decoded: [UInt8] = []
    var index = 0
    while index < piece.count {
      let (scalar, length) = decodeScalar(piece, at: index)
      guard scalar < bytes.count, let byte = bytes[Int(scalar)] else { return nil }
      decoded.append(byte)
      index += length
    }
    return decoded
  }

  /// The spelling of one byte, in UTF-8.
  static func spelling(_ byte: UInt8) -> [UInt8] {
    var spelling: [UInt8] = []
    encodeScalar(scalars[Int(byte)]) { spelling.append($0) }
    return spelling
  }

  /// Whether a byte occurs in UTF-8 at all.
  static func isUTF8(_ byte: UInt8) -> Bool { byte < 0xC0 || (0xC2...0xF4).contains(byte) }
}
