import Foundation
import Fuzzing
import Tensors
import Testing

/// A night at the keyboard, in some seconds; `SPINSCOPE_KEYS` says how many keys.
@Suite("Keys do not make the explorer grow", .serialized)
struct MemoryTests {
  private static let keys =
    ProcessInfo.processInfo.environment["SPINSCOPE_KEYS"].flatMap { Int($0) } ?? 1_000
  private static let parts = 10

  private static let moves = [
    "j", "k", "h", "l", "1", "2", "3", "4", "5", "6", "7", "(", ")", "{", "}", "\t", "H", "L", "u",
    "s", "p", "o", "c", "n", "g", "G", "?", "\u{1B}[A", "\u{1B}[B", "\r", "\u{1B}[<0;30;5M",
    "/w>0\r", "/\u{15}\r", ":eta 0.4\r", "i good film", "i\u{15}not bad", "t", "\u{7F}", "\u{12}",
    "0", "+", "-", "v", "P", "d", "r", "y", "T", ":theme moss\r", ":theme neon\r", ":theme dawn\r",
    "i\u{1B}[A\u{1B}[A",
  ]

  /// A folder that the explorer may write to, and from which the run's model is found.
  private func place() throws -> URL {
    let folder = try scratch()
    try FileManager.default.createSymbolicLink(
      at: folder.appendingPathComponent("Tests"),
      withDestinationURL: Program.root.appendingPathComponent("Tests"))
    return folder
  }

  @Test("over all of its screens, prompts and themes, with a model that answers")
  func growth() throws {
    let folder = try place()
    defer { try? FileManager.default.removeItem(at: folder) }
    let terminal = try explorer(
      ["COLORTERM": "truecolor"], run: TinyRun.whole.get().path, folder: folder.path)
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.type("5i\u{15}a good film")
    #expect(terminal.wait(for: "= logit"))
    terminal.type("\u{1B}")
    var random = SplitMix64(seed: 3)
    var sent = 0
    var sizes: [Int] = []
    for part in 1...Self.parts {
      while sent < Self.keys * part / Self.parts { sent += press(terminal, &random) }
      terminal.drain(milliseconds: 1_000)
      sizes.append(try residentKilobytes(terminal.process))
    }
    // What is kept of the first keys (caches, colours, history) is kept once.
    let growth = sizes[Self.parts - 1] - sizes[Self.parts / 5 - 1]
    #expect(growth < 4_000, "\(sizes) kB")
    Figures.add("keys pressed in one explorer", sent)
    Figures.add("kB that it grew from the first fifth of them to the last", max(0, growth))
    Figures.add("kB that it took after the last", sizes[Self.parts - 1])
    // A prompt and what is being computed take a Ctrl-C each for themselves, and a slow machine may
    // have keys to read yet.
    var status: Int32?
    for _ in 0..<60 where status == nil {
      terminal.type("\u{03}")
      status = terminal.end(seconds: 1)
    }
    #expect(status == 0 || status == 130)
  }

  /// Makes one of the moves.
  ///
  /// - Returns: how many keys it was.
  private func press(_ terminal: PseudoTerminal, _ random: inout SplitMix64) -> Int {
    defer { terminal.forget() }
    let move = Self.moves.randomElement(using: &random) ?? "j"
    terminal.type(move)
    guard "?tTi/:".contains(move.prefix(1)) else { return move.unicodeScalars.count }
    // An escape is a key of its own only when nothing follows at once.
    terminal.drain(milliseconds: 2)
    terminal.type("\u{1B}")
    terminal.drain(milliseconds: 35)
    return move.unicodeScalars.count + 1
  }

  private func residentKilobytes(_ process: pid_t) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
  }
}
