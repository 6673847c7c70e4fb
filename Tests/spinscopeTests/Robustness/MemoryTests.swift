import Foundation
import Fuzzing
import Tensors
import Testing

/// A night at the keyboard, in a few seconds; `SPINSCOPE_KEYS` says how many keys.
@Suite("Keys do not make the explorer grow", .serialized)
struct MemoryTests {
  private static let keys =
    ProcessInfo.processInfo.environment["SPINSCOPE_KEYS"].flatMap { Int($0) } ?? 3_000

  private static let moves = [
    "j", "k", "h", "l", "1", "2", "3", "4", "5", "6", "7", "(", ")", "{", "}", "\t", "H", "L", "u",
    "s", "p", "o", "c", "n", "g", "G", "?", "\u{1B}[A", "\u{1B}[B", "\r", "\u{1B}[<0;30;5M",
    "/w>0\r", "/\u{15}\r", ":eta 0.4\r", "i good film", "i\u{15}not bad", "t", "\u{7F}", "\u{12}",
    "0", "+", "-", "v", "P", "d", "r", "y", "T", ":theme moss\r", ":theme neon\r", ":theme dawn\r",
    "i\u{1B}[A\u{1B}[A",
  ]

  @Test("over all of its screens, prompts and themes")
  func growth() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let terminal = try explorer(folder: folder.path)
    #expect(terminal.wait(for: "Probe accuracy"))
    var random = SplitMix64(seed: 3)
    var sent = 0
    var sizes: [Int] = []
    for part in 1...5 {
      while sent < Self.keys * part / 5 {
        let move = Self.moves.randomElement(using: &random) ?? "j"
        terminal.type(move)
        sent += move.unicodeScalars.count
        // An escape is a key of its own only when nothing follows at once.
        if "?tTi/:".contains(move.prefix(1)) {
          terminal.drain(milliseconds: 2)
          terminal.type("\u{1B}")
          terminal.drain(milliseconds: 35)
          sent += 1
        }
        terminal.forget()
      }
      terminal.drain(milliseconds: 1_000)
      sizes.append(try residentKilobytes(terminal.process))
    }
    // What is kept of the first fifth (caches, colours, history) is kept once.
    #expect(sizes[4] < sizes[0] + 4_000, "\(sizes) kB")
    Figures.add("keys pressed in one explorer", sent)
    Figures.add("kB that it grew from the first fifth to the last", max(0, sizes[4] - sizes[0]))
    terminal.drain(milliseconds: 100)
    terminal.type("\u{03}")
    terminal.drain(milliseconds: 100)
    terminal.type("\u{03}")
    #expect(terminal.end() == 0)
  }

  private func residentKilobytes(_ process: pid_t) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
  }
}
