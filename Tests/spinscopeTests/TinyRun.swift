import Foundation
import Probing
import Terminal

@testable import spinscope

/// The small run of `Tests/Oracles/make_run_fixture`, and states and pictures made from it.
enum TinyRun {
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures")

  static let folder = fixtures.appendingPathComponent("runs/tiny.spin")

  /// The same run with the features that the fixture leaves out, read anew from its texts.
  static let whole = Result { () throws -> URL in
    let copy = FileManager.default.temporaryDirectory
      .appendingPathComponent("tiny-\(UUID().uuidString).spin")
    try FileManager.default.copyItem(at: folder, to: copy)
    let run = try TinyRun.run()
    let loaded = try LoadedModel(of: run)
    let data = try DataSet(run.texts, from: "tiny.spin")
    let reading = try TextReading(
      loaded.folder, data, poolings: run.info.settings.poolings, isHalf: false, workers: 2)
    let maker = FeatureMaker(reading, folder: copy.appendingPathComponent("features"))
    _ = try maker.fill { _ in true }
    return copy
  }

  static func run() throws -> Run {
    var run = try Run(folder: folder)
    run.info.model.path = fixtures.appendingPathComponent("models/tiny-bert").path
    return run
  }

  /// The state after some keys, each with its effects done.
  static func state(_ keys: String = "", theme: Theme = mono) throws -> ExplorerState {
    try rehearsal(keys, theme: theme).state
  }

  static func rehearsal(_ keys: String, theme: Theme = mono) throws -> ExplorerRehearsal {
    let options = ExplorerState.Options(theme: theme, themes: ThemeSource().names)
    var rehearsal = ExplorerRehearsal(
      ExplorerState(RunIndex(try run()), options), folder: try whole.get())
    for key in try KeyNotation.parse(keys) { rehearsal.press(key) }
    return rehearsal
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
