import Foundation
import StrictJSON
import Tensors

/// The bytes of a data file in order, of which a piece at a time is in memory; gzip is inflated.
///
/// A byte order mark of UTF-8 is skipped; UTF-16 and formats that are no text are refused by name.
struct ByteStream {
  /// The file, for messages.
  let name: String
  let isCompressed: Bool
  private var source: any PieceSource
  private var window: [UInt8] = []
  private var position = 0

  /// Bytes that a field or line may have: no text is so long, so a quote or a line end is missing.
  static let longest = 16 << 20

  /// Opens a file, by descriptor, so that pipes such as `<(zcat reviews.csv.gz)` can be read too.
  init(path: String) throws(DataError) {
    guard !isFolder(path), let handle = FileHandle(forReadingAtPath: path) else {
      throw DataError(place: path, problem: "cannot be read; check the path")
    }
    try self.init(FilePieces(handle), named: path)
  }

  /// Reads bytes that are at hand; `name` stands for the file in errors.
  init(_ bytes: [UInt8], named name: String) throws(DataError) {
    try self.init(OnePiece(bytes), named: name)
  }

  private init(_ pieces: any PieceSource, named name: String) throws(DataError) {
    self.name = name
    source = pieces
    var first = try pieces.next(name) ?? []
    isCompressed = first.starts(with: [0x1F, 0x8B])
    if isCompressed {
      source = GzipPieces(pieces, first)
      first = try source.next(name) ?? []
    }
    window = first
    if let problem = Self.problem(of: first) { throw DataError(place: name, problem: problem) }
    if window.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// What the first bytes say against reading them as lines of UTF-8.
  private static func problem(of bytes: [UInt8]) -> String? {
    if let format = notText.first(where: { bytes.starts(with: $0.bytes) }) {
      return "\(format.name); convert it to CSV, TSV or JSON Lines"
    }
    let start = bytes.prefix(64)
    let isWide =
      start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
      || start.count >= 8 && start.count { $0 == 0 } * 3 > start.count
    return isWide
      ? "UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW" : nil
  }

  private static let notText: [(bytes: [UInt8], name: String)] = [
    (Array("PAR1".utf8), "Parquet"), (Array("ARROW1".utf8), "Arrow"),
    ([0x50, 0x4B, 3, 4], "a zip archive or spreadsheet"), (Array("BZh".utf8), "bzip2"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"), ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"),
  ]

  /// The bytes that are next, without taking them: what is left of the piece.
  var ahead: ArraySlice<UInt8> { window[position...] }

  /// The next byte, which stays.
  mutating func peek() throws(DataError) -> UInt8? {
    guard try hasMore() else { return nil }
    return window[position]
  }

  /// Steps over the next byte if it is `byte`.
  mutating func take(_ byte: UInt8) throws(DataError) -> Bool {
    guard try peek() == byte else { return false }
    position += 1
    return true
  }

  /// Appends bytes up to the first that stops, which stays, or the end of the file.
  ///
  /// - Throws: `DataError` if there are more than `longest`.
  mutating func take(
    into value: inout [UInt8], line: Int, until stops: (UInt8) -> Bool
  ) throws(DataError) {
    while try hasMore() {
      let end = window[position...].firstIndex(where: stops)
      value += window[position..<(end ?? window.count)]
      position = end ?? window.count
      guard value.count <= Self.longest else {
        throw DataError(
          place: name,
          problem: "line \(line): more than \(Self.longest >> 20) MB without an end; "
            + "close the quote or end the line")
      }
      if end != nil { return }
    }
  }

  /// Whether there is a next byte, which a new piece may bring.
  private mutating func hasMore() throws(DataError) -> Bool {
    while position == window.count {
      guard let piece = try source.next(name) else { return false }
      window = piece
      position = 0
    }
    return true
  }
}

/// Whether a path is that of a folder.
private func isFolder(_ path: String) -> Bool {
  let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
  return kind == .typeDirectory
}

/// Gives bytes in order.
private protocol PieceSource: AnyObject {
  /// The next piece, which may be empty; nil at the end.
  func next(_ name: String) throws(DataError) -> [UInt8]?
}

private final class OnePiece: PieceSource {
  private var bytes: [UInt8]?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func next(_ name: String) -> [UInt8]? {
    defer { bytes = nil }
    return bytes
  }
}

private final class FilePieces: PieceSource {
  private let handle: FileHandle

  init(_ handle: FileHandle) { self.handle = handle }

  func next(_ name: String) throws(DataError) -> [UInt8]? {
    do {
      // Read as they come, a pipe may give few at a time: the format is told from the first piece.
      var piece: [UInt8] = []
      while piece.count < 1 << 20 {
        guard let data = try handle.read(upToCount: 1 << 20 - piece.count), !data.isEmpty else {
          break
        }
        piece += data
      }
      return piece.isEmpty ? nil : piece
    } catch {
      throw DataError(place: name, problem: "cannot be read: \(error.systemReason)")
    }
  }
}

/// What a gzip file holds: one member or several, one after the other, and nothing else.
///
/// Source: RFC 1952.
private final class GzipPieces: PieceSource {
  private let source: any PieceSource
  private let inflater = Inflater(.gzip)
  private var input: ArraySlice<UInt8>
  /// Bytes of the file before `input`, and bytes that came out.
  private var used = 0
  private var inflated = 0
  private var isBetweenMembers = false

  /// Text deflates to a third, at most to a thousandth; what is smaller yet was made to fill memory.
  private static let mostTimes = 200

  init(_ source: any PieceSource, _ first: [UInt8]) {
    self.source = source
    input = first[...]
  }

  func next(_ name: String) throws(DataError) -> [UInt8]? {
    var output = [UInt8](repeating: 0, count: 1 << 20)
    var count = 0
    while count < output.count {
      if input.isEmpty { input = (try source.next(name) ?? [])[...] }
      if isBetweenMembers {
        if input.isEmpty { break }
        guard input.first == 0x1F else { throw fault(name, "bytes that are not gzip follow") }
        inflater.restart()
        isBetweenMembers = false
      }
      guard !input.isEmpty else { throw fault(name, "ends in the middle; it was cut off") }
      try step(into: &output, &count, name)
    }
    inflated += count
    guard inflated <= max(64 << 20, used * Self.mostTimes) else {
      throw fault(name, "inflates to more than \(Self.mostTimes) times its size; inflate it first")
    }
    return count == 0 ? nil : Array(output[..<count])
  }

  private func step(
    into output: inout [UInt8], _ count: inout Int, _ name: String
  ) throws(DataError) {
    do {
      let step = try inflater.inflate(input, into: &output, from: &count)
      used += step.used
      input = input.dropFirst(step.used)
      isBetweenMembers = step.isEnd
    } catch {
      throw fault(name, "damaged: \(error.reason)")
    }
  }

  private func fault(_ name: String, _ problem: String) -> DataError {
    DataError(place: name, problem: "gzip, byte \(used): \(problem)")
  }
}
