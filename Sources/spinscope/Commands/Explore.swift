import ArgumentParser
import Foundation
import Probing
import Terminal

/// `spinscope`: the explorer, on a run or on the built-in demo.
struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open the explorer on a run; without one, on the built-in demo.")

  @Argument(
    help: ArgumentHelp(
      "A run folder, NAME.spin. Default: the demo, made on the first start.", valueName: "run"))
  var folder: String?

  @OptionGroup var look: LookOptions

  func run() throws {
    let theme = try look.theme()
    if folder == nil { try Self.requireTerminal() }
    let place = folder.map { URL(fileURLWithPath: $0) } ?? Demo().run
    let opened =
      try folder == nil ? Demo().open() : explaining { try Run(folder: place) }
    try Self.requireTerminal()
    let signal = try MainActor.assumeIsolated { () throws(Failure) -> Int32? in
      var app = try ExplorerApp(opened, folder: place, theme: theme)
      return app.run()
    }
    if let signal { endProcess(bySignal: signal) }
  }

  /// Asked before the demo is made, and before the model is loaded.
  private static func requireTerminal() throws(Failure) {
    guard isatty(FileHandle.standardOutput.fileDescriptor) == 1 else {
      throw Failure(
        .terminal,
        "the explorer needs a terminal; 'spinscope report' and 'spinscope screenshot' do not")
    }
  }
}

/// How screens look.
struct LookOptions: ParsableArguments {
  @Option(
    name: .customLong("theme"), help: "A theme's name or file; $SPINSCOPE_THEME is the default.")
  var themeName: String?

  /// The theme that is asked for.
  func theme() throws(Failure) -> Theme {
    let environment = ProcessInfo.processInfo.environment
    var theme = Theme.builtIn
    if let name = themeName ?? environment["SPINSCOPE_THEME"].flatMap({ $0.isEmpty ? nil : $0 }) {
      let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      do {
        let loaded = try ThemeLibrary(environment: environment, executable: executable).load(name)
        for warning in loaded.warnings { standardError("spinscope: \(warning)") }
        theme = loaded.theme
      } catch {
        throw Failure(.input, error.description)
      }
    }
    if GlyphSet.detect(environment: environment) == .ascii { theme.glyphs = .ascii }
    return theme
  }
}
