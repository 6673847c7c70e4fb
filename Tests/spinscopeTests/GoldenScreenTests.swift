import Foundation
import Terminal
import Testing

@testable import spinscope

/// Whole screens against files that people have looked at.
///
/// `UPDATE_GOLDENS=1 swift test --filter GoldenScreenTests` writes them anew; read the difference.
@Suite("Screens look as they did")
struct GoldenScreenTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var keys: String
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "layers", keys: ""),
    Case(name: "layers-hidden-max", keys: "spp)j"),
    Case(name: "map", keys: "2kll"),
    Case(name: "layer", keys: "3j(("),
    Case(name: "neuron", keys: "4"),
    Case(name: "sentence", keys: "5"),
    Case(name: "texts", keys: "6jj"),
    Case(name: "texts-query", keys: "6/<Space>wrong<Space>sort:-conf"),
    Case(name: "texts-error", keys: "6/<Space>conf>high"),
    Case(name: "neuron-bottom", keys: "4jts"),
    Case(name: "run", keys: "7j"),
    Case(name: "typing", keys: "i<C-u>a fine day"),
    Case(name: "help", keys: "?"),
  ]
  static let sizes = [
    Size(columns: 40, rows: 10), Size(columns: 80, rows: 24),
    Size(columns: 120, rows: 40),
  ]

  @Test("in plain text", arguments: cases, sizes)
  func plain(_ screen: Case, _ size: Size) throws {
    let canvas = try TinyRun.screen(screen.keys, size)
    try compare(
      canvas.lines.map { "\($0)|" }.joined(separator: "\n") + "\n",
      "\(screen.name)-\(size.columns)x\(size.rows).txt")
  }

  @Test("in ASCII", arguments: cases)
  func ascii(_ screen: Case) throws {
    var theme = TinyRun.mono
    theme.glyphs = .ascii
    let canvas = try TinyRun.screen(screen.keys, Size(columns: 80, rows: 24), theme: theme)
    try compare(
      canvas.lines.map { "\($0)|" }.joined(separator: "\n") + "\n", "\(screen.name)-ascii.txt")
  }

  @Test("in colour, as ANSI", arguments: [ColorDepth.ansi16, .ansi256, .direct])
  func colours(depth: ColorDepth) throws {
    var theme = Theme.builtIn
    theme.depth = depth
    for screen in Self.cases where ["map", "sentence"].contains(screen.name) {
      let canvas = try TinyRun.screen(screen.keys, Size(columns: 80, rows: 24), theme: theme)
      try compare(canvas.ansi(depth: depth), "\(screen.name)-\(depth).ansi")
    }
  }

  private func compare(_ text: String, _ name: String) throws {
    let file = TinyRun.fixtures.appendingPathComponent("golden/\(name)")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      return
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text.split(separator: "\n") == golden.split(separator: "\n"), "golden/\(name)")
  }
}
