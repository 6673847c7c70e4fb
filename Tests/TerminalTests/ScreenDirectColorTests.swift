import Testing

@testable import Terminal

struct ScreenDirectColorTests {
  @Test func `the description builds on the user's own`() {
    let source = DirectColorDescription.source(name: "spinscope-xterm", term: "xterm")
    #expect(source.contains("\tuse=xterm,\n"))
    #expect(source.contains("colors#0x1000000"))
    #expect(source.contains(#"setaf=\E[%?%p1%{8}%<%t3%p1%d%e38;2;"#))
    #expect(source.contains(#"setab=\E[%?%p1%{8}%<%t4%p1%d%e48;2;"#))
  }

  @Test(arguments: ["../x", "a/b", "x\ny", "", "a,b", "a|b", "é"])
  func `a strange name makes no file`(_ term: String) {
    #expect(DirectColorDescription(term: term, environment: ["HOME": "/nonexistent"]) == nil)
  }

  @Test func `without a place to keep it there is none`() {
    #expect(DirectColorDescription(term: "xterm", environment: [:]) == nil)
  }
}
