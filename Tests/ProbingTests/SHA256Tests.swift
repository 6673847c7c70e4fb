import Foundation
import Testing

@testable import Probing

/// Vectors of FIPS 180-4's examples.
@Suite("SHA-256 sums")
struct SHA256Tests {
  @Test(
    "agree with the published vectors",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func vectors(text: String, sum: String) {
    #expect(SHA256.of(Array(text.utf8)) == sum)
  }

  @Test("of a million times 'a', in pieces of any size")
  func million() {
    var sum = SHA256()
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 12_345)
    var left = 1_000_000
    while left > 0 {
      sum.update(Array(piece.prefix(left)))
      left -= min(left, piece.count)
    }
    #expect(sum.finish() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("do not depend on where the bytes are cut", arguments: [1, 55, 56, 63, 64, 65, 119, 128])
  func pieces(count: Int) {
    let bytes = (0..<count).map { UInt8($0) }
    for cut in 0...count {
      var sum = SHA256()
      sum.update(Array(bytes[..<cut]))
      sum.update(Array(bytes[cut...]))
      #expect(sum.finish() == SHA256.of(bytes))
    }
  }

  @Test("of a file are those of its bytes")
  func file() throws {
    let folder = try TemporaryFolder(["abc": "abc", "empty": ""])
    #expect(try SHA256.ofFile(folder["abc"].path) == SHA256.of(Array("abc".utf8)))
    #expect(try SHA256.ofFile(folder["empty"].path) == SHA256.of([]))
    #expect(throws: (any Error).self) { try SHA256.ofFile(folder["none"].path) }
  }
}
