import ArgumentParser
import Foundation
import Probing
import StrictJSON

/// `spinscope classify`: predictions for texts.
struct Classify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Classify texts with a run's head.")

  @Argument(help: ArgumentHelp("A run folder, NAME.spin.", valueName: "run"))
  var folder: String

  @Argument(help: "Texts, or - for lines of standard input.")
  var texts: [String]

  @Flag(help: "One JSON object a line.")
  var json = false

  @Flag(help: "Tab-separated label, probabilities and text, with a heading.")
  var tsv = false

  func validate() throws {
    guard !(json && tsv) else { throw ValidationError("--json and --tsv exclude each other") }
  }

  func run() throws {
    let run = try explaining { try Run(folder: URL(fileURLWithPath: folder)) }
    let texts = try inputTexts(self.texts)
    let explainer = try ExplorerEngine.explainer(for: run)
    let classes = run.info.data.classes
    if tsv { try writeResult((["label"] + classes.map(cell) + ["text"]).joined(separator: "\t")) }
    var empty = 0
    for prediction in explainer.classify(texts) {
      guard prediction.tokens > 0 else {
        empty += 1
        try writeResult(refusal(prediction, classes))
        continue
      }
      if json {
        try writeResult(object(prediction, classes))
      } else if tsv {
        let p = prediction.probabilities.map { decimals($0, 6) }
        try writeResult(
          ([cell(classes[prediction.predicted])] + p + [cell(prediction.text)])
            .joined(separator: "\t"))
      } else {
        let p = certainty(prediction.probabilities[prediction.predicted])
        try writeResult("\(shown(classes[prediction.predicted]))  \(p)  \(shown(prediction.text))")
      }
    }
    guard empty == 0 else {
      throw Failure(.failed, "\(empty) of the texts have no token for this model; remove them")
    }
  }

  /// The row of a text that the model has no token for: as wide as any other.
  private func refusal(_ prediction: Prediction, _ classes: [String]) -> String {
    if json { return "{\"text\": \(quoted(prediction.text)), \"error\": \"no token\"}" }
    return tsv
      ? ([""] + classes.map { _ in "" } + [cell(prediction.text)]).joined(separator: "\t")
      : "no token"
  }

  private func object(_ prediction: Prediction, _ classes: [String]) -> String {
    let probabilities = zip(classes, prediction.probabilities)
      .map { "\(quoted($0)): \($1)" }.joined(separator: ", ")
    return
      "{\"text\": \(quoted(prediction.text)), \"label\": \(quoted(classes[prediction.predicted])), "
      + "\"probabilities\": {\(probabilities)}, \"exit\": \(prediction.exit), "
      + "\"truncated\": \(prediction.truncated)}"
  }

  /// A field without the characters that end one.
  private func cell(_ text: String) -> String {
    shown(String(text.map { $0 == "\t" || $0.isNewline ? " " : $0 }))
  }
}
