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

  /// A run on the same texts whose head is the first exit's: another that it can be held against.
  static let other = Result { () throws -> URL in
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString)/shallow.spin")
    try FileManager.default.createDirectory(
      at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: whole.get(), to: folder)
    var run = try TinyRun.run()
    run.info.chosen.depth = run.exits[0].depth
    let read = run.head.neurons
    run.neurons.removeAll { !read.contains($0.neuron) }
    try run.write(to: folder)
    return folder
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

  /// The same, held against the other run.
  static func compared(_ keys: String = "", theme: Theme = mono) throws -> ExplorerRehearsal {
    var rehearsal = try rehearsal("", theme: theme)
    rehearsal.perform(.compare(try other.get().path))
    for key in try KeyNotation.parse(keys) { rehearsal.press(key) }
    return rehearsal
  }

  /// What answers the questions of the tiny run.
  static func work() throws -> EngineWork {
    let run = try run()
    var work = EngineWork(run, folder: try whole.get())
    work.explainer = try ExplorerEngine.explainer(for: run)
    return work
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
