import Foundation
import Testing

@testable import Terminal

struct ThemeTests {
  private let library = ThemeLibrary(directories: [])

  @Test func `a missing role is its parent's, then the built-in one, then plain text`() throws {
    let loaded = try load(
      """
      [base]
      foreground = "#ffffff"
      accent = "#00ff00"
      [roles]
      "text" = { fg = "#111111", bold = true }
      "bar" = "accent"
      """)
    let theme = loaded.theme
    #expect(theme["text.dim"].foreground == .rgb(0x11, 0x11, 0x11))
    #expect(theme["bar.best"].foreground == .rgb(0, 255, 0))
    #expect(theme["selection"].reverse)
    #expect(theme["hint.key"].foreground == .rgb(0, 255, 0) && theme["hint.key"].bold)
    #expect(theme["class.7"].foreground == .rgb(255, 255, 255))
    #expect(theme["no.such.role"] == Style(foreground: .rgb(255, 255, 255)))
    #expect(loaded.warnings == [])
  }

  @Test func `what is not understood is a warning with its key`() throws {
    let loaded = try load(
      """
      schema = 2
      colour = "red"
      [base]
      primary = "#fff"
      accent = "nope"
      [roles]
      "text" = { fg = "nowhere", blink = true }
      "textt" = "accent"
      [ramps]
      signed = { map = "rainbow" }
      """)
    for key in [
      "schema", "colour", "base.primary", "base.accent", "nowhere", "blink", "textt", "rainbow",
    ] {
      #expect(loaded.warnings.contains { $0.contains(key) }, "\(key)")
    }
    #expect(loaded.theme.ramp("signed").isDiverging)
  }

  @Test func `a child changes the colours that its parent's roles name`() throws {
    let parent = try library.load("default-dark").theme
    let child = try load("inherits = \"default-dark\"\n[base]\naccent = \"#ff0000\"\n").theme
    #expect(child["border.focus"].foreground == .rgb(255, 0, 0))
    #expect(child["border"] == parent["border"])
    #expect(child.variant == .dark)
  }

  @Test func `roles in a circle end`() throws {
    let theme = try load("[roles]\n\"text\" = \"title\"\n\"title\" = \"text\"\n").theme
    #expect(theme["text"] == Style())
  }

  @Test func `colours are read in every notation`() {
    #expect(Color(notation: "#fff") == .rgb(255, 255, 255))
    #expect(Color(notation: "#0a0B0c") == .rgb(10, 11, 12))
    #expect(Color(notation: "256:67") == .palette(67))
    #expect(Color(notation: "ansi:blue") == .palette(4))
    #expect(Color(notation: "ansi:bright-black") == .palette(8))
    #expect(Color(notation: "default") == .terminal)
    for bad in ["", "#", "#ff", "#gggggg", "256:256", "256:-1", "ansi:pink", "red", "#+12"] {
      #expect(Color(notation: bad) == nil, "\(bad)")
    }
  }

  private func load(_ text: String) throws -> LoadedTheme {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("spinscope-theme-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(text.utf8).write(to: folder.appendingPathComponent("theme.toml"))
    return try ThemeLibrary(directories: [folder]).load("theme")
  }
}
