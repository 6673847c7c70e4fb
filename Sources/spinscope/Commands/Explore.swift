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

  @OptionGroup var lookOptions: LookOptions

  func run() throws {
    let look = try lookOptions.look()
    if folder == nil { try Self.requireTerminal() }
    let place = folder.map { URL(fileURLWithPath: $0) } ?? Demo().run
    let opened =
      try folder == nil ? Demo().open() : explaining { try Run(folder: place) }
    try Self.requireTerminal()
    let signal = try MainActor.assumeIsolated { () throws(Failure) -> Int32? in
      var app = try ExplorerApp(opened, folder: place, look: look)
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
