import Foundation
import Synchronization
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
    Case(name: "brief", keys: "?j"),
    Case(name: "help", keys: "??"),
    Case(name: "command", keys: ":eta"),
    Case(name: "filter", keys: "3oo/w>0"),
    Case(name: "tour-probes", keys: ":tour 3<Enter>"),
    Case(name: "tour-selection-done", keys: ":tour 4<Enter>)"),
    Case(name: "tour-waterfall", keys: ":tour 8<Enter>"),
    Case(name: "map-cluster", keys: "2oo"),
    Case(name: "map-layer-scale", keys: "2svo"),
    Case(name: "help-end", keys: "5??G"),
    Case(name: "layers-poolings", keys: "oj"),
    Case(name: "run-depths", keys: "7o"),
    Case(name: "compared", keys: "j", isCompared: true),
    Case(name: "compared-texts", keys: "j<Enter>", isCompared: true),
    Case(name: "neuron-elsewhere", keys: "4c", isCompared: true),
    Case(name: "layers-guess", keys: "v"),
    Case(name: "layers-exit", keys: ",,"),
    Case(name: "layer-effect", keys: "3m"),
    Case(name: "layer-silenced", keys: "3mS"),
    Case(name: "words-neurons", keys: "5w"),
    Case(name: "slices", keys: "6wj"),
    Case(name: "pinned", keys: "5Pji<C-u>a dull day<Enter>s"),
  ]
  static let sizes = [
    Size(columns: 40, rows: 10), Size(columns: 80, rows: 24),
    Size(columns: 120, rows: 40), Size(columns: 200, rows: 60),
  ]

  @Test("in ASCII every cell is ASCII, at every size", arguments: cases, sizes)
  func ascii(_ screen: Case, _ size: Size) throws {
    var theme = TinyRun.mono
    theme.glyphs = .ascii
    let canvas = try TinyRun.screen(screen, size, theme: theme)
    #expect(canvas.lines.allSatisfy { line in line.allSatisfy(\.isASCII) })
    #expect(canvas.lines.allSatisfy { $0.count == size.columns })
    guard size == Size(columns: 80, rows: 24) else { return }
    try compareWithGolden(
      canvas.lines.map { "\($0)|" }.joined(separator: "\n") + "\n", "\(screen.name)-ascii.txt")
  }

  @Test("in mono, 16, 256 and all colours, at every size", arguments: cases)
  func colours(_ screen: Case) throws {
    var maps = ColorDepth.allCases.map { _ in StyleMap() }
    for size in Self.sizes {
      let name = "\(size.columns)x\(size.rows)"
      let plain = try TinyRun.screen(screen, size)
      try compareWithGolden(
        plain.lines.map { "\($0)|" }.joined(separator: "\n") + "\n", "\(screen.name)-\(name).txt")
      for depth in ColorDepth.allCases {
        var theme = Theme.builtIn
        theme.depth = depth
        var canvas = depth == .mono ? plain : try TinyRun.screen(screen, size, theme: theme)
        canvas.restrict(to: depth)
        maps[depth.rawValue].add(canvas, title: name, plain: plain)
      }
    }
    for depth in ColorDepth.allCases {
      try compareWithGolden(maps[depth.rawValue].text, "\(screen.name)-\(depth).styles")
    }
  }

  @Test("as ANSI escapes", arguments: [ColorDepth.ansi16, .ansi256, .direct])
  func escapes(depth: ColorDepth) throws {
    var theme = Theme.builtIn
    theme.depth = depth
    let canvas = try TinyRun.screen(
      Case(name: "map", keys: "2kll"), Size(columns: 80, rows: 24), theme: theme)
    try compareWithGolden(canvas.ansi(depth: depth), "map-\(depth).ansi")
  }
}

extension TinyRun {
  /// What was played, by the name of its case: the keys mean the same at every size and depth.
  private static let played = Mutex<[String: ExplorerState]>([:])

  /// The picture of a case.
  fileprivate static func screen(
    _ screen: GoldenScreenTests.Case, _ size: Size, theme: Theme = mono
  ) throws -> Canvas {
    var state = try played.withLock { played in
      if let known = played[screen.name] { return known }
      let rehearsal =
        try screen.isCompared ? compared(screen.keys) : rehearsal(screen.keys)
      played[screen.name] = rehearsal.state
      return rehearsal.state
    }
    state.theme = theme
    return ExplorerView(state: state).frame(size: size).canvas
  }
}
