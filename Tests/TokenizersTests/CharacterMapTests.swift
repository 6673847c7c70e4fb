import Foundation
import Testing

@testable import Tokenizers

@Suite("SentencePiece's character map")
struct CharacterMapTests {
  /// The map of the T5 fixture.
  private func bytes() throws -> [UInt8] {
    let file = Fixtures.tokenizers.appendingPathComponent("t5/tokenizer.json")
    let json = try JSONField(parsing: Array(Data(contentsOf: file)), file: "f")
    let text = try json["normalizer"]["precompiled_charsmap"].bytes()
    return Array(try #require(Data(base64Encoded: Data(text))))
  }

  private func normalize(_ text: String, _ map: CharacterMap) -> String {
    let found = Precompiled(map).normalize(AlignedText(Array(text.utf8), 0..<text.utf8.count))
    return String(decoding: found.bytes, as: UTF8.self)
  }

  @Test("replaces short clusters by the entry they begin with, and the rest by scalars")
  func replaces() throws {
    let map = try CharacterMap(bytes())
    #expect(normalize("\u{FB01}x\u{2460}", map) == "fix1")
    #expect(normalize("\u{FB01}\u{301}", map) == "fi")
    #expect(normalize("\u{FB01}\u{301}\u{301}", map).utf8.elementsEqual("fi\u{301}\u{301}".utf8))
    #expect(normalize("e\u{301}", map).utf8.elementsEqual("\u{E9}".utf8))
    #expect(normalize("a\r\nb\r", map) == "a b ")
    #expect(normalize("\u{1}\u{2}", map).isEmpty)
    #expect(normalize("", map).isEmpty)
  }

  @Test("places count on where scalars are dropped or put in")
  func places() throws {
    let stage = Precompiled(try CharacterMap(bytes()))
    func places(_ text: String) -> [Range<Int>] {
      let found = stage.normalize(AlignedText(Array(text.utf8), 0..<text.utf8.count))
      return found.bytes.indices.map { found.sourceRange($0..<$0 + 1) }
    }
    #expect(places("x\u{FB01}y") == [0..<1, 1..<4, 1..<4, 4..<5])
    #expect(places("a\u{1}b") == [0..<1, 2..<3])
    // Nothing stands before the first scalar to count its loss with, so all places move.
    #expect(places("\u{1}ab") == [0..<1, 1..<2])
  }

  @Test("a map that is cut off, or leads outside itself, is refused")
  func damaged() throws {
    let whole = try bytes()
    #expect(throws: CharacterMap.Fault.self) { try CharacterMap([]) }
    for count in stride(from: 0, to: whole.count, by: 1999) {
      #expect(throws: CharacterMap.Fault.self) { try CharacterMap(Array(whole.prefix(count))) }
    }
    var big = whole
    big[3] = 0x7F
    #expect(throws: CharacterMap.Fault.self) { try CharacterMap(big) }
    big = whole
    big.replaceSubrange(4..<8, with: [0, 0, 0xFF, 0xFF])
    #expect(throws: CharacterMap.Fault.self) { try CharacterMap(big) }
    #expect(throws: CharacterMap.Fault.self) { try CharacterMap(whole + [0xFF]) }
  }

  @Test("any changed byte gives an error or a map that can be used")
  func changed() throws {
    let whole = try bytes()
    let text = "a\u{FB01}\u{301}\u{2460}\u{3000}\u{1}\r\n\u{E9}e\u{301}\u{AC00}z"
    var refused = 0
    for index in stride(from: 0, to: whole.count, by: 211) {
      var damaged = whole
      damaged[index] ^= 0x5A
      do {
        _ = normalize(text, try CharacterMap(damaged))
      } catch {
        refused += 1
      }
    }
    #expect(refused > 0)
  }
}
