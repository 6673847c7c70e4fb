import Foundation
import Glibc
import Testing

/// The explorer on a real pseudo-terminal.
@Suite("The explorer in a terminal", .serialized)
struct ExplorerTerminalTests {
  private func explorer(_ environment: [String: String] = [:]) throws -> PseudoTerminal {
    let cache = FileManager.default.temporaryDirectory.path
    return try PseudoTerminal(
      Program.path, [TinyRun.folder.path],
      environment: [
        "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": cache, "XDG_CACHE_HOME": cache,
        "PATH": "/usr/bin:/bin",
        // Swift's own crash report takes longer than a test may.
        "SWIFT_BACKTRACE": "enable=no",
      ].merging(environment) { $1 })
  }

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

  @Test("Ctrl-C quits from anywhere")
  func interrupt() throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.type("ihello\u{03}")
    #expect(terminal.end() == 0)
    #expect(terminal.has(Self.leave))
  }

  @Test(
    "signals restore the terminal, and the exit status tells them",
    arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGABRT])
  func signals(signal: Int32) throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    kill(terminal.process, signal)
    #expect(terminal.end() == 128 + signal)
    #expect(terminal.has(Self.leave))
    #expect(terminal.has("\u{1B}[?25h"))
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

  @Test("a terminal that cannot show a screen gets one line and exit code 3")
  func dumb() throws {
    let terminal = try explorer(["TERM": "dumb"])
    #expect(terminal.end() == 3)
    #expect(terminal.has("dumb"))
    #expect(!terminal.has("\u{1B}"))
  }
}
