import CZlib
import Fuzzing
import Testing

@testable import Probing

/// `bytes` as one member of a gzip file.
func gzipped(_ bytes: [UInt8]) throws -> [UInt8] {
  var stream = z_stream()
  let size = Int32(MemoryLayout<z_stream>.size)
  let started = deflateInit2_(
    &stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
  try #require(started == Z_OK)
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
  let room = UInt32(output.count)
  let ended = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = room
      return deflate(&stream, Z_FINISH)
    }
  }
  try #require(ended == Z_STREAM_END)
  return Array(output.prefix(Int(room - stream.avail_out)))
}

@Suite(
  "A data file is read piece by piece, inflated where it is gzip, and refused where it is no text")
struct ByteStreamTests {
  /// Everything up to the end.
  private func contents(_ bytes: [UInt8]) throws(DataError) -> [UInt8] {
    var stream = try ByteStream(bytes, named: "t")
    var contents: [UInt8] = []
    while try stream.peek() != nil {
      var line: [UInt8] = []
      try stream.take(into: &line, line: 1) { $0 == 10 }
      contents += line
      if try stream.take(10) { contents.append(10) }
    }
    return contents
  }

  private func problem(_ bytes: [UInt8]) -> String {
    do {
      _ = try contents(bytes)
      return "none"
    } catch {
      return error.problem
    }
  }

  /// Three megabytes, so that there are several pieces.
  private static let long = (0..<300_000).flatMap { Array("line \($0 * 7)\n".utf8) }

  @Test("what went in comes out", arguments: [[], Array("a\n".utf8), long])
  func wholeness(bytes: [UInt8]) throws {
    #expect(try contents(bytes) == bytes)
    #expect(try contents(gzipped(bytes)) == bytes)
    #expect(try contents(gzipped(bytes) + gzipped(bytes)) == bytes + bytes)
  }

  @Test("a byte order mark is skipped, inside gzip too")
  func mark() throws {
    let bytes: [UInt8] = [0xEF, 0xBB, 0xBF, 0x61]
    #expect(try contents(bytes) == [0x61])
    #expect(try contents(gzipped(bytes)) == [0x61])
  }

  @Test(
    "gzip that ends early, is damaged or is followed by something else is refused with the place")
  func damaged() throws {
    let whole = try gzipped(Self.long)
    for count in [2, 9, whole.count / 2, whole.count - 1] {
      #expect(
        problem(Array(whole.prefix(count)))
          == "gzip, byte \(count): ends in the middle; it was cut off")
    }
    var changed = whole
    changed[whole.count - 6] ^= 1
    #expect(problem(changed).contains("damaged: incorrect data check"))
    #expect(
      problem(whole + [0]) == "gzip, byte \(whole.count): bytes that are not gzip follow")
  }

  @Test("gzip that inflates without measure is refused before it fills the memory")
  func bomb() throws {
    let line = [UInt8](repeating: 0x61, count: 1 << 20) + [10]
    let bomb = try [[UInt8]](repeating: gzipped(line), count: 80).flatMap(\.self)
    #expect(bomb.count < 120_000)
    #expect(problem(bomb).contains("inflates to more than 200 times its size"))
  }

  @Test("a line without an end is refused, not read to the end")
  func endless() throws {
    let problem = problem([UInt8](repeating: 0x61, count: ByteStream.longest + 1))
    #expect(problem == "line 1: more than 16 MB without an end; close the quote or end the line")
  }

  @Test(
    "what is no lines of UTF-8 is named",
    arguments: [
      ([0xFF, 0xFE, 0x61, 0], "UTF-16"), ([0xFE, 0xFF, 0, 0x61], "UTF-16"),
      (Array("text,label".utf16).flatMap { [UInt8($0), 0] }, "UTF-16"),
      (Array("PAR1....".utf8), "Parquet"), ([0x50, 0x4B, 3, 4], "a zip archive or spreadsheet"),
      ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"),
    ] as [([UInt8], String)])
  func foreign(bytes: [UInt8], name: String) {
    #expect(problem(bytes).hasPrefix(name) && problem(bytes).contains("convert it"))
  }

  @Test("any gzip gives its bytes or an error in one line")
  func fuzz() throws {
    let corpus = try [gzipped(Array("text,label\n".utf8)), gzipped([]) + gzipped([1, 2, 3])]
    var fuzzer = Fuzzer("gzip", corpus: corpus, rounds: 600)
    var (read, refused) = (0, 0)
    try fuzzer.run { bytes in
      do throws(DataError) {
        _ = try contents(bytes)
        read += 1
      } catch {
        refused += 1
        #expect(!error.description.contains { $0.isNewline })
      }
    }
    #expect(read > 10 && refused > 100)
  }
}
