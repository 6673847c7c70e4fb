import ArgumentParser
import Foundation
import Probing
import StrictJSON
import Terminal

/// `spinscope explain`: what each neuron and each word adds to the answer.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say which neurons and words made the answer.",
    discussion:
      "A text that is too long for the model is cut at the end, and standard error says so.")

  @Argument(help: ArgumentHelp("A run folder, NAME.spin.", valueName: "run"))
  var folder: String

  @Argument(help: "The text.")
  var text: String

  @Flag(help: "One JSON object with everything.")
  var json = false

  @Flag(help: "Beside each word what it causes, by integrated gradients: slower.")
  var gradients = false

  @Option(help: "Neurons to list.")
  var top = 15

  func run() throws {
    let run = try openedRun(URL(fileURLWithPath: folder))
    let explainer = try ExplorerEngine.explainer(for: run)
    let explanation = explainer.explain(text)
    guard explanation.tokens > 0 else {
      throw Failure(.failed, "the text has no token for this model; give it a word")
    }
    if explanation.truncated {
      standardError("spinscope: the text is cut at \(grouped(explanation.tokens)) tokens")
    }
    let causes = try gradients ? self.causes(run, explainer) : nil
    try writeResult(json ? object(explanation, causes, run) : table(explanation, causes, run))
  }

  private func causes(_ run: Run, _ explainer: Explainer) throws -> WordGradients {
    guard let causes = IntegratedGradients(run: run, explainer).words(of: text) else {
      throw Failure(
        .failed, "this tokenizer has no token to mask a word with; leave out --gradients")
    }
    return causes
  }

  private func table(_ e: Explanation, _ causes: WordGradients?, _ run: Run) -> String {
    let classes = run.info.data.classes
    let neurons = run.head.neurons
    var lines = [
      "\(shown(classes[e.predicted]))  \(certainty(e.probabilities[e.predicted]))",
      "log-odds of \(shown(classes[e.explained]))  \(signed(e.logit))  = average text "
        + "\(signed(e.base)) + \(neurons.count) neurons (remainder \(remainder(e.residual)))",
      "", "layer      adds",
    ]
    for (layer, sum) in e.layerContributions(neurons) {
      lines.append(padded(layer.description, to: 6) + right(sum))
    }
    lines += ["", "neuron           adds     value  strongest at"]
    let order = e.contributions.indices.sorted {
      abs(e.contributions[$0]) > abs(e.contributions[$1])
    }
    for place in order.prefix(max(0, top)) {
      let word = e.strongestWords[place].map { shown(e.words[$0].text) } ?? "–"
      lines.append(
        padded(neurons[place].description, to: 12) + right(e.contributions[place])
          + padded(signed(Double(e.values[place]), 3), to: 10, alignment: .right) + "  " + word)
    }
    lines += ["", "word             adds  (\(e.attribution.explanation))"]
    lines += wordLines(e, e.wordContributions)
    if let causes {
      lines += ["", "word           causes  (integrated gradients, from every word masked)"]
      lines += wordLines(e, causes.contributions)
      lines.append(causes.account)
    }
    return lines.joined(separator: "\n")
  }

  private func wordLines(_ e: Explanation, _ contributions: [Double]) -> [String] {
    zip(e.words, contributions).map { word, sum in
      padded(clipped(shown(word.text), to: 14), to: 14) + right(sum, 7)
    }
  }

  private func right(_ value: Double, _ columns: Int = 9) -> String {
    padded(signed(value, 3), to: columns, alignment: .right)
  }

  private func object(_ e: Explanation, _ causes: WordGradients?, _ run: Run) -> String {
    let classes = run.info.data.classes
    let neurons = zip(run.head.neurons, zip(e.contributions, e.values)).map {
      "{\"neuron\": \"\($0)\", \"contribution\": \($1.0), \"value\": \($1.1)}"
    }
    let words = zip(e.words, e.wordContributions).map { word, sum in
      "{\"word\": \(quoted(word.text)), \"start\": \(word.range.lowerBound), "
        + "\"end\": \(word.range.upperBound), \"special\": \(word.isSpecial), \"contribution\": \(sum)}"
    }
    let exits = e.exits.map {
      "{\"depth\": \($0.depth), \"label\": \(quoted(classes[$0.predicted])), \"probability\": \($0.probability)}"
    }
    let probabilities = zip(classes, e.probabilities).map { "\(quoted($0)): \($1)" }
    return "{\"text\": \(quoted(e.text)), \"label\": \(quoted(classes[e.predicted])), "
      + "\"probabilities\": {\(probabilities.joined(separator: ", "))}, "
      + "\"explained\": \(quoted(classes[e.explained])), \"logit\": \(e.logit), \"base\": \(e.base), "
      + "\"residual\": \(e.residual), \"neurons\": [\(neurons.joined(separator: ", "))], "
      + "\"attribution\": \"\(e.attribution.rawValue)\", \"words\": [\(words.joined(separator: ", "))], "
      + "\"exits\": [\(exits.joined(separator: ", "))], "
      + (causes.map { "\"gradients\": \($0.object), " } ?? "") + "\"truncated\": \(e.truncated)}"
  }
}

extension WordGradients {
  /// Whether the parts sum to the whole, and what to make of it if not.
  fileprivate var account: String {
    let warning =
      switch gap {
      case ...0.05: ""
      case ...0.15: ": read them roughly"
      default: ": do not rely on them"
      }
    return "logit \(signed(logit, 3)), masked \(signed(masked, 3)); "
      + "the parts miss \(percent(gap)) % of what they add up to in size\(warning)"
  }

  fileprivate var object: String {
    "{\"contributions\": [\(contributions.map { "\($0)" }.joined(separator: ", "))], "
      + "\"masked\": \(masked), \"gap\": \(gap)}"
  }
}

extension WordAttribution {
  /// What the numbers beside words mean, in a line.
  var explanation: String {
    switch self {
    case .share: "its share of the mean: exact"
    case .maximum: "where each maximum stands: exact"
    case .occlusion: "logit lost when the word alone is masked"
    }
  }
}
