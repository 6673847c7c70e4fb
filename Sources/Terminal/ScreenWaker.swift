import CNCurses
import Glibc

/// A pipe from signal handlers and other threads to the thread that waits for events.
///
/// A byte of 0 says "wake up", any other is the number of a signal.
final class SelfPipe: Sendable {
  let reading: Int32
  let writing: Int32

  /// - Throws: `ScreenError.system` when the process has no descriptors left.
  init() throws(ScreenError) {
    var ends: (reading: Int32, writing: Int32) = (-1, -1)
    // SAFETY: the shim writes one descriptor into each of the two variables.
    guard unsafe cn_pipe(&ends.reading, &ends.writing) == 0 else {
      throw .system(call: "pipe2", code: errno)
    }
    (reading, writing) = ends
  }

  deinit {
    close(reading)
    close(writing)
  }

  func wake() {
    var byte: UInt8 = 0
    // SAFETY: one byte is written from a variable of one byte; a full pipe wakes the reader anyway.
    _ = unsafe write(writing, &byte, 1)
  }

  /// The bytes that have come, without waiting.
  func drain() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 256)
    // SAFETY: read writes at most as many bytes as the array holds.
    let count = unsafe read(reading, &bytes, bytes.count)
    return count > 0 ? Array(bytes[..<count]) : []
  }
}

/// Makes `Screen.nextEvent` return `.wake`; may be called on any thread, also after the screen is
/// gone.
public struct Waker: Sendable {
  let pipe: SelfPipe

  public func wake() { pipe.wake() }
}
