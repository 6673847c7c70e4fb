import Foundation
import Probing
import Terminal

@testable import spinscope

/// The small run of `Tests/Oracles/make_run_fixture`, and states and pictures made from it.
enum TinyRun {
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures")

  static let folder = fixtures.appendingPathComponent("runs/tiny.spin")

  static func run() throws -> Run {
    var run = try Run(folder: folder)
    run.info.model.path = fixtures.appendingPathComponent("models/tiny-bert").path
    return run
  }

  /// The state after some keys, each with its effects done.
  static func state(_ keys: String = "", theme: Theme = mono) throws -> ExplorerState {
    Screenshot.state(after: try KeyNotation.parse(keys), try run(), folder: folder, theme: theme)
  }

  /// The screen after some keys.
  static func screen(_ keys: String, _ size: Size, theme: Theme = mono) throws -> Canvas {
    ExplorerView(state: try state(keys, theme: theme)).frame(size: size).canvas
  }

  static let mono: Theme = {
    var theme = Theme.builtIn
    theme.depth = .mono
    return theme
  }()
}
