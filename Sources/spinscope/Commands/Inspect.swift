import ArgumentParser
import Foundation
import Probing
import Terminal

/// `spinscope inspect`: what something holds, and what is wrong with it.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a model folder, run, data file or theme holds, and what is wrong with it.",
    discussion: """
      A folder with run.json is a run, any other folder a model; .toml is a theme, any other file \
      holds labelled texts. Every part is shown, a broken one with what is wrong with it after "!"; \
      where the model or file cannot be used, that is the error too.
      """)

  @Argument(help: "A path, or the name of a model that fetch knows.")
  var path: String

  @OptionGroup(title: "Of a data file")
  var columns: ColumnOptions

  func run() throws {
    let url = URL(fileURLWithPath: path)
    switch url.pathExtension {
    case "toml": try writeResult(theme(url))
    case _ where isFile(url): try inspectData()
    default:
      let runFile = url.appendingPathComponent("run.json").path
      if FileManager.default.fileExists(atPath: runFile) {
        try writeResult(RunSummary(try explaining { try Run(folder: url) }).text)
      } else {
        try inspectModel(ModelFetcher().locate(path))
      }
    }
  }

  /// Whether there is something that is no folder; a pipe is a file.
  private func isFile(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      && !isFolder.boolValue
  }

  private func inspectData() throws(Failure) {
    let facts = DataFacts(columns.source([path]))
    if !facts.text.isEmpty { try writeResult(facts.text) }
    if let failure = facts.failure { throw failure }
  }

  /// Shows every part of a model that can be read, then fails if one that is needed cannot.
  private func inspectModel(_ folder: URL) throws(Failure) {
    let facts = ModelFacts(folder: folder)
    if !facts.isEmpty { try writeResult(facts.text) }
    if let failure = facts.failure { throw failure }
  }

  private func theme(_ url: URL) throws(Failure) -> String {
    let library = ThemeLibrary(directories: [url.deletingLastPathComponent()])
    let loaded: LoadedTheme
    do { loaded = try library.load(url.deletingPathExtension().lastPathComponent) } catch {
      throw Failure(.input, error.description)
    }
    let facts = "theme       \(shown(loaded.theme.name)) · \(loaded.theme.variant.rawValue)"
    let warnings = loaded.warnings.map { "warning     \(shown($0))" }
    return ([facts] + (warnings.isEmpty ? ["warnings    none"] : warnings)).joined(separator: "\n")
  }
}
