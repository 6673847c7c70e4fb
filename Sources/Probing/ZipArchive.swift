import Foundation
import StrictJSON

/// The members of a zip archive, as its central directory lists them; nothing is unpacked.
///
/// Every size and offset is checked against the file, members may not overlap, and one that claims
/// to inflate beyond what deflate can do is refused. Names are names only, never paths.
/// Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.14 to 4.3.16.
struct ZipArchive {
  /// The members by name.
  let members: [(name: String, part: FilePart)]

  /// Deflate's best: a byte for 1,032.
  private static let mostTimes = 1_032
  private static let mostDirectory = 64 << 20

  init(path: String) throws(RunError) {
    let file = try ZipBytes(path)
    let directory = try Self.directory(of: file)
    var members: [(name: String, part: FilePart)] = []
    var fields = try file.read(directory)
    while fields.left > 0 { members.append(try Self.member(&fields, file, directory.lowerBound)) }
    let ordered = members.map(\.part.range).sorted { $0.lowerBound < $1.lowerBound }
    for (a, b) in zip(ordered, ordered.dropFirst()) where a.upperBound > b.lowerBound {
      throw RunError(path, "damaged: members overlap at byte \(b.lowerBound)")
    }
    self.members = members
  }

  /// Where the central directory lies.
  private static func directory(of file: ZipBytes) throws(RunError) -> Range<Int> {
    let start = max(0, file.count - 22 - 0xFFFF)
    let tail = try file.read(start..<file.count).bytes
    let signature: [UInt8] = [0x50, 0x4B, 5, 6]
    let end = tail.indices.reversed().first { index in
      tail.count - index >= 22 && tail[index..<index + 4].elementsEqual(signature)
        && Int(tail[index + 20]) + Int(tail[index + 21]) << 8 == tail.count - index - 22
    }
    guard let end else { throw RunError(file.path, "no zip archive, or one that was cut off") }
    var fields = ZipFields(Array(tail[end...]), file.path)
    try fields.skip(12)
    var (size, offset) = (try fields.integer(4), try fields.integer(4))
    if size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
      (size, offset) = try largeDirectory(of: file, before: start + end)
    }
    guard size <= mostDirectory, offset <= file.count, size <= start + end - offset else {
      throw RunError(file.path, "damaged: a directory of \(size) bytes at byte \(offset)")
    }
    return offset..<offset + size
  }

  /// The size and offset that a zip64 archive gives, by the locator before its last record.
  private static func largeDirectory(
    of file: ZipBytes, before end: Int
  ) throws(RunError) -> (size: Int, offset: Int) {
    var locator = try file.read(end - 20..<end)
    guard try locator.integer(4) == 0x0706_4B50 else {
      throw RunError(file.path, "damaged: no zip64 directory")
    }
    try locator.skip(4)
    let place = try locator.integer(8)
    guard place <= file.count - 56 else {
      throw RunError(file.path, "damaged: a zip64 record at byte \(place)")
    }
    var record = try file.read(place..<place + 56)
    guard try record.integer(4) == 0x0606_4B50 else {
      throw RunError(file.path, "damaged: no zip64 record at byte \(place)")
    }
    try record.skip(36)
    return (try record.integer(8), try record.integer(8))
  }

  private static func member(
    _ fields: inout ZipFields, _ file: ZipBytes, _ directory: Int
  ) throws(RunError) -> (name: String, part: FilePart) {
    guard try fields.integer(4) == 0x0201_4B50 else {
      throw RunError(file.path, "damaged: no member where its directory says")
    }
    try fields.skip(4)
    let (flags, method) = (try fields.integer(2), try fields.integer(2))
    try fields.skip(4)
    let crc = UInt32(try fields.integer(4))
    var sizes = [try fields.integer(4), try fields.integer(4)]
    let lengths = (try fields.integer(2), try fields.integer(2), try fields.integer(2))
    try fields.skip(8)
    sizes.append(try fields.integer(4))
    let name = String(decoding: try fields.take(lengths.0), as: UTF8.self)
    var extra = ZipFields(try fields.take(lengths.1), file.path)
    try fields.skip(lengths.2)
    // Compressed, inflated, offset; in the extra field they stand in another order.
    try widen(&sizes, by: &extra)
    let place = "\(file.path): \(printable(name))"
    guard flags & 1 == 0 else { throw RunError(place, "is encrypted; save it without") }
    guard method == 0 || method == 8 else {
      throw RunError(place, "compressed by method \(method); save it with numpy")
    }
    let most = method == 0 ? sizes[0] : (min(sizes[0], file.count) + 1) * mostTimes
    guard sizes[0] <= file.count, sizes[1] <= most, method == 8 || sizes[1] == most else {
      throw RunError(place, "damaged: \(sizes[0]) bytes that inflate to \(sizes[1])")
    }
    let start = try dataStart(of: sizes[2], file, place)
    guard start <= directory, sizes[0] <= directory - start else {
      throw RunError(place, "damaged: \(sizes[0]) bytes at byte \(start)")
    }
    return (
      name,
      FilePart(
        path: file.path, place: place, range: start..<start + sizes[0], isDeflated: method == 8,
        size: sizes[1], crc: crc)
    )
  }

  /// Takes sizes that do not fit 32 bits from a zip64 extra field.
  private static func widen(_ sizes: inout [Int], by extra: inout ZipFields) throws(RunError) {
    while extra.left >= 4 {
      let (id, length) = (try extra.integer(2), try extra.integer(2))
      var field = ZipFields(try extra.take(length), extra.path)
      guard id == 1 else { continue }
      for place in [1, 0, 2] where sizes[place] == 0xFFFF_FFFF {
        sizes[place] = try field.integer(8)
      }
    }
  }

  /// Where a member's data starts: after a header of its own, whose lengths may differ.
  private static func dataStart(
    of header: Int, _ file: ZipBytes, _ place: String
  ) throws(RunError) -> Int {
    guard header <= file.count - 30 else { throw RunError(place, "damaged: at byte \(header)") }
    var fields = try file.read(header..<header + 30)
    guard try fields.integer(4) == 0x0403_4B50 else {
      throw RunError(place, "damaged: no member at byte \(header)")
    }
    try fields.skip(22)
    return header + 30 + (try fields.integer(2)) + (try fields.integer(2))
  }
}

/// A file of which ranges are read.
private struct ZipBytes {
  let path: String
  let count: Int
  private let handle: FileHandle

  init(_ path: String) throws(RunError) {
    guard let handle = FileHandle(forReadingAtPath: path), let end = try? handle.seekToEnd() else {
      throw RunError(path, "cannot be read; check the path")
    }
    (self.path, self.handle, count) = (path, handle, Int(end))
  }

  func read(_ range: Range<Int>) throws(RunError) -> ZipFields {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw RunError(path, "damaged: it ends before byte \(range.upperBound)")
    }
    do {
      try handle.seek(toOffset: UInt64(range.lowerBound))
      return ZipFields(Array(try handle.read(upToCount: range.count) ?? Data()), path)
    } catch {
      throw RunError(path, "cannot be read: \(error.systemReason)")
    }
  }
}

/// Fields one after the other, numbers least significant byte first.
private struct ZipFields {
  let path: String
  let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8], _ path: String) { (self.bytes, self.path) = (bytes, path) }

  var left: Int { bytes.count - position }

  mutating func take(_ count: Int) throws(RunError) -> [UInt8] {
    guard count <= left else { throw RunError(path, "damaged: its directory ends too early") }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  mutating func skip(_ count: Int) throws(RunError) { _ = try take(count) }

  mutating func integer(_ size: Int) throws(RunError) -> Int {
    let value = try take(size).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let integer = Int(exactly: value) else {
      throw RunError(path, "damaged: a size of \(value) bytes")
    }
    return integer
  }
}
