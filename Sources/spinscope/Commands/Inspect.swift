import ArgumentParser
import Foundation
import Probing
import Terminal

/// `spinscope inspect`: what something holds, and what is wrong with it.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a model folder, run, data file or theme holds, and what is wrong with it.",
    discussion: """
      A folder with run.json is a run, any other folder a model; .toml is a theme, .csv and .tsv \
      are labelled texts. Of a model every part is shown, a broken one with what is wrong with it \
      after "!"; where the model cannot be used, that is the error too.
      """)

  @Argument(help: "A path, or the name of a model that fetch knows.")
  var path: String

  func run() throws {
    let url = URL(fileURLWithPath: path)
    switch url.pathExtension {
    case "toml": try writeResult(theme(url))
    case "csv", "tsv": try writeResult(texts())
    default:
      let runFile = url.appendingPathComponent("run.json").path
      if FileManager.default.fileExists(atPath: runFile) {
        try writeResult(RunSummary(try explaining { try Run(folder: url) }).text)
      } else {
        try inspectModel(ModelFetcher().locate(path))
      }
    }
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

  private func texts() throws(Failure) -> String {
    let data = try explaining { try DataSource(files: [path]).read() }
    let lengths = data.texts.map { $0.text.split(whereSeparator: \.isWhitespace).count }.sorted()
    let middle = lengths[lengths.count / 2]
    var lines = [
      "texts       \(grouped(data.texts.count)), \(middle) words in the middle, "
        + "\(grouped(lengths.last ?? 0)) at most",
      "splits      \(data.isSplitBySeed ? "drawn with seed 42" : "given by the file")",
    ]
    for (k, name) in data.classes.enumerated() {
      let counts = Split.allCases.map { split in
        let labels = data.labels(at: data.indices(of: split))
        return "\(grouped(labels.count { $0 == k })) \(split.rawValue)"
      }
      lines.append("class       \(shown(name)): \(counts.joined(separator: ", "))")
    }
    lines.append(
      "overlap     \(grouped(data.overlap)) validation and test texts stand in train too")
    return lines.joined(separator: "\n")
  }
}
