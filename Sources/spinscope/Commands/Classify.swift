import ArgumentParser
import Foundation
import Probing
import Tokenizers
import Transformers

/// `spinscope classify`: predictions for texts.
struct Classify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Classify texts with a run's head, or the model's own.",
    discussion: """
      Probabilities are at the temperature that validation chose, so that 80 % is right 80 times \
      of 100, as far as the validation texts can tell. With --own-head the model's own classification head answers too, for comparison; a model \
      folder in the place of the run then has that one answer. A text that is too long for the \
      model is cut at the end and named on standard error; one without a token, as the empty text \
      is for GPT-2, has no answer, and the exit code is 1.
      """)

  @Argument(help: ArgumentHelp("A run folder, NAME.spin.", valueName: "run"))
  var folder: String

  @Argument(help: "Texts, or - for lines of standard input.")
  var texts: [String]

  @Flag(help: "Ask the model's own head as well, if the checkpoint has one.")
  var ownHead = false

  @Flag(help: "Stop reading a text when a head of a lower depth is sure enough; see the report.")
  var earlyExit = false

  @Flag(help: "One JSON object a line.")
  var json = false

  @Flag(help: "Tab-separated label, probabilities and text, with a heading.")
  var tsv = false

  func validate() throws {
    guard !(json && tsv) else { throw ValidationError("--json and --tsv exclude each other") }
  }

  func run() throws {
    let (rows, lines, limit) = try answers()
    if let heading = lines.heading { try writeResult(heading) }
    for row in rows { try writeResult(lines.line(row)) }
    report(
      rows.indices.filter { rows[$0].truncated }.map { "\($0 + 1)" },
      "cut at \(grouped(limit)) tokens")
    let unanswered = rows.count { $0.refusal != nil }
    guard unanswered == 0 else {
      throw Failure(
        .failed, "\(unanswered) of \(rows.count) texts could not be answered; see their lines")
    }
  }

  /// One answer a text, how to write them, and the longest text in tokens.
  private func answers() throws(Failure) -> ([ClassifiedText], ClassificationLines, Int) {
    let form: ClassificationLines.Form = json ? .json : tsv ? .tsv : .text
    let url = URL(fileURLWithPath: folder)
    let isRun = FileManager.default.fileExists(atPath: url.appendingPathComponent("run.json").path)
    if ownHead, !isRun {
      guard !earlyExit else {
        throw Failure(.usage, "--early-exit needs a run: the model's own head reads all blocks")
      }
      let loaded = try LoadedModel(folder: ModelFetcher().locate(folder))
      let own = try loaded.ownClassifier()
      let rows = own.classify(try inputTexts(texts)).map { ClassifiedText(own: $0) }
      return (
        rows, ClassificationLines(form: form, own: own.head),
        loaded.tokenizer.limit(loaded.model.shape.maxTokens)
      )
    }
    if !isRun, (try? ModelFetcher().locate(folder)).map(isModel) == true {
      throw Failure(
        .input,
        "\(folder): a model, not a run; make one with 'spinscope fit', or ask the model's "
          + "own head with --own-head")
    }
    let run = try openedRun(url)
    let loaded = try LoadedModel(of: run)
    let explainer = try explaining {
      try Explainer(run: run, model: loaded.model, tokenizer: loaded.tokenizer)
    }
    let own = ownHead ? try loaded.ownClassifier() : nil
    let texts = try inputTexts(self.texts)
    let owns: [OwnPrediction?] = own?.classify(texts) ?? texts.map { _ in nil }
    let predictions = earlyExit ? explainer.classifyEarly(texts) : explainer.classify(texts)
    let rows = zip(predictions, owns).map {
      ClassifiedText(prediction: $0, own: $1)
    }
    return (
      rows, ClassificationLines(form: form, classes: run.info.data.classes, own: own?.head),
      loaded.tokenizer.limit(loaded.model.shape.maxTokens)
    )
  }

  private func isModel(_ folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent("config.json").path)
  }
}
