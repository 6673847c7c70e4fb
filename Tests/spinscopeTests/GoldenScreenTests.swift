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
    /// Whether the run is held against another.
    var isCompared = false
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
    Case(name: "texts-query", keys: "6/wrong<Space>sort:-conf"),
    Case(name: "texts-error", keys: "6/conf>high"),
    Case(name: "neuron-bottom", keys: "4jos"),
    Case(name: "run", keys: "7j"),
    Case(name: "typing", keys: "i<C-u>a fine day"),
    Case(name: "help", keys: "?"),
    Case(name: "command", keys: ":eta"),
    Case(name: "filter", keys: "3oo/w>0"),
    Case(name: "tour-probes", keys: ":tour 3<Enter>"),
    Case(name: "tour-selection-done", keys: ":tour 4<Enter>)"),
    Case(name: "tour-waterfall", keys: ":tour 8<Enter>"),
    Case(name: "map-cluster", keys: "2oo"),
    Case(name: "map-layer-scale", keys: "2svo"),
    Case(name: "help-end", keys: "5?G"),
    Case(name: "compared", keys: "j", isCompared: true),
    Case(name: "compared-texts", keys: "j<Enter>", isCompared: true),
    Case(name: "pinned", keys: "5Pji<C-u>a dull day<Enter>s"),
  ]
  static let sizes = [
    Size(columns: 40, rows: 10), Size(columns: 80, rows: 24),
    Size(columns: 120, rows: 40), Size(columns: 200, rows: 60),
  ]

  @Test("in plain text", arguments: cases, sizes)
  func plain(_ screen: Case, _ size: Size) throws {
    let canvas = try TinyRun.screen(screen, size)
    try compareWithGolden(
      canvas.lines.map { "\($0)|" }.joined(separator: "\n") + "\n",
      "\(screen.name)-\(size.columns)x\(size.rows).txt")
  }

  @Test("in ASCII", arguments: cases)
  func ascii(_ screen: Case) throws {
    var theme = TinyRun.mono
    theme.glyphs = .ascii
    let canvas = try TinyRun.screen(screen, Size(columns: 80, rows: 24), theme: theme)
    try compareWithGolden(
      canvas.lines.map { "\($0)|" }.joined(separator: "\n") + "\n", "\(screen.name)-ascii.txt")
  }

  @Test("in ASCII every cell is ASCII, at every size", arguments: cases, sizes)
  func asciiCells(_ screen: Case, _ size: Size) throws {
    var theme = TinyRun.mono
    theme.glyphs = .ascii
    let canvas = try TinyRun.screen(screen, size, theme: theme)
    #expect(canvas.lines.allSatisfy { line in line.allSatisfy(\.isASCII) })
    #expect(canvas.lines.allSatisfy { $0.count == size.columns })
  }

  @Test("in colour, as ANSI", arguments: [ColorDepth.ansi16, .ansi256, .direct])
  func colours(depth: ColorDepth) throws {
    var theme = Theme.builtIn
    theme.depth = depth
    for screen in Self.cases {
      let canvas = try TinyRun.screen(screen, Size(columns: 80, rows: 24), theme: theme)
      try compareWithGolden(canvas.ansi(depth: depth), "\(screen.name)-\(depth).ansi")
    }
  }
}

extension TinyRun {
  /// The picture of a case.
  fileprivate static func screen(
    _ screen: GoldenScreenTests.Case, _ size: Size, theme: Theme = mono
  ) throws -> Canvas {
    let played =
      screen.isCompared
      ? try compared(screen.keys, theme: theme) : try rehearsal(screen.keys, theme: theme)
    return ExplorerView(state: played.state).frame(size: size).canvas
  }
}
