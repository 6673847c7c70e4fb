import Foundation
import Fuzzing
import Glibc
import Testing

@Suite("Any terminal is used as it is, or refused in one line", .serialized)
struct TerminalKindTests {
  private func expectUsable(
    _ terminal: PseudoTerminal, _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(terminal.wait(for: "Probe accuracy"), sourceLocation: location)
    terminal.type("2")
    #expect(terminal.wait(for: "probe weights"), sourceLocation: location)
    terminal.type("q")
    #expect(terminal.end() == 0, sourceLocation: location)
    #expect(terminal.modes == .fresh && terminal.hasItsModes, sourceLocation: location)
    Figures.add("kinds of terminals used")
  }

  @Test(
    "of any type",
    arguments: [
      "xterm-256color", "xterm", "screen", "screen-256color", "tmux", "tmux-256color", "linux",
      "vt100", "vt220", "ansi", "rxvt", "xterm-kitty", "xterm-ghostty", "alacritty", "nonsense-9",
      "../../etc/passwd", "",
    ])
  func types(term: String) throws {
    expectUsable(try explorer(["TERM": term]))
  }

  @Test("without a type")
  func noType() throws { expectUsable(try explorer(without: ["TERM"])) }

  @Test(
    "with 24-bit colours promised", arguments: ["xterm-256color", "nonsense-9", "tmux-256color"])
  func direct(term: String) throws {
    expectUsable(try explorer(["TERM": term, "COLORTERM": "truecolor"]))
  }

  @Test("in any locale", arguments: ["C", "POSIX", "de_DE.ISO-8859-1", "nonsense", ""])
  func locales(locale: String) throws {
    expectUsable(try explorer(["LC_ALL": locale, "LANG": locale]))
  }

  @Test("without colours where they are not wanted")
  func noColor() throws {
    let terminal = try explorer(["NO_COLOR": "1"])
    expectUsable(terminal)
    #expect(!terminal.has("[38;5;") && !terminal.has(";38;5;") && !terminal.has("48;5;"))
  }

  @Test("with LINES and COLUMNS exported, whose numbers it does not believe")
  func exported() throws {
    let terminal = try explorer(["LINES": "5", "COLUMNS": "10"])
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.resize(columns: 130, rows: 45)
    #expect(terminal.wait(for: "Kept neurons"))
    terminal.type("q")
    #expect(terminal.end() == 0)
  }

  @Test("without a home, and with folders that cannot be written")
  func noHome() throws {
    expectUsable(
      try explorer(without: ["HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "PATH", "LANG"]))
    let nowhere = [
      "HOME": "/proc/nowhere", "XDG_CACHE_HOME": "/proc/nowhere", "XDG_STATE_HOME": "/proc/nowhere",
      "COLORTERM": "truecolor",
    ]
    expectUsable(try explorer(nowhere))
  }

  @Test("with standard input or standard error elsewhere", arguments: [0, 2] as [Int32])
  func elsewhere(descriptor: Int32) throws {
    expectUsable(try explorer(redirected: [descriptor: "/dev/null"]))
    expectUsable(try explorer(redirected: [descriptor: ""]))
  }

  @Test(
    "no terminal, or one that cannot show a screen, is refused with exit code 3",
    arguments: [["TERM": "dumb"], [:]])
  func refused(environment: [String: String]) throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let isDumb = !environment.isEmpty
    let terminal = try explorer(
      environment, redirected: isDumb ? [:] : [1: folder.appendingPathComponent("out").path])
    #expect(terminal.end() == 3)
    let said = String(decoding: terminal.output, as: UTF8.self)
    #expect(said.split(whereSeparator: \.isNewline).count == 1 && said.hasPrefix("spinscope: "))
    #expect(!terminal.has("\u{1B}") && terminal.hasItsModes)
    Figures.add("kinds of terminals refused in one line")
  }

  @Test("a pipe that is closed ends a command quietly")
  func pipes() throws {
    let script = """
      "$0" report "$1" --format json | head -c 10 > /dev/null; "$0" inspect "$1" | true
      "$0" report "$1" >&-; echo "closed $?"
      """
    let terminal = try PseudoTerminal(
      "/bin/sh", ["-c", script, Program.path, TinyRun.folder.path], environment: plainEnvironment)
    #expect(terminal.end() == 0)
    let lines = String(decoding: terminal.output, as: UTF8.self).split(whereSeparator: \.isNewline)
    #expect(lines.count == 2 && lines[0].contains("standard output cannot be written"))
    #expect(lines.last == "closed 1")
  }

  @Test("any size, and any number of changes of it")
  func sizes() throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    var random = SystemRandomNumberGenerator()
    let small: [(UInt16, UInt16)] = [(1, 1), (0, 0), (2, 10), (5, 20), (10, 2), (40, 10), (39, 9)]
    for round in 0..<120 {
      let (columns, rows) =
        round < small.count
        ? small[round]
        : (UInt16.random(in: 1...300, using: &random), .random(in: 1...90, using: &random))
      terminal.resize(columns: columns, rows: rows)
      terminal.type(String(round % 7 + 1))
      if round % 3 == 0 { terminal.drain(milliseconds: 15) }
      Figures.add("sizes drawn")
    }
    terminal.resize(columns: 80, rows: 24)
    terminal.drain(milliseconds: 100)
    terminal.type("1")
    terminal.resize(columns: 81, rows: 24)
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.type("q")
    #expect(terminal.end() == 0)
    #expect(terminal.modes == .fresh && terminal.hasItsModes)
  }

  @Test("a terminal that says it is larger than any screen", arguments: [1_001, 65_535])
  func enormous(columns: UInt16) throws {
    let terminal = try explorer(columns: columns, rows: columns)
    usleep(300_000)
    terminal.resize(columns: 80, rows: 24)
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.resize(columns: columns, rows: columns)
    terminal.drain(milliseconds: 100)
    terminal.resize(columns: 80, rows: 24)
    terminal.type("2")
    #expect(terminal.wait(for: "probe weights"))
    terminal.type("q")
    #expect(terminal.end() == 0)
    #expect(terminal.modes == .fresh && terminal.hasItsModes)
    Figures.add("kinds of terminals used")
  }
}
