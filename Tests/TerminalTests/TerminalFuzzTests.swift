import Foundation
import Fuzzing
import Terminal
import Testing

@Suite("Files and words that are no good for a terminal")
struct TerminalFuzzTests {
  @Test("any bytes are a theme, perhaps with warnings, or an error in a line")
  func themes() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("themes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let shipped = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("themes")
    let corpus = try ["default-dark", "paper", "ansi16-dark", "mono"].map {
      Array(try Data(contentsOf: shipped.appendingPathComponent("\($0).toml")))
    }
    let library = ThemeLibrary(directories: [folder, shipped])
    let file = folder.appendingPathComponent("fuzzed.toml")
    var fuzzer = Fuzzer("theme.toml", corpus: corpus, rounds: 150)
    try fuzzer.run { bytes in
      try Data(bytes).write(to: file)
      let lines: [String]
      do {
        let loaded = try library.load("fuzzed")
        for role in ["text", "border.focus", "class.3", "nothing"] { _ = loaded.theme[role] }
        for ramp in ["salience", "signed"] { _ = loaded.theme.ramp(ramp) }
        lines = loaded.warnings
      } catch {
        lines = ["\(error)"]
      }
      for line in lines { #expect(sanitized(line) == line, "\(line)") }
    }
  }

  @Test("any word is a sequence of keys, or refused")
  func keys() throws {
    let corpus = ["<C-u>a fine day<Enter>", "<F12><A-x><lt>", "<Up><S-Tab>jjkk<Esc>", "<C-<C-x"]
    var fuzzer = Fuzzer("keys.txt", corpus: corpus.map { Array($0.utf8) }, rounds: 3_000)
    try fuzzer.run { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard let keys = try? KeyNotation.parse(text) else { return }
      let again = try? KeyNotation.parse(KeyNotation.print(keys))
      #expect(again == keys, "\(text)")
    }
  }

  @Test("any text has cells that no control character is in, and as many columns as it says")
  func texts() throws {
    let corpus = [
      "a\u{1B}[31mb\u{202E}c", "日本 e\u{301}\u{301}\u{301} 🙂\u{FE0F}\u{200D}👩", "\t\r\n\u{0}",
    ]
    var fuzzer = Fuzzer("cells.txt", corpus: corpus.map { Array($0.utf8) }, rounds: 2_000)
    try fuzzer.run { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      let shown = sanitized(text)
      #expect(shown.unicodeScalars.allSatisfy { !isHostile($0) }, "\(Array(shown.unicodeScalars))")
      var canvas = Canvas(size: Size(columns: 40, rows: 1))
      canvas.write(text, x: 3, y: 0, maxWidth: 30)
      #expect(canvas[0, 0].text == " " && canvas[33, 0].text == " ")
    }
  }

  private func isHostile(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
    default: false
    }
  }
}
