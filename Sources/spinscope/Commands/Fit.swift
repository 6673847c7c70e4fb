import ArgumentParser
import Foundation
import Probing
import Tensors

/// `spinscope fit`: extract, probe, select, integrate, choose, and write a run.
struct Fit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fit SPIN on labelled texts and write a run folder.",
    discussion: """
      DATA is CSV (RFC 4180) with a header. Texts without a split of their own are split at \
      random, stratified and seeded: 60 % train, 20 % validation, 20 % test. Validation chooses; \
      the test texts are read once. A fit that was stopped goes on where the features were done.
      """)

  @Argument(help: "A model folder, or a name that fetch knows.")
  var model: String

  @Argument(help: "Files of labelled texts.")
  var data: [String]

  @Option(name: [.short, .customLong("output")], help: "The run folder to write, NAME.spin.")
  var output: String

  @Option(help: "The column that holds the text.")
  var text: String?

  @Option(help: "The column that holds the label.")
  var label: String?

  @Option(help: "The column that says train, validation or test.")
  var split: String?

  @Option(help: "A file of validation texts.")
  var validation: String?

  @Option(help: "A file of test texts.")
  var test: String?

  @OptionGroup(title: "What is tried")
  var options: FitOptions

  @Flag(help: "Keep features as F16: half the disk, three digits.")
  var half = false

  @Option(help: "Fits on so many other draws of training and validation texts.")
  var repeats = 0

  @Option(help: "Halves the training texts so often to see which neurons stay; 0 leaves it out.")
  var stability = 5

  @Flag(inversion: .prefixedNo, help: "Hold probes against the same model with random weights.")
  var untrained = true

  @Option(help: "Seeds the split.")
  var seed: UInt64 = 42

  @Option(
    help: ArgumentHelp(
      "Read one part of the texts only, such as 2 of 8, beside OUTPUT.",
      discussion: "The same command without --shard joins the parts that are there, and fits.",
      valueName: "i/n"))
  var shard: Shard?

  @Option(help: "Worker threads; the results do not depend on them.")
  var threads: Int = availableWorkers()

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be 1 or more") }
    guard 0...1_000 ~= repeats, 0...1_000 ~= stability else {
      throw ValidationError("--repeats and --stability must be 0 … 1000")
    }
  }

  func run() throws {
    let folder = try ModelFetcher().locate(model)
    let source = DataSource(
      files: data, validationFile: validation, testFile: test, textColumn: text,
      labelColumn: label, splitColumn: split, seed: seed)
    let texts = try explaining { try source.read() }
    let name = data.first.map { URL(fileURLWithPath: $0) }
    let maker = RunMaker(
      folder: folder, modelName: URL(fileURLWithPath: model).lastPathComponent,
      dataName: name.map(Self.dataName) ?? "data", source: source, data: texts,
      output: URL(fileURLWithPath: output), settings: options.settings,
      poolings: options.poolings?.values, isHalf: half, repeats: repeats, halves: stability,
      isHeldAgainstUntrained: untrained, workers: threads)
    let line = ProgressLine()
    let started = ContinuousClock.now
    func seconds() -> String { decimals((ContinuousClock.now - started) / .seconds(1), 1) }
    func note(_ text: String) {
      line.finish()
      standardError(text)
    }
    if let shard {
      let made = try maker.make(shard, report: { line.show($0) }, note: note)
      line.finish()
      try writeResult(summary(made, seconds: seconds()))
    } else {
      let made = try maker.make(report: { line.show($0) }, note: note)
      line.finish()
      try writeResult(RunSummary(made).text)
      try writeResult("\(output) written in \(seconds()) s; open it with: spinscope \(output)")
    }
  }

  private func summary(_ made: RunMaker.MadeShard, seconds: String) -> String {
    guard made.texts > 0 else {
      return "shard \(made.shard) is empty: \(made.batches) shards are enough for these texts"
    }
    return "shard \(made.shard) read in \(seconds) s: \(grouped(made.texts)) of "
      + "\(grouped(made.allTexts)) texts; when all are read, the same command without --shard joins them"
  }

  /// `sst2/small` for `…/sst2/small/train.csv`, `reviews` for `reviews.csv`.
  private static func dataName(_ file: URL) -> String {
    let base = file.deletingPathExtension().lastPathComponent
    guard ["train", "data"].contains(base) else { return base }
    return file.deletingLastPathComponent().pathComponents.suffix(2).joined(separator: "/")
  }
}
