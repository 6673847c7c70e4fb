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

  @Test func `JSON keeps its values and loses what a terminal would act on`() throws {
    let json = "{\n  \"a\": \"\u{9B}31m \u{202E}é\u{E0001}\"\n}"
    let escaped = escapingInvisible(json: json)
    #expect(escaped == "{\n  \"a\": \"\\u009b31m \\u202eé\\udb40\\udc01\"\n}")
    #expect(try JSON.parse(Array(escaped.utf8)) == JSON.parse(Array(json.utf8)))
  }
}
