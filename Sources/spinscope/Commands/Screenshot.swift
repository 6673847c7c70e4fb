import ArgumentParser
import Foundation
import Probing
import Terminal

/// `spinscope screenshot`: the explorer's screen without a terminal.
struct Screenshot: ParsableCommand {
  /// What to write.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, ansi, svg
  }

  static let configuration = CommandConfiguration(
    commandName: "screenshot",
    abstract: "Draw the explorer's screen as text, ANSI or SVG, without a terminal.")

  @Argument(help: ArgumentHelp("A run folder, NAME.spin.", valueName: "run"))
  var folder: String

  @Option(help: "Columns and rows.")
  var size = "80x24"

  @Option(help: "Keys to press first, such as \"2jj<Enter>\"; <Esc>, <C-w> and so on are keys.")
  var keys = ""

  @Option(help: "text, ansi or svg.")
  var format = Format.text

  @Option(
    name: [.short, .customLong("output")], help: "A file to write. Default: standard output.")
  var output: String?

  @OptionGroup var view: ViewOptions
  @OptionGroup var lookOptions: LookOptions

  func run() throws {
    let size = try parsedSize()
    let pressed: [Key]
    do throws(KeyNotationError) { pressed = try KeyNotation.parse(keys) } catch {
      throw Failure(.usage, error.description)
    }
    let run = try openedRun(URL(fileURLWithPath: folder))
    let look = try lookOptions.look()
    let theme = look.theme(depth: depth(look), ground: nil)
    var state = ExplorerState(
      RunIndex(run), ExplorerState.Options(theme: theme, themes: ThemeSource().names))
    try view.apply(to: &state)
    var rehearsal = ExplorerRehearsal(state, folder: URL(fileURLWithPath: folder))
    for key in pressed { rehearsal.press(key) }
    var canvas = ExplorerView(state: rehearsal.state).frame(size: size).canvas
    canvas.restrict(to: theme.depth)
    try write(rendered(canvas, rehearsal.state.theme))
  }

  /// Plain text has no colours to show magnitudes by, so glyphs must.
  private func depth(_ look: Look) -> ColorDepth {
    if format == .text { return .mono }
    let noColor = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
    return look.depth ?? (noColor.isEmpty ? .direct : .mono)
  }

  private func rendered(_ canvas: Canvas, _ theme: Theme) -> String {
    switch format {
    case .text: canvas.text
    case .ansi: canvas.ansi(depth: theme.depth)
    case .svg: canvas.svg(title: "SpinScope", theme: theme)
    }
  }

  private func parsedSize() throws(Failure) -> Size {
    let parts = size.split(separator: "x").compactMap { Int($0) }
    guard parts.count == 2, 1...1000 ~= parts[0], 1...1000 ~= parts[1] else {
      throw Failure(.usage, "--size \(shown(size)): expected COLUMNSxROWS, such as 120x40")
    }
    return Size(columns: parts[0], rows: parts[1])
  }

  private func write(_ text: String) throws(Failure) {
    guard let output else {
      try writeResult(text.hasSuffix("\n") ? String(text.dropLast()) : text)
      return
    }
    try writeFile(output, text)
  }
}
