import Foundation
import StrictJSON
import Tensors

/// A part of a file that holds an array: all of it, or a member of a zip archive.
struct FilePart: Sendable, Equatable {
  var path: String
  /// What messages call it: the file, and the member.
  var place: String
  /// Bytes of the file.
  var range: Range<Int>
  var isDeflated = false
  /// Bytes once inflated.
  var size: Int
  /// The checksum that the archive gives; nil where there is none.
  var crc: UInt32?
}

/// Reads a part from its first byte on, inflating it where it is deflated.
final class PartReader {
  private let part: FilePart
  private let handle: FileHandle
  private let inflater = Inflater(.none)
  private var input: ArraySlice<UInt8> = []
  private var unread: Range<Int>
  /// Bytes handed over, and their checksum.
  private var done = 0
  private var sum: UInt32 = 0

  init(_ part: FilePart) throws(RunError) {
    self.part = part
    guard let handle = FileHandle(forReadingAtPath: part.path) else {
      throw RunError(part.path, "cannot be read; check the path")
    }
    self.handle = handle
    unread = part.range
  }

  deinit { try? handle.close() }

  /// The next `count` bytes.
  ///
  /// - Throws: `RunError` if there are fewer, or the last of them show that some were damaged.
  func read(_ count: Int) throws(RunError) -> [UInt8] {
    guard count <= part.size - done else { throw RunError(part.place, "ends too early") }
    let bytes = try part.isDeflated ? inflate(count) : piece(count)
    done += count
    guard let crc = part.crc else { return bytes }
    sum = crc32(bytes, after: sum)
    guard done < part.size || sum == crc else {
      throw RunError(part.place, "damaged: its checksum is not the archive's")
    }
    return bytes
  }

  private func inflate(_ count: Int) throws(RunError) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      if input.isEmpty { input = try piece(min(1 << 20, unread.count))[...] }
      let before = (filled, input.count)
      do {
        input = input.dropFirst(try inflater.inflate(input, into: &output, from: &filled).used)
      } catch {
        throw RunError(part.place, "damaged: \(error.reason)")
      }
      guard before != (filled, input.count) else { throw RunError(part.place, "ends too early") }
    }
    return output
  }

  /// The next bytes of the file as they are.
  private func piece(_ count: Int) throws(RunError) -> [UInt8] {
    do {
      try handle.seek(toOffset: UInt64(unread.lowerBound))
      let bytes = Array(try handle.read(upToCount: count) ?? Data())
      guard bytes.count == count else { throw RunError(part.place, "ends too early") }
      unread = unread.lowerBound + count..<unread.upperBound
      return bytes
    } catch let error as RunError {
      throw error
    } catch {
      throw RunError(part.path, "cannot be read: \(error.systemReason)")
    }
  }
}
