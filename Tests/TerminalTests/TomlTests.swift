import Foundation
import Terminal
import Testing

struct TomlTests {
  @Test func `values keep their kind`() throws {
    let root = try Toml.parse(
      "a = 1\nb = 1.5\nc = \"x\"\nd = true\ne = [1, \"y\"]\n[f.g]\nh = 1979-05-27", file: "t")
    #expect(root["a"] == .integer(1) && root["a"]?.number == 1)
    #expect(root["b"]?.number == 1.5)
    #expect(root["c"]?.string == "x" && root["d"]?.boolean == true)
    #expect(root["e"]?.array == [.integer(1), .string("y")])
    #expect(root["f"]?.table?["g"]?.table?["h"] == .other)
  }

  @Test func `a syntax error names file and line`() throws {
    let error = #expect(throws: TomlError.self) {
      try Toml.parse("a = 1\nb = = 2\n", file: "my.toml")
    }
    #expect(error?.line == 2)
    #expect(error?.description.hasPrefix("my.toml:2: ") == true)
  }

  @Test func `a missing file is an error`() {
    #expect(throws: TomlError.self) {
      try Toml.read(URL(fileURLWithPath: "/nonexistent/x.toml"))
    }
  }

  @Test(arguments: ["a = [ } ]", "a = [1, }]", "a = [\u{2028}1]", "a = [\"x\", \u{A0}]", "é = 1"])
  func `what has no place in a document is refused with its line`(_ text: String) {
    let error = #expect(throws: TomlError.self) { try Toml.parse("x = 1\n\(text)\n", file: "t") }
    #expect(error?.line == 2)
  }

  @Test func `in strings and comments anything may stand`() throws {
    let root = try Toml.parse(
      "# [ } é\na = \"[ } é \\\" ,}\" # }\nb = '[ } \\'\nc = \"\"\"\n[ } é\n\"\"\"\nd = {e = [1]}",
      file: "t")
    #expect(root["a"]?.string == "[ } é \" ,}" && root["b"]?.string == "[ } \\")
    #expect(root["c"]?.string == "[ } é\n" && root["d"]?.table?["e"] == .array([.integer(1)]))
  }
}
