/// How many of the `count` numbers that start at byte `offset` of a file are infinite or not a
/// number: those whose exponent is all ones.
public func notFinite(in file: MappedFile, offset: Int, type: NumberType, count: Int) -> Int {
  precondition(
    offset >= 0 && count >= 0 && offset + count * type.size <= file.count,
    "\(count) \(type) at byte \(offset) of \(file.count)")
  let bytes = unsafe UnsafeRawBufferPointer(
    rebasing: file.buffer[offset..<offset + count * type.size])
  return switch type {
  case .f32: unsafe count32(bytes, exponent: 0x7F80_0000)
  case .f16: unsafe count16(bytes, exponent: 0x7C00)
  case .bf16: unsafe count16(bytes, exponent: 0x7F80)
  }
}

private func count32(_ bytes: UnsafeRawBufferPointer, exponent: UInt32) -> Int {
  var found = 0
  for start in stride(from: 0, to: bytes.count, by: 4) {
    // SAFETY: the buffer is a whole number of values long.
    let bits = unsafe bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self)
    found += bits & exponent == exponent ? 1 : 0
  }
  return found
}

private func count16(_ bytes: UnsafeRawBufferPointer, exponent: UInt16) -> Int {
  var found = 0
  for start in stride(from: 0, to: bytes.count, by: 2) {
    // SAFETY: the buffer is a whole number of values long.
    let bits = unsafe bytes.loadUnaligned(fromByteOffset: start, as: UInt16.self)
    found += bits & exponent == exponent ? 1 : 0
  }
  return found
}
