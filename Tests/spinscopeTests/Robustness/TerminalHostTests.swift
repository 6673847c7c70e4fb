import Foundation
import Fuzzing
import Glibc
import Testing

/// A program that is a terminal inside of a terminal.
enum TerminalHost: String, CaseIterable, CustomTestStringConvertible {
  case tmux, screen

  var testDescription: String { rawValue }
  var isHere: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/\(rawValue)") }

  /// Without settings of this machine; `folder` is for its sockets.
  func arguments(_ command: [String]) -> [String] {
    let script = command.map { "'\($0)'" }.joined(separator: " ")
    return switch self {
    case .tmux: ["-u", "-L", "spinscope", "-f", "/dev/null", "new-session", script]
    case .screen: ["-U", "-S", "spinscope", "-c", "/dev/null"] + command
    }
  }

  /// What it is told from outside, to write its picture into a file.
  func picture(into file: String) -> String {
    switch self {
    case .tmux: "tmux -L spinscope capture-pane -p > '\(file)'"
    case .screen: "screen -S spinscope -X hardcopy '\(file)'"
    }
  }
}

@Suite("Inside of tmux and GNU screen", .serialized)
struct TerminalHostTests {
  /// The explorer in a window, and the shell that reads on when it has ended.
  private struct Window {
    let folder: URL
    let host: TerminalHost
    let terminal: PseudoTerminal
    private let environment: [String: String]

    init(_ host: TerminalHost) throws {
      self.host = host
      folder = try scratch()
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
      let script = folder.appendingPathComponent("script")
      try Data(
        """
        sh -c 'echo $$ > "\(folder.path)/process"; exec "$0" "$1"' "$1" "$2"
        echo "ended $?"; stty -a > "\(folder.path)/modes"; echo told; read go
        """.utf8
      ).write(to: script)
      environment = plainEnvironment.merging([
        "SCREENDIR": folder.path, "TMUX_TMPDIR": folder.path, "SHELL": "/bin/sh",
      ]) { $1 }
      terminal = try PseudoTerminal(
        "/usr/bin/\(host.rawValue)",
        host.arguments(["/bin/sh", script.path, Program.path, TinyRun.folder.path]),
        environment: environment, columns: 100, rows: 30)
    }

    var process: pid_t? {
      let text = try? String(contentsOf: folder.appendingPathComponent("process"), encoding: .utf8)
      return text.flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// Whether the picture comes to have `text`; GNU screen writes it in its own time.
    func shows(_ text: String) throws -> Bool {
      for _ in 0..<10 {
        let file = folder.appendingPathComponent("picture-\(UUID())")
        _ = try PseudoTerminal(
          "/bin/sh", ["-c", host.picture(into: file.path)], environment: environment
        ).end()
        usleep(100_000)
        // Of what is no ASCII it writes the lowest byte.
        let picture = String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
        if ("\n" + picture).contains(text) { return true }
      }
      return false
    }

    func close() {
      terminal.type("\n")
      _ = terminal.end()
      try? FileManager.default.removeItem(at: folder)
    }
  }

  @Test(
    "it draws, follows changes of size, and gives the window back however it ends",
    .enabled(if: TerminalHost.allCases.allSatisfy(\.isHere), "needs tmux and GNU screen"),
    arguments: TerminalHost.allCases, [0, SIGTERM, SIGSEGV, SIGKILL])
  func windows(host: TerminalHost, signal: Int32) throws {
    let window = try Window(host)
    defer { window.close() }
    let terminal = window.terminal
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.resize(columns: 90, rows: 28)
    terminal.type("2")
    #expect(terminal.wait(for: "probe weights"))
    #expect(try window.shows("Sentence") && window.shows("A1.17"))
    let process = try #require(window.process)
    if signal == 0 { terminal.type("q") } else { kill(process, signal) }
    #expect(terminal.wait(for: "told"))
    let ended = "\nended \(signal == 0 ? 0 : 128 + signal)"
    // Nobody can restore anything after SIGKILL: that shows that what is looked at can be broken.
    #expect(try window.shows(ended) == (signal != SIGKILL))
    let file = window.folder.appendingPathComponent("modes")
    let modes = try String(contentsOf: file, encoding: .utf8)
    #expect(modes.contains(" echo ") == (signal != SIGKILL))
    #expect(modes.contains("-icanon") == (signal == SIGKILL))
    Figures.add("ways out of tmux and GNU screen")
  }
}
