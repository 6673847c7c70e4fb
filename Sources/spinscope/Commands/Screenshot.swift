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

  @OptionGroup var look: LookOptions

  func run() throws {
    let size = try parsedSize()
    let pressed: [Key]
    do throws(KeyNotationError) { pressed = try KeyNotation.parse(keys) } catch {
      throw Failure(.usage, error.description)
    }
    let run = try explaining { try Run(folder: URL(fileURLWithPath: folder)) }
    var theme = try look.theme()
    // Plain text has no colours to show magnitudes by, so glyphs must.
    theme.depth = format == .text ? .mono : .direct
    if let noColor = ProcessInfo.processInfo.environment["NO_COLOR"], !noColor.isEmpty {
      theme.depth = .mono
    }
    let state = Self.state(after: pressed, run, folder: URL(fileURLWithPath: folder), theme: theme)
    try write(rendered(ExplorerView(state: state).frame(size: size).canvas, theme))
  }

  /// The state after some keys, with every effect done before the next key.
  static func state(
    after keys: [Key], _ run: Run, folder: URL, theme: Theme
  ) -> ExplorerState {
    var state = ExplorerState(RunIndex(run), theme: theme)
    var work = EngineWork(run: run, folder: folder, explainer: nil)
    func perform(_ action: ExplorerAction) {
      for case .ask(let request, let ticket) in state.update(action) {
        if let answer = work.result(of: request, ticket) { perform(answer) }
      }
    }
    do throws(Failure) {
      work.explainer = try ExplorerEngine.explainer(for: run)
      perform(.modelReady)
    } catch {
      perform(.modelMissing(error.message))
    }
    for key in keys {
      if let action = ActionTable.action(for: key, in: state) { perform(action) }
    }
    return state
  }

  private func rendered(_ canvas: Canvas, _ theme: Theme) -> String {
    switch format {
    case .text: canvas.text
    case .ansi: canvas.ansi(depth: theme.depth)
    case .svg:
      theme.variant == .light
        ? canvas.svg(
          title: "SpinScope", background: .rgb(0xFA, 0xFA, 0xF7), foreground: .rgb(0x22, 0x26, 0x2E)
        )
        : canvas.svg(title: "SpinScope")
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
    do { try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic) } catch {
      throw Failure(.failed, "\(output): cannot be written: \(error.localizedDescription)")
    }
  }
}
