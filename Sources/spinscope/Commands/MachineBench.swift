import ArgumentParser
import Foundation
import Probing
import Tensors
import Terminal
import Transformers

/// `spinscope bench`: every part beside the ceiling that bounds it.
struct MachineBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "all",
    abstract: "Measure this machine's ceilings, and how near each part comes to them.",
    discussion: """
      Texts are made up, unless --data gives some. Shares of a rate say how much of the ceiling is \
      reached; shares of a time or of memory say how much of the limit is used. Other work on the \
      machine disturbs the figures.
      """)

  @Argument(help: "A model folder, or a name that fetch knows, such as minilm.")
  var model = DemoModel.name

  @Option(help: "Files of texts to read instead of made-up ones.")
  var data: [String] = []

  @OptionGroup var columns: ColumnOptions

  @Option(
    name: .customLong("run"),
    help: "A run whose screens are composed. Default: the built-in demo's, once it is made.")
  var runFolder: String?

  @Option(help: "Worker threads.")
  var threads: Int = availableWorkers()

  @Flag(help: "One JSON object a line.")
  var json = false

  func validate() throws {
    guard 1...64 ~= threads else { throw ValidationError("--threads must be 1 … 64") }
  }

  func run() throws {
    let folder = try ModelFetcher().locate(model)
    let loaded = try LoadedModel(folder: folder)
    let extraction = ExtractionBenchmark(loaded: loaded, workers: threads)
    var generated = GeneratedTexts()
    let sets = try textSets(&generated)
    // The peak is the process's: what reads texts goes first, what needs other memory later.
    for set in sets { _ = extraction.rounds(set.texts, repeats: 1) }
    let memory = try explaining { try MemoryBenchmark(folder: folder).measurement() }

    if !json { try writeResult("\(kernelName) kernels, \(threads) threads, \(folder.path)") }
    let ceilings = MachineCeilings(loaded.model.shape, workers: threads)
    for measurement in ceilings.measurements { try show(measurement) }
    try show(TokenizationBenchmark(tokenizer: loaded.tokenizer).measurement(sets[0].texts))
    for (texts, length) in [(1, 16), (1, 128), (32, 128)] {
      try show(extraction.batch(texts: texts, length: length, ceilings))
    }
    for set in sets { try show(extraction.mixed(set.name, set.texts, ceilings)) }
    for measurement in LatencyBenchmark(loaded: loaded, workers: threads).measurements(
      &generated, ceilings)
    {
      try show(measurement)
    }
    try show(try explaining { try LoadBenchmark(folder: folder).measurement() })
    try show(ProbeFitBenchmark().measurement(ceilings))
    try show(try screens())
    try show(memory)
  }

  private func textSets(
    _ generated: inout GeneratedTexts
  ) throws -> [(name: String, texts: [String])] {
    guard data.isEmpty else {
      let read = try explaining { try columns.source(data).read() }
      return [("your texts", read.texts.map(\.text))]
    }
    return [("mixed short", generated.short(512)), ("mixed long", generated.long(48))]
  }

  private func screens() throws -> Measurement? {
    let folder =
      runFolder.map { URL(fileURLWithPath: $0) }
      ?? DemoRun(.reviews, environment: ProcessInfo.processInfo.environment).folder
    guard runFolder != nil || FileManager.default.fileExists(atPath: folder.path) else {
      standardError(
        "spinscope: screens are not measured: no demo yet; start spinscope, or use --run")
      return nil
    }
    return ScreenBenchmark(run: try explaining { try Run(folder: folder) }).measurement()
  }

  private func show(_ measurement: Measurement?) throws {
    guard let measurement else { return }
    guard json else { return try writeResult(measurement.line) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try writeResult(String(decoding: try encoder.encode(measurement), as: UTF8.self))
  }
}
