public import Tensors

/// The SHA-256 sum of some bytes, as 64 hexadecimal digits.
///
/// Ours because the only Swift library for it builds for more than four minutes.
/// Source: FIPS 180-4, sections 5 and 6; the compression function is a kernel.
public struct SHA256: Sendable {
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19,
  ]
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  /// Starts with no bytes.
  public init() {}

  /// The sum of one file, or of the sums of several, as text, in order.
  public static func ofFiles(_ paths: [String]) throws(MappedFileError) -> String {
    if paths.count == 1 { return try ofFile(paths[0]) }
    var sums: [UInt8] = []
    for path in paths { sums += try ofFile(path).utf8 }
    return of(sums)
  }

  /// The sum of a whole file.
  public static func ofFile(_ path: String) throws(MappedFileError) -> String {
    let file = try MappedFile(path: path)
    var sum = SHA256()
    for start in stride(from: 0, to: file.count, by: 1 << 20) {
      sum.update(file.bytes(start..<min(start + 1 << 20, file.count)))
    }
    return sum.finish()
  }

  /// The sum of some bytes.
  public static func of(_ bytes: [UInt8]) -> String {
    var sum = SHA256()
    sum.update(bytes)
    return sum.finish()
  }

  /// Adds bytes to what has been seen.
  public mutating func update(_ bytes: [UInt8]) {
    length += UInt64(bytes.count)
    let input = pending.isEmpty ? bytes : pending + bytes
    let whole = input.count & ~63
    compressSHA256(&state, input[..<whole])
    pending = Array(input[whole...])
  }

  /// Pads and gives the sum.
  public mutating func finish() -> String {
    let bits = length * 8
    var padding: [UInt8] = [0x80]
    while (pending.count + padding.count) % 64 != 56 { padding.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) {
      padding.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    update(padding)
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }
}
