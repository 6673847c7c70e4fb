/// The bytes of `values` as files store them, least significant first.
///
/// They lie so in memory too, wherever mapped files can be read in place.
public func littleEndianBytes(_ values: some Collection<Float>) -> [UInt8] {
  // SAFETY: the bytes of contiguous floats, copied before the closure ends.
  let bytes = values.withContiguousStorageIfAvailable { floats in
    unsafe Array(UnsafeRawBufferPointer(floats))
  }
  return bytes ?? littleEndianBytes(Array(values))
}
