import CKernels

/// Takes whole blocks of 64 bytes into the eight words of a SHA-256 state.
///
/// `portable` leaves out the instructions that some processors have for it.
public func compressSHA256(
  _ state: inout [UInt32], _ bytes: ArraySlice<UInt8>, portable: Bool = false
) {
  precondition(
    state.count == 8 && bytes.count % 64 == 0, "\(bytes.count) bytes, \(state.count) words")
  let blocks = bytes.count / 64
  guard blocks > 0 else { return }
  unsafe state.withUnsafeMutableBufferPointer { state in
    unsafe bytes.withUnsafeBufferPointer { bytes in
      // SAFETY: eight words, and 64 bytes a block.
      unsafe (portable ? ck_sha256_portable : ck_sha256)(
        state.baseAddress, bytes.baseAddress, blocks)
    }
  }
}
