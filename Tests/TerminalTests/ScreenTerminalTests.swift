import Testing

@testable import Terminal

struct ScreenTerminalTests {
  @Test func `an unknown type falls back to what it resembles`() {
    #expect(
      TerminalType.candidates("xterm-kitty")
        == ["xterm-kitty", "xterm-256color", "xterm", "ansi"])
    #expect(
      TerminalType.candidates("foot-extra-x") == [
        "foot-extra-x", "foot-extra-256color", "foot-extra", "foot-256color", "foot",
        "xterm-256color", "xterm", "ansi",
      ])
    #expect(TerminalType.candidates("") == ["xterm-256color", "xterm", "ansi"])
    #expect(TerminalType.candidates("dumb").isEmpty)
  }

  @Test func `the reset text leaves the alternate screen last and fits the guard`() {
    #expect(ControlText.reset.hasSuffix("\u{1B}[?1049l"))
    #expect(ControlText.reset.utf8.count < 512)
    for mode in ["1002", "1006", "1004", "2004", "2026"] {
      #expect(ControlText.reset.contains("\u{1B}[?\(mode)l"))
    }
  }
}
