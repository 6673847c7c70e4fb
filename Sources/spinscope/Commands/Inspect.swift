import ArgumentParser
import Foundation
import Probing
import Terminal

/// `spinscope inspect`: what something holds, and what is wrong with it.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a model folder, run, data file or theme holds, and what is wrong with it.",
    discussion: """
      A folder with run.json is a run, any other folder a model; .toml is a theme (or write its \
      name), any other file holds labelled texts. A theme is measured: contrast, order of \
      lightness, distances for colour-blind readers, at every number of colours; exit code 1 says \
      that something was found. Otherwise every part is shown, a broken one with what is wrong with \
      it after "!"; where the model or file cannot be used, that is the error too.
      """)

  @Argument(help: "A path, or the name of a model that fetch knows.")
  var path: String

  @OptionGroup(title: "Of a data file")
  var columns: ColumnOptions

  func run() throws {
    let url = URL(fileURLWithPath: path)
    switch url.pathExtension {
    case "toml": try inspectTheme(path)
    case _ where isFile(url): try inspectData()
    default:
      let runFile = url.appendingPathComponent("run.json").path
      if FileManager.default.fileExists(atPath: runFile) {
        try inspectRun(url)
      } else if !FileManager.default.fileExists(atPath: path), LookOptions.library.has(path) {
        try inspectTheme(path)
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

  /// Shows a run, and fails if a file that the summary does not need is damaged.
  private func inspectRun(_ folder: URL) throws(Failure) {
    let run = try openedRun(folder)
    try writeResult(RunSummary(run).text)
    let sums = RunSums(of: folder)
    let faults = sums.faults().filter { FileManager.default.fileExists(atPath: $0.path) }
    guard let first = faults.first else {
      guard sums.note == nil else { return }
      return try writeResult("\nfiles       \(grouped(sums.files.count)), each as it was written")
    }
    let more = faults.count > 1 ? ", and \(faults.count - 1) more" : ""
    throw Failure(.input, first.description + more)
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

  /// Shows a theme, and fails if it is hard to read.
  private func inspectTheme(_ name: String) throws(Failure) {
    var library = LookOptions.library
    // Parents of a file may stand beside it.
    library.directories.insert(URL(fileURLWithPath: name).deletingLastPathComponent(), at: 0)
    let loaded: LoadedTheme
    do { loaded = try library.load(name) } catch { throw Failure(.input, error.description) }
    let findings = loaded.findings.map(\.description)
    var facts = FactTable()
    facts.add("theme", "\(loaded.theme.name) · \(loaded.theme.variant.rawValue)")
    facts.add("warnings", loaded.warnings.isEmpty ? ["none"] : loaded.warnings)
    facts.add("findings", findings.isEmpty ? ["none"] : findings)
    try writeResult(facts.text)
    if !findings.isEmpty {
      let count = findings.count == 1 ? "1 finding" : "\(findings.count) findings"
      throw Failure(.failed, "\(shown(name)): \(count); each says what to write instead")
    }
  }
}
