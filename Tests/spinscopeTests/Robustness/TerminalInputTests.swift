import Foundation
import Fuzzing
import Glibc
import Testing

@Suite("Anything may come from the terminal", .serialized)
struct TerminalInputTests {
  @Test("a megabyte is pasted, into the sentence and outside of it", arguments: ["i", ""])
  func paste(first: String) throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.type(first + "\u{1B}[200~")
    terminal.type(
      Array(repeating: Array("bad \u{1B}]0;x\u{07} film\n".utf8), count: 64_000).flatMap(\.self))
    terminal.type("\u{1B}[201~")
    // An escape is a key of its own only when nothing follows at once, so a slow machine, which is
    // still drawing what was pasted, may need another try.
    for _ in 0..<20 where !terminal.has("probe weights") {
      terminal.type(first.isEmpty ? "" : "\u{1B}")
      terminal.drain(milliseconds: 300)
      terminal.type("2")
      terminal.drain(milliseconds: 3_000, until: "probe weights")
    }
    #expect(terminal.has("probe weights"))
    #expect(!terminal.has("\u{1B}]0;x"))
    terminal.type("\u{03}")
    #expect(terminal.end() == 0)
    #expect(terminal.modes == .fresh && terminal.hasItsModes)
  }

  @Test("a paste that is never ended gives the keys back")
  func openPaste() throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    terminal.type("\u{1B}[200~half")
    terminal.drain(milliseconds: 800)
    terminal.type("2")
    #expect(terminal.wait(for: "probe weights"))
    terminal.type("q")
    #expect(terminal.end() == 0)
  }

  @Test("a sequence is cut in two at any byte", arguments: ["\u{1B}[<0;5;1M", "\u{1B}[<64;5;9M"])
  func halves(sequence: String) throws {
    let terminal = try explorer()
    #expect(terminal.wait(for: "Probe accuracy"))
    let bytes = Array(sequence.utf8)
    for cut in 1..<bytes.count {
      terminal.type(Array(bytes[..<cut]))
      // Shorter than the wait that takes a lone escape for a key.
      terminal.drain(milliseconds: cut < 3 ? 8 : 60)
      terminal.type(Array(bytes[cut...]))
    }
    terminal.type("2")
    #expect(terminal.wait(for: "probe weights"))
    terminal.type("q")
    #expect(terminal.end() == 0)
  }

  @Test("a sequence that is never ended is let go")
  func open() throws {
    for start in [
      "\u{1B}[<", "\u{1B}[<0;", "\u{1B}]11;rgb:", "\u{1B}[?2026;", "\u{1B}[1;", "\u{1B}",
    ] {
      let terminal = try explorer()
      #expect(terminal.wait(for: "Probe accuracy"))
      terminal.type(start)
      terminal.drain(milliseconds: 1_200)
      terminal.type("2")
      #expect(terminal.wait(for: "probe weights"))
      terminal.type("q")
      #expect(terminal.end() == 0)
    }
  }

  @Test("random bytes, keys and parts of sequences")
  func noise() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    var mutator = Mutator(corpus: Self.corpus, seed: 9)
    var bytes = 0
    for _ in 0..<(Fuzzer.isLong ? 200 : 8) {
      let terminal = try explorer(folder: folder.path)
      #expect(terminal.wait(for: "Probe accuracy"))
      for _ in 0..<40 {
        let keys = mutator.next()
        bytes += keys.count
        terminal.type(keys)
      }
      // It may have been told to quit; else it still listens. A prompt, a paste without an end and what
      // is being computed take a Ctrl-C each for themselves.
      var status: Int32?
      // On a busy machine all that was typed takes its time.
      for _ in 0..<150 where status == nil {
        terminal.type("\u{03}")
        status = terminal.end(seconds: 1)
      }
      // On its way out the terminal is its own again, and Ctrl-C a signal.
      #expect(status == 0 || status == 130)
      #expect(terminal.modes == .fresh && terminal.hasItsModes)
    }
    Figures.add("bytes of random terminal input", bytes)
  }

  private static let corpus: [[UInt8]] =
    [
      "1234567", "jjkkllhh", "i some words\u{1B}", "/w>0\r", ":eta 0.4\r", "\u{1B}[A\u{1B}[B",
      "\u{1B}[<0;10;5M\u{1B}[<0;10;5m", "\u{1B}[<64;1;1M", "\u{1B}[200~pasted\u{1B}[201~",
      "\u{1B}[I\u{1B}[O", "\u{1B}]11;rgb:0000/0000/0000\u{1B}\\", "\u{1B}[?62;22c",
      "\u{1B}[?2026;2$y", "\u{1B}OP\u{1B}[15~", "\t\u{1B}[Z", "()(){}", "?\u{1B}", "t\u{1B}",
      "H\u{7F}L", "éöü日本🙂",
    ].map { Array($0.utf8) } + [(0...255).map { UInt8($0) }.filter { $0 != 3 }]
}
