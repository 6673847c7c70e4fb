/// The scalar at a byte of well-formed UTF-8.
///
/// Everything here starts from a Swift `String`, which is always well-formed, so nothing is
/// checked but the array's bounds.
/// - Returns: the scalar's value and its length in bytes.
@inline(__always)
func decodeScalar(_ bytes: [UInt8], at index: Int) -> (scalar: UInt32, length: Int) {
  let lead = UInt32(bytes[index])
  if lead < 0x80 { return (lead, 1) }
  let second = UInt32(bytes[index + 1] & 0x3F)
  if lead < 0xE0 { return ((lead & 0x1F) << 6 | second, 2) }
  let third = UInt32(bytes[index + 2] & 0x3F)
  if lead < 0xF0 { return ((lead & 0x0F) << 12 | second << 6 | third, 3) }
  let fourth = UInt32(bytes[index + 3] & 0x3F)
  return ((lead & 0x07) << 18 | second << 12 | third << 6 | fourth, 4)
}

/// The scalar that ends just before a byte of well-formed UTF-8.
func decodeScalar(_ bytes: [UInt8], endingAt end: Int) -> (scalar: UInt32, length: Int) {
  var start = end - 1
  while bytes[start] & 0xC0 == 0x80 { start -= 1 }
  return decodeScalar(bytes, at: start)
}

/// Calls `body` with each byte of a scalar's UTF-8.
@inline(__always)
func encodeScalar(_ scalar: UInt32, _ body: (UInt8) -> Void) {
  switch scalar {
  case 0..<0x80:
    body(UInt8(truncatingIfNeeded: scalar))
  case 0x80..<0x800:
    body(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
    body(continuationByte(scalar))
  case 0x800..<0x10000:
    body(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
    body(continuationByte(scalar >> 6))
    body(continuationByte(scalar))
  default:
    body(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
    body(continuationByte(scalar >> 12))
    body(continuationByte(scalar >> 6))
    body(continuationByte(scalar))
  }
}

private func continuationByte(_ bits: UInt32) -> UInt8 {
  UInt8(truncatingIfNeeded: 0x80 | bits & 0x3F)
}
