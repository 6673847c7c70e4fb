import CZlib

/// Why compressed data was refused, in zlib's words where it has some.
public struct InflateError: Error, Equatable {
  public let reason: String
}

/// The checksum of gzip and zip, of `bytes` after others whose checksum is `sum`.
///
/// Source: RFC 1952, section 8.
public func crc32(_ bytes: [UInt8], after sum: UInt32 = 0) -> UInt32 {
  unsafe bytes.withUnsafeBufferPointer { buffer in
    // SAFETY: the buffer lives through the call, which reads `count` bytes of it.
    unsafe UInt32(CZlib.crc32_z(UInt(sum), buffer.baseAddress, buffer.count))
  }
}

/// Inflates what gzip files and zip archives hold, piece by piece, with zlib.
@safe public final class Inflater {
  /// What stands around the deflated data.
  public enum Wrapping: Sendable {
    /// A gzip header and checksum.
    case gzip
    /// Nothing, as in a zip archive.
    case none
  }

  /// What became of a piece.
  public struct Step: Sendable, Equatable {
    /// Bytes of the piece that were used.
    public var used: Int
    /// Whether the data ended with them, its checksum right; what follows is something else.
    public var isEnd: Bool
  }

  /// On the heap, since zlib's state points back at it.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Starts at the beginning of compressed data.
  public init(_ wrapping: Wrapping) {
    // SAFETY: freed in `deinit`; zlib reads only fields that the zeros and nils of `z_stream()` set.
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let window = wrapping == .gzip ? 16 + MAX_WBITS : -MAX_WBITS
    // SAFETY: the stream outlives the call, and version and size are those of the imported header.
    let status = unsafe inflateInit2_(
      stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib \(ZLIB_VERSION) does not start: \(status)")
  }

  deinit {
    // SAFETY: the stream that `init` made, used by nobody else.
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Begins anew, for data that follows other data.
  public func restart() {
    // SAFETY: the stream that `init` made.
    unsafe inflateReset(stream)
  }

  /// Inflates a piece, the next bytes of the compressed data, as far as there is room: `output` is
  /// filled from the byte `start` on, and `start` moves to the end of what was written.
  ///
  /// - Throws: `InflateError` if the data is damaged.
  public func inflate(
    _ piece: ArraySlice<UInt8>, into output: inout [UInt8], from start: inout Int
  ) throws(InflateError) -> Step {
    precondition(0...output.count ~= start, "\(start) of \(output.count) bytes")
    let room = min(output.count - start, Int(UInt32.max))
    let given = min(piece.count, Int(UInt32.max))
    let status = unsafe piece.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { buffer in
        // SAFETY: zlib reads `given` bytes of the piece and writes `room` of the output, both of
        // which live through the call; it does not write to its input.
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(given)
        unsafe stream.pointee.next_out = buffer.baseAddress.map { unsafe $0 + start }
        unsafe stream.pointee.avail_out = UInt32(room)
        return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
      }
    }
    // SAFETY: zlib has counted down what it used of both.
    let used = unsafe given - Int(stream.pointee.avail_in)
    start += unsafe room - Int(stream.pointee.avail_out)
    // Z_BUF_ERROR: nothing to read or no room, which is not an error between pieces.
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
      // SAFETY: where there is a message, it is a string of zlib's own that never changes.
      throw unsafe InflateError(
        reason: stream.pointee.msg.map { unsafe String(cString: $0) } ?? "zlib error \(status)")
    }
    return Step(used: used, isEnd: status == Z_STREAM_END)
  }
}
