import Foundation
import Testing

@testable import Terminal

struct ThemeLibraryTests {
  private static let themes = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("themes")

  @Test func `every file of the themes folder is compiled in as it stands`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.themes.path)
    #expect(Set(files) == Set(ThemeShipped.files.keys.map { "\($0).toml" }))
    for (name, bytes) in ThemeShipped.files {
      let data = try Data(contentsOf: Self.themes.appendingPathComponent("\(name).toml"))
      #expect(Array(data) == bytes, "\(name)")
    }
    #expect(ThemeLibrary(directories: []).names == ThemeShipped.files.keys.sorted())
  }

  @Test func `the user's folder comes first, then the user's data, then everybody's`() {
    let paths = ThemeLibrary(environment: [
      "XDG_CONFIG_HOME": "/c", "HOME": "/home/u", "XDG_DATA_DIRS": "/a:relative:/b",
    ]).directories.map(\.path)
    #expect(
      paths == ["/c", "/home/u/.local/share", "/a", "/b"].map { "\($0)/spinscope/themes" })
    #expect(
      ThemeLibrary(environment: [:]).directories.map(\.path)
        == ["/usr/local/share", "/usr/share"].map { "\($0)/spinscope/themes" })
  }

  @Test func `a file of the user stands before the one that is compiled in`() throws {
    try withFolder(["paper": "name = \"Mine\"", "own": "inherits = \"paper\""]) { folder in
      let library = ThemeLibrary(directories: [folder])
      let mine = try library.load("paper")
      #expect(mine.theme.name == "Mine")
      #expect(library.names.contains("own") && library.has("own") && !library.has("nobody"))
      let file = folder.appendingPathComponent("own.toml").path
      let own = try ThemeLibrary(directories: []).load(file)
      #expect(own.theme.variant == .light)
    }
  }

  @Test func `circles, missing themes and ways out of the folder are errors`() throws {
    try withFolder(["a": "inherits = \"b\"", "b": "inherits = \"a\"", "c": "= 3"]) { folder in
      let library = ThemeLibrary(directories: [folder])
      #expect(throws: ThemeError.cycle(["a", "b", "a"])) { _ = try library.load("a") }
      #expect(throws: ThemeError.self) { _ = try library.load("c") }
      let error = #expect(throws: ThemeError.self) { _ = try library.load("../etc/passwd") }
      #expect(error?.description.contains("one of a, ansi16-dark, ansi16-light, b, c") == true)
    }
  }

  private func withFolder(_ files: [String: String], _ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("spinscope-themes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appendingPathComponent("\(name).toml"))
    }
    try body(folder)
  }
}
