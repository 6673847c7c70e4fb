import ArgumentParser
import Foundation
import Probing
import Tensors

/// `spinscope fit`: extract, probe, select, integrate, choose, and write a run.
struct Fit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit SPIN on labelled texts and write a run folder.",
    discussion: """
      DATA is CSV (RFC 4180) or TSV with a header, or JSON Lines, plain or gzip. Columns that are \
      not named are found by their names or by what stands in them. Texts without a split of their \
      own are split at random, stratified and seeded: 60 % train, 20 % validation, 20 % test. \
      Validation chooses; the test texts are read once. A fit that was stopped goes on from the last \
      batch, probe or head that was done.
      """)

  @Argument(help: "A model folder, or a name that fetch knows; not with --features.")
  var model: String

  @Argument(help: "Files of labelled texts.")
  var data: [String] = []

  @Option(
    help: ArgumentHelp(
      "Pooled features that were made elsewhere, in the place of the model.",
      discussion: """
        A .npz or .safetensors file, or a folder of these and .npy files, whose arrays \
        hidden.0.mean, hidden.1.mean … and, if there are any, act.0.mean … are [texts, neurons]; \
        rows are the rows of DATA. No new text can be classified with such a run.
        """, valueName: "path"))
  var features: String?

  @Option(name: [.short, .customLong("output")], help: "The run folder to write, NAME.spin.")
  var output: String

  @OptionGroup(title: "Data")
  var columns: ColumnOptions

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

  @Option(
    help: ArgumentHelp(
      "Read one part of the texts only, such as 2 of 8, beside OUTPUT.",
      discussion: "The same command without --shard joins the parts that are there, and fits.",
      valueName: "i/n"))
  var shard: Shard?

  @Option(help: "Worker threads; the results do not depend on them.")
  var threads: Int = availableWorkers()

  func validate() throws {
    guard features != nil || !data.isEmpty else {
      throw ValidationError("name files of labelled texts after the model")
    }
    guard features == nil || shard == nil else {
      throw ValidationError("--shard reads texts through a model; --features has none")
    }
    guard 1...64 ~= threads else { throw ValidationError("--threads must be 1 … 64") }
    guard 0...1_000 ~= repeats, 0...1_000 ~= stability else {
      throw ValidationError("--repeats and --stability must be 0 … 1000")
    }
  }

  func run() throws {
    let folder = try features.map(URL.init(fileURLWithPath:)) ?? ModelFetcher().locate(model)
    let files = features == nil ? data : [model] + data
    let source = columns.source(files)
    let texts = try explaining {
      try source.read { if let guess = $0.guess { standardError(guess) } }
    }
    let name = files.first.map { URL(fileURLWithPath: $0) }
    let maker = RunMaker(
      folder: folder, modelName: URL(fileURLWithPath: features ?? model).lastPathComponent,
      dataName: name.map(Self.dataName) ?? "data", source: source, data: texts,
      output: URL(fileURLWithPath: output), settings: options.settings,
      poolings: options.poolings?.values, readsDecoder: options.decoder, isHalf: half,
      repeats: repeats, halves: stability,
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
      let made =
        try features == nil
        ? maker.make(report: { line.show($0) }, note: note)
        : maker.makeOfFeatures(report: { line.show($0) }, note: note)
      line.finish()
      try writeResult(RunSummary(made).text)
      let path = shown(output)
      try writeResult("\(path) written in \(seconds()) s; open it with: spinscope \(path)")
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
    let plain = file.pathExtension == "gz" ? file.deletingPathExtension() : file
    let base = plain.deletingPathExtension().lastPathComponent
    guard ["train", "data"].contains(base) else { return base }
    return file.deletingLastPathComponent().pathComponents.suffix(2).joined(separator: "/")
  }
}
