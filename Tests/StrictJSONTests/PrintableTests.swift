import Testing

@testable import StrictJSON

@Suite("Text of files in messages")
struct PrintableTests {
  @Test("shows controls and bidirectional marks escaped, and is cut")
  func escapes() {
    #expect(printable("\u{1B}[2J\u{202E}x") == "\\u{1b}[2J\\u{202e}x")
    #expect(printable(String(repeating: "a", count: 81)) == String(repeating: "a", count: 80) + "…")
    #expect(printable("abc", limit: 2) == "ab…")
  }

  @Test("of a path it shows the end, where the file's name stands")
  func paths() {
    let path = String(repeating: "/folder", count: 100) + "/config.json"
    #expect(printable(path: path) == path)
  }
}
