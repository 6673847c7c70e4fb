import Testing

@testable import StrictJSON

@Suite("JSON, strict and in bytes")
struct JSONParserTests {
  private func parse(_ text: String) throws(JSONError) -> JSON {
    try JSONParser.parse(Array(text.utf8))
  }

  @Test("reads every kind of value")
  func values() throws {
    let value = try parse(#" {"a": [1, -2.5e1, true, false, null, "x\n\u00e9\ud83d\ude42\/"]} "#)
    let list: [JSON] = [
      .integer(1), .number(-25), .bool(true), .bool(false), .null,
      .string(Array("x\n\u{E9}🙂/".utf8)),
    ]
    #expect(value == .object([.init(key: [0x61], value: .array(list))]))
    #expect(try parse("[]") == .array([]))
    #expect(try parse("{}") == .object([]))
    #expect(try parse("9223372036854775807") == .integer(.max))
    #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
  }

  @Test("keeps keys apart that are canonically equal")
  func keys() throws {
    guard case .object(let members) = try parse("{\"\u{E9}\": 1, \"e\u{301}\": 2}") else {
      Issue.record("not an object")
      return
    }
    #expect(members.map(\.key) == [[0xC3, 0xA9], [0x65, 0xCC, 0x81]])
  }

  @Test(
    "refuses what is not JSON, at its byte",
    arguments: [
      ("", 0), (" ", 1), ("[1,]", 3), ("[1 2]", 3), ("{\"a\" 1}", 5), ("{a:1}", 1), ("01", 1),
      ("1.", 2), ("-", 1), ("+1", 0), (".5", 0), ("1e", 2), ("1e999", 5), ("NaN", 0), ("nul", 3),
      ("Infinity", 0), ("\"a", 2), ("\"\u{1}\"", 1), ("\"\\x\"", 3), ("\"\\ud800\"", 7),
      ("\"\\udc00\"", 7), ("\"\\ud800\\u0041\"", 13), ("\"\\u12g4\"", 5), ("[] []", 3),
      ("{\"a\":1,}", 7), ("\u{FEFF}1", 0),
    ])
  func refused(text: String, byte: Int) {
    let error = #expect(throws: JSONError.self) { try parse(text) }
    #expect(error?.byte == byte, "\(error?.reason ?? "")")
  }

  @Test("a byte order mark is named, and a key that stands there twice is found")
  func details() throws {
    let mark = #expect(throws: JSONError.self) { try parse("\u{FEFF}{}") }
    #expect(mark?.reason == "a byte order mark before the value")
    #expect(try parse(#"{"a": 1, "b": 2, "a": 3}"#).repeatedKey == "a")
    #expect(try parse(#"{"a": {"b": 1, "b": 2}}"#).repeatedKey == nil)
    #expect(try parse("[1, 1]").repeatedKey == nil)
  }

  @Test("refuses nesting that would use up the stack, and bytes that are not UTF-8")
  func limits() throws {
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { try parse(deep) }
    #expect(throws: JSONError(byte: 64, reason: "nested deeper than 64 levels")) {
      try parse(String(repeating: "[", count: 1_000_000))
    }
    #expect(throws: JSONError(byte: 1, reason: "not UTF-8")) {
      try JSONParser.parse([0x22, 0xFF, 0x22])
    }
  }
}
