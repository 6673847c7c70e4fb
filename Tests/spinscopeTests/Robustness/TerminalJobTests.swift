import Foundation
import Fuzzing
import Glibc
import Testing

/// What a shell with job control does: a program that nobody could continue is not stopped.
@Suite("Stopped, continued and in the background", .serialized)
struct TerminalJobTests {
  private static let modes: Set<Int> = [1002, 1006, 1049, 2004]

  /// A script of `sh` with job control, in which `$0` is the program and `$1` a run.
  private func jobs(_ script: String) throws -> PseudoTerminal {
    try PseudoTerminal(
      "/bin/sh", ["-c", "set -m; " + script, Program.path, TinyRun.folder.path],
      environment: plainEnvironment)
  }

  private func expectGivenBack(
    _ terminal: PseudoTerminal, _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(terminal.modes == .fresh, sourceLocation: location)
    #expect(terminal.hasItsModes, sourceLocation: location)
  }

  /// Brings it to the front, where it draws everything, and quits.
  private func expectGoesOn(
    _ terminal: PseudoTerminal, showing text: String,
    _ location: SourceLocation = #_sourceLocation
  ) {
    terminal.type("\n")
    #expect(terminal.wait(for: text), sourceLocation: location)
    #expect(terminal.modes.on.isSuperset(of: Self.modes), sourceLocation: location)
    terminal.type("q")
    #expect(terminal.wait(for: "ended 0"), sourceLocation: location)
    expectGivenBack(terminal, location)
    Figures.add("stops and starts in the background, each gone on from")
  }

  @Test(
    "Ctrl-Z and any stop from outside give the terminal back, and going on takes it again",
    arguments: [0, SIGTSTP, SIGTTIN, SIGTTOU])
  func stops(signal: Int32) throws {
    let terminal = try jobs("\"$0\" \"$1\"; echo \"stopped $?\"; read go; fg; echo \"ended $?\"")
    #expect(terminal.wait(for: "Probe accuracy"))
    if signal == 0 { terminal.type("\u{1A}") } else { kill(-terminal.foreground, signal) }
    #expect(terminal.wait(for: "stopped \(128 + SIGTSTP)"))
    expectGivenBack(terminal)
    terminal.resize(columns: 100, rows: 30)
    expectGoesOn(terminal, showing: "Kept neurons")
  }

  @Test("a stop that nobody can catch is gone on from, with everything drawn anew")
  func stopped() throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    kill(terminal.process, SIGSTOP)
    terminal.drain(milliseconds: 50)
    kill(terminal.process, SIGCONT)
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.type("q")
    #expect(terminal.end() == 0)
    expectGivenBack(terminal)
  }

  @Test("continued in the background, it stops again and leaves the terminal alone")
  func continued() throws {
    let terminal = try jobs(
      """
      "$0" "$1"; echo "stopped $?"; bg; sleep 0.5; echo again; read go; fg; echo "ended $?"
      """)
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.type("\u{1A}")
    #expect(terminal.wait(for: "stopped \(128 + SIGTSTP)"))
    #expect(terminal.wait(for: "again"))
    expectGivenBack(terminal)
    expectGoesOn(terminal, showing: "Probe accuracy")
  }

  @Test("started in the background, it waits for its turn, and leaves the modes that it finds then")
  func background() throws {
    // Meanwhile the shell reads keys one by one, as interactive ones do.
    let terminal = try jobs(
      """
      stty -icanon -echo; "$0" "$1" & sleep 0.5; stty icanon echo; echo waits; read go; fg
      echo "ended $?"
      """)
    #expect(terminal.wait(for: "waits"))
    expectGivenBack(terminal)
    expectGoesOn(terminal, showing: "Probe accuracy")
  }

  @Test("in the background of no shell it is refused in a line")
  func orphaned() throws {
    let terminal = try jobs(
      "( (sleep 0.3; \"$0\" \"$1\"; echo \"ended $?\") & ); read go")
    #expect(terminal.wait(for: "ended 3"))
    let said = String(decoding: terminal.output, as: UTF8.self)
    #expect(said.split(whereSeparator: \.isNewline).count == 2 && said.hasPrefix("spinscope: "))
    expectGivenBack(terminal)
    Figures.add("kinds of terminals refused in one line")
  }
}
