import ArgumentParser
import Foundation
import Probing
import Tensors

/// `spinscope bench extract`: rounds of reading texts, when they are asked for.
struct ExtractBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Time rounds of reading texts, with pooling of every layer.",
    discussion: """
      One JSON object a line for each round: seconds, tokens, and the peak memory so far. With \
      --on-request a round starts when a line arrives on standard input, so that a script can \
      alternate with other programs; with --one-by-one a round is one sentence after the other \
      shared by the threads, tokenization included, and the milliseconds of each are given.
      """)

  @Argument(help: "A model folder, or a name that fetch knows.")
  var model: String

  @Argument(help: "Files of texts.")
  var data: [String]

  @OptionGroup var columns: ColumnOptions

  @Option(help: "Worker threads.")
  var threads: Int = availableWorkers()

  @Option(help: "Rounds.")
  var rounds = 3

  @Flag(help: "A round for each line of standard input.")
  var onRequest = false

  @Flag(help: "Time each text for itself.")
  var oneByOne = false

  func validate() throws {
    guard 1...64 ~= threads else { throw ValidationError("--threads must be 1 … 64") }
    guard rounds > 0 else { throw ValidationError("--rounds must be above 0") }
  }

  func run() throws {
    let loaded = try LoadedModel(folder: ModelFetcher().locate(model))
    let texts = try explaining { try columns.source(data).read() }.texts.map(\.text)
    var round = 0
    while onRequest ? readLine() != nil : round < rounds {
      try writeResult(oneByOne ? latencies(loaded, texts) : whole(loaded, texts))
      round += 1
    }
  }

  private func whole(_ loaded: LoadedModel, _ texts: [String]) -> String {
    let (seconds, tokens) = ExtractionBenchmark(loaded: loaded, workers: threads)
      .rounds(texts, repeats: 1)
    return "{\"seconds\": \(seconds[0]), \"texts\": \(texts.count), "
      + "\"tokens\": \(tokens.reduce(0, +)), \"peakBytes\": \(MemoryBenchmark.peakBytes ?? 0)}"
  }

  private func latencies(_ loaded: LoadedModel, _ texts: [String]) -> String {
    "{\"milliseconds\": \(LatencyBenchmark(loaded: loaded, workers: threads).milliseconds(texts))}"
  }
}
