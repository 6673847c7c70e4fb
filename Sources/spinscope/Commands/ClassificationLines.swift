import Probing
import StrictJSON
import Terminal
import Transformers

/// What was answered to one text: by the run's head, by the model's own, or by both.
struct ClassifiedText {
  var text: String
  var prediction: Prediction?
  var own: OwnPrediction?
  /// Whether the text was longer than the model reads, and was cut.
  var truncated: Bool
  /// Why an answer is missing.
  var refusal: Refusal?

  /// What a text can lack.
  enum Refusal: String {
    case noToken = "no token"
    case noTokenOfOwnHead = "no token that the own head reads"
    /// The weights hold infinities, or what is not a number.
    case notFinite = "no finite score of the own head"
  }

  /// What the model's own head says; nil where it says nothing that is of use.
  var ownScores: [Double]? { refusal == nil ? own?.scores : nil }

  init(prediction: Prediction, own: OwnPrediction?) {
    text = prediction.text
    truncated = prediction.truncated
    self.prediction = prediction
    self.own = own
    refusal = Self.refusal(tokens: prediction.tokens, own)
  }

  init(own: OwnPrediction) {
    text = own.text
    truncated = own.truncated
    self.own = own
    refusal = Self.refusal(tokens: own.tokens, own)
  }

  private static func refusal(tokens: Int, _ own: OwnPrediction?) -> Refusal? {
    if tokens == 0 { return .noToken }
    guard let own else { return nil }
    guard let scores = own.scores else { return .noTokenOfOwnHead }
    return scores.allSatisfy(\.isFinite) ? nil : .notFinite
  }
}

/// The lines of `classify`, one a text, in one of three forms.
struct ClassificationLines {
  /// For people, for tables, for programs.
  enum Form {
    case text
    case tsv
    case json
  }

  var form: Form
  /// The run's classes; nil where only the model's own head answers.
  var classes: [String]?
  /// nil where only the run's head answers.
  var own: ClassificationHead?

  /// The first line; only a table has one.
  var heading: String? {
    guard form == .tsv else { return nil }
    return row(
      (classes.map { ["label"] + $0 } ?? []) + ownHeading + ["truncated", "text"])
  }

  private var ownHeading: [String] {
    own.map { ($0.kind == .regression ? [] : ["own"]) + $0.labels.map { "own \($0)" } } ?? []
  }

  func line(_ answer: ClassifiedText) -> String {
    switch form {
    case .text: text(answer)
    case .tsv: row(fields(answer) + ["\(answer.truncated)", answer.text])
    case .json: object(answer)
    }
  }

  // MARK: Text

  private func text(_ answer: ClassifiedText) -> String {
    var parts: [String] = []
    if let classes, let prediction = answer.prediction, prediction.tokens > 0 {
      let k = prediction.predicted
      parts = [padded(classes[k], to: widest(classes)), percentage(prediction.probabilities[k])]
    }
    if let own, let scores = answer.ownScores {
      parts.append((classes == nil ? "" : "own ") + verdict(of: own, scores))
    }
    if let refusal = answer.refusal { parts.append(refusal.rawValue) }
    if !answer.text.isEmpty { parts.append(shown(answer.text)) }
    return parts.joined(separator: "  ")
  }

  private func widest(_ names: [String]) -> Int { names.map(width).max() ?? 0 }

  /// In columns that line up: `  87.0 %`.
  private func percentage(_ p: Double) -> String {
    padded(certainty(p), to: 8, alignment: .right)
  }

  private func verdict(of head: ClassificationHead, _ scores: [Double]) -> String {
    switch head.kind {
    case .regression where scores.count == 1: return signed(scores[0], 3)
    case .regression:
      return zip(head.labels, scores).map { "\(shown($0)) \(signed($1, 3))" }
        .joined(separator: ", ")
    case .exclusive:
      let k = head.best(scores)
      return padded(head.labels[k], to: widest(head.labels)) + "  " + percentage(scores[k])
    case .independent:
      let all = head.chosen(scores)
      let chosen = all.isEmpty ? "none, most " : ""
      return chosen
        + (all.isEmpty ? [head.best(scores)] : all).map {
          "\(shown(head.labels[$0])) \(certainty(scores[$0]))"
        }.joined(separator: ", ")
    }
  }

  // MARK: Table

  private func fields(_ answer: ClassifiedText) -> [String] {
    var fields: [String] = []
    if let classes {
      fields +=
        answer.prediction.flatMap { prediction in
          prediction.tokens == 0
            ? nil
            : [classes[prediction.predicted]]
              + prediction.probabilities.map { decimals($0, 6) }
        } ?? classes.map { _ in "" } + [""]
    }
    guard let own else { return fields }
    guard let scores = answer.ownScores else { return fields + ownHeading.map { _ in "" } }
    let numbers = scores.map { decimals($0, 6) }
    switch own.kind {
    case .regression: return fields + numbers
    case .exclusive: return fields + [own.labels[own.best(scores)]] + numbers
    case .independent:
      return fields + [own.chosen(scores).map { own.labels[$0] }.joined(separator: ", ")] + numbers
    }
  }

  /// Fields without the characters that end one.
  private func row(_ fields: [String]) -> String {
    fields.map { field in
      shown(String(field.map { $0 == "\t" || $0.isNewline ? " " : $0 }))
    }.joined(separator: "\t")
  }

  // MARK: JSON

  private func object(_ answer: ClassifiedText) -> String {
    var members = ["\"text\": \(quoted(answer.text))"]
    if let refusal = answer.refusal { members.append("\"error\": \(quoted(refusal.rawValue))") }
    if let classes, let prediction = answer.prediction, prediction.tokens > 0 {
      members += [
        "\"label\": \(quoted(classes[prediction.predicted]))",
        "\"probabilities\": \(numbers(classes, prediction.probabilities))",
        "\"exit\": \(prediction.exit)",
      ]
    }
    if answer.refusal != .noToken { members.append("\"truncated\": \(answer.truncated)") }
    if let own, let scores = answer.ownScores {
      members.append("\"own\": \(object(own, scores))")
    }
    return "{\(members.joined(separator: ", "))}"
  }

  private func object(_ own: ClassificationHead, _ scores: [Double]) -> String {
    let values = numbers(own.labels, scores)
    switch own.kind {
    case .regression: return "{\"values\": \(values)}"
    case .exclusive:
      return "{\"label\": \(quoted(own.labels[own.best(scores)])), \"probabilities\": \(values)}"
    case .independent:
      let labels = own.chosen(scores).map { quoted(own.labels[$0]) }.joined(separator: ", ")
      return "{\"labels\": [\(labels)], \"label\": \(quoted(own.labels[own.best(scores)])), "
        + "\"probabilities\": \(values)}"
    }
  }

  /// `{"bad": 0.25, "good": 0.75}`; what is no number, as JSON has none for it, is null.
  private func numbers(_ names: [String], _ values: [Double]) -> String {
    let members = zip(names, values).map { "\(quoted($0)): \($1.isFinite ? "\($1)" : "null")" }
    return "{\(members.joined(separator: ", "))}"
  }
}

extension ClassificationHead {
  /// The label with the largest score, the first of equals.
  func best(_ scores: [Double]) -> Int {
    scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
  }

  /// The labels that hold, where each holds by itself: those more probable than not.
  func chosen(_ scores: [Double]) -> [Int] { scores.indices.filter { scores[$0] > 0.5 } }
}
