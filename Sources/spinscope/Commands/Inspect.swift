import ArgumentParser
import Foundation
import Probing
import Terminal

/// `spinscope inspect`: what something holds, and what is wrong with it.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a model folder, run, data file or theme holds, and what is wrong with it.",
    discussion: """
      A folder with run.json is a run, any other folder a model; .toml is a theme (or \
      write its name), .csv and .tsv are labelled texts. A theme is measured: contrast, order of \
      lightness, distances for colour-blind readers, at every number of colours; exit code 1 says \
      that something was found. Of a model every part is shown, a broken one with what is wrong with it \
      after "!"; where the model cannot be used, that is the error too.
      """)

  @Argument(help: "A path, or the name of a model that fetch knows.")
  var path: String

  func run() throws {
    let url = URL(fileURLWithPath: path)
    switch url.pathExtension {
    case "toml": try inspectTheme(path)
    case "csv", "tsv": try writeResult(texts())
    default:
      let runFile = url.appendingPathComponent("run.json").path
      if FileManager.default.fileExists(atPath: runFile) {
        try writeResult(RunSummary(try explaining { try Run(folder: url) }).text)
      } else if !FileManager.default.fileExists(atPath: path), LookOptions.library.has(path) {
        try inspectTheme(path)
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
