import Foundation
import Glibc
import Testing

/// The explorer on a real pseudo-terminal.
@Suite("The explorer in a terminal", .serialized)
struct ExplorerTerminalTests {
  private static let leave = "\u{1B}[?1049l"

  @Test("keys change the screen, and q leaves it as it was")
  func keys() throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.type("2")
    #expect(terminal.wait(for: "Map"))
    terminal.type("5")
    #expect(terminal.wait(for: "Waterfall"))
    terminal.type("q")
    #expect(terminal.end() == 0)
    #expect(terminal.has(Self.leave))
  }

  @Test("any size is survived, and the screen follows")
  func resize() throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    for (columns, rows) in [(1, 1), (20, 5), (40, 10), (200, 60), (39, 9), (100, 30)] {
      terminal.resize(columns: UInt16(columns), rows: UInt16(rows))
    }
    #expect(terminal.wait(for: "Kept neurons"))
    terminal.type("q")
    #expect(terminal.end() == 0)
  }

  @Test("what is typed never reaches the terminal raw")
  func escapes() throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.type("i\u{1B}[200~a\u{1B}]0;owned\u{07}b\u{1B}[201~")
    #expect(terminal.wait(for: "owned"))
    #expect(!terminal.has("\u{1B}]0;owned"))
    terminal.type("\u{03}")
    #expect(terminal.end() == 0)
  }

  @Test(
    "a light terminal gets the light theme, however late it answers, and no key comes of it",
    arguments: [0, 200_000])
  func ground(delay: UInt32) throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "\u{1B}]11;?\u{1B}\\\u{1B}[c"))
    usleep(delay)
    // Ink on paper of default-light in 256 colours, after keys that must not be lost.
    terminal.type("2\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\\u{1B}[?62;22c")
    #expect(terminal.wait(for: "48;5;231"))
    terminal.type("q")
    #expect(terminal.end() == 0)
    #expect(terminal.has("probe weights"))
  }

  @Test(
    "a theme that is asked for, and terminals that would print the question, are not asked",
    arguments: [["SPINSCOPE_THEME": "paper"], ["TERM": "vt100"], ["TERM": "linux"]])
  func unasked(environment: [String: String]) throws {
    let terminal = try explorer(environment)
    #expect(terminal.wait(for: "Probe accuracy"))
    #expect(!terminal.has("]11;?"))
    terminal.type("q")
    #expect(terminal.end() == 0)
  }
}
