import Foundation
import Fuzzing
import Glibc
import Testing

/// The explorer on a pseudo-terminal, with nothing of this machine's settings.
func explorer(
  _ environment: [String: String] = [:], run: String = TinyRun.folder.path, columns: UInt16 = 80,
  rows: UInt16 = 24, redirected: [Int32: String] = [:], without: Set<String> = [],
  folder: String = Program.root.path
) throws -> PseudoTerminal {
  let environment = plainEnvironment.merging(environment) { $1 }
  return try PseudoTerminal(
    "/bin/sh", ["-c", "cd \"$0\" && exec \"$@\"", folder, Program.path, run],
    environment: environment.filter { !without.contains($0.key) },
    columns: columns, rows: rows, redirected: redirected)
}

/// What programs on pseudo-terminals are started with: of this machine's only what a sanitizer is told by.
var plainEnvironment: [String: String] {
  let cache = FileManager.default.temporaryDirectory.path
  let sanitizers = ProcessInfo.processInfo.environment.filter {
    ["LD_PRELOAD", "ASAN_OPTIONS", "TSAN_OPTIONS"].contains($0.key)
  }
  return sanitizers.merging([
    "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": cache, "XDG_CACHE_HOME": cache,
    "PATH": "/usr/bin:/bin",
    // Each terminal begins afresh, not where another was left.
    "XDG_STATE_HOME": "\(cache)/state-\(UUID().uuidString)",
    // Swift's own crash report takes longer than a test may.
    "SWIFT_BACKTRACE": "enable=no",
  ]) { $1 }
}

/// The signal that a Swift trap is.
private let trap: Int32 = {
  #if arch(x86_64)
    SIGILL
  #else
    SIGTRAP
  #endif
}()

@Suite("Every way out leaves the terminal as it was found", .serialized)
struct TerminalExitTests {
  private func expectRestored(
    _ terminal: PseudoTerminal, _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(terminal.modes == .fresh, sourceLocation: location)
    #expect(terminal.hasItsModes, sourceLocation: location)
    Figures.add("ways out of the terminal, each restored")
  }

  @Test(
    "a program that ends by itself, whatever it meets, and what it said is shown afterwards",
    arguments: [
      ("return", 0, ""), ("throw", 1, ""), ("exit", 7, ""),
      ("fatalError", 128 + trap, "told by fatalError"),
      ("precondition", 128 + trap, "told by precondition"), ("overflow", 128 + trap, ""),
      ("index", 128 + trap, ""), ("divide", 128 + trap, ""),
      ("thread", 128 + trap, "told by a thread"), ("abort", 128 + SIGABRT, ""),
      ("null", 128 + SIGSEGV, ""), ("stack", 128 + SIGSEGV, ""),
      ("thread stack", 128 + SIGSEGV, ""), ("queue stack", 128 + SIGSEGV, ""),
      ("parallel stack", 128 + SIGSEGV, ""), ("task stack", 128 + SIGSEGV, ""),
    ])
  func ways(way: String, status: Int32, said: String) throws {
    let crasher = URL(fileURLWithPath: Program.beside).appendingPathComponent("Crasher").path
    let terminal = try PseudoTerminal(crasher, [way], environment: plainEnvironment)
    #expect(terminal.wait(for: "the screen is open"))
    #expect(terminal.end() == status)
    let afterwards = terminal.after("\u{1B}[?1049l")
    #expect(afterwards.contains("said meanwhile"))
    #expect(said.isEmpty || afterwards.contains(said))
    expectRestored(terminal)
  }

  @Test("a program that does not listen is ended by the first request, after a second")
  func deaf() throws {
    let crasher = URL(fileURLWithPath: Program.beside).appendingPathComponent("Crasher").path
    let terminal = try PseudoTerminal(crasher, ["deaf"], environment: plainEnvironment)
    #expect(terminal.wait(for: "the screen is open"))
    kill(terminal.process, SIGTERM)
    #expect(terminal.end() == 128 + SIGTERM)
    expectRestored(terminal)
  }

  @Test(
    "the explorer, by any signal that can be caught, and its exit status is the signal",
    arguments: [
      SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS,
      SIGUSR1, SIGUSR2, SIGXCPU, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT,
      // The first and the last of real time, which Swift does not import.
      34, 64,
    ])
  func signals(signal: Int32) throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    #expect(terminal.modes.on.isSuperset(of: [1002, 1006, 1049, 2004]))
    #expect(!terminal.hasItsModes)
    kill(terminal.process, signal)
    #expect(terminal.end() == 128 + signal)
    expectRestored(terminal)
    Figures.add("signals that the explorer was ended by")
  }

  @Test("the explorer goes on after signals that mean nothing to it")
  func otherSignals() throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    for signal in [SIGPIPE, SIGALRM, SIGCHLD, SIGURG, SIGWINCH] { kill(terminal.process, signal) }
    terminal.type("2")
    #expect(terminal.wait(for: "probe weights"))
    terminal.type("q")
    #expect(terminal.end() == 0)
    expectRestored(terminal)
  }

  @Test("the explorer, by a signal at any moment of its start")
  func starting() throws {
    for pause in stride(from: 0, to: 60_000, by: 4_000) {
      let terminal = try explorer()
      usleep(UInt32(pause))
      kill(terminal.process, SIGTERM)
      #expect(terminal.end() == 128 + SIGTERM)
      expectRestored(terminal)
    }
  }

  @Test(
    "the explorer, by keys",
    arguments: ["q", "\u{03}", "ihello\u{03}", ":q\u{03}\u{03}", "?\u{03}"])
  func keys(keys: String) throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.type(keys)
    #expect(terminal.end() == 0)
    expectRestored(terminal)
  }

  @Test("a terminal that goes away ends the explorer")
  func hangUp() throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.hangUp()
    #expect(terminal.end() == 128 + SIGHUP)
  }
}
