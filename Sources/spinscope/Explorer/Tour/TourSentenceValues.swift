import Probing
import Terminal

extension TourFacts {
  /// The sentence as it is changed on its screen.
  var adjusted: Explanation? {
    state.currentExplanation.map { state.look.views.sentence.applied(to: $0, run.head.neurons) }
  }

  // MARK: The sentence

  static let sentenceValues: [String: @Sendable (TourFacts) -> String?] = [
    "example": { $0.example },
    "label": { facts in facts.state.currentExplanation.map { facts.index.label($0.predicted) } },
    "certainty": { facts in
      facts.state.currentExplanation.map { certainty($0.probabilities[$0.predicted]) }
    },
    "explained": { facts in
      facts.state.currentExplanation.map { facts.index.label($0.explained) }
    },
    "strongestWord": { facts in
      facts.strongestWord.map { sanitized($0.words[$1].text) }
    },
    "strongestWordValue": { facts in
      facts.strongestWord.map { explanation, place in
        let value = explanation.wordContributions[place]
        return "\(signed(value)) \(facts.side(value, explanation))"
      }
    },
    "colours": { facts in
      facts.state.currentExplanation.map { explanation in
        "\(facts.side(1, explanation)) (bold) or \(facts.side(-1, explanation)) (underlined)"
      }
    },
    "base": { facts in facts.state.currentExplanation.map { signed($0.base) } },
    "logit": { facts in facts.state.currentExplanation.map { signed($0.logit) } },
    "logitNow": { facts in facts.adjusted.map { signed($0.logit) } },
    "remainder": { facts in
      facts.state.currentExplanation.map {
        $0.residual < 1e-9 ? "less than a billionth" : remainder($0.residual)
      }
    },
    "contribution": { facts in facts.contribution.map { signed($0) } },
    "atWord": { facts in
      guard let explanation = facts.state.currentExplanation, let place = facts.placeInHead else {
        return nil
      }
      // Where words are left out one by one, no neuron has a word of its own.
      return explanation.strongestWords[place]
        .map { ", most at ‹\(sanitized(explanation.words[$0].text))›" } ?? ""
    },
    "firstDepth": { facts in
      facts.firstDepth.map {
        "\(facts.run.head.source.lastLayer(depth: $0, of: facts.run.info.stacks))"
      }
    },
  ]

  /// A short text of the run that no fit has learnt from, other than the one that is shown.
  private var example: String? {
    let held = run.places(of: .validation).map { run.texts[$0].text }
      .filter { $0 != start.look.sentence.text && $0 != state.sentence.text }
    return held.first { 12...40 ~= $0.count } ?? held.min { $0.count < $1.count }
  }

  private var strongestWord: (Explanation, Int)? {
    guard let explanation = state.currentExplanation else { return nil }
    return explanation.words.indices.filter { !explanation.words[$0].isSpecial }.max {
      abs(explanation.wordContributions[$0]) < abs(explanation.wordContributions[$1])
    }.map { (explanation, $0) }
  }

  /// `for positive`, or with several classes `against sports`.
  private func side(_ value: Double, _ explanation: Explanation) -> String {
    if classes.count == 2 { return "for \(index.label(value < 0 ? 0 : 1))" }
    return "\(value < 0 ? "against" : "for") \(index.label(explanation.explained))"
  }

  private var placeInHead: Int? { run.head.neurons.firstIndex(of: state.address) }

  /// What the cursor's neuron adds, unless it is silenced.
  private var contribution: Double? {
    guard let place = placeInHead else { return nil }
    return state.currentExplanation?.contributions[place]
  }

  /// The first depth whose answer is the last one's, and so is that of all between.
  private var firstDepth: Int? {
    guard let exits = state.currentExplanation?.exits, let last = exits.last else { return nil }
    return exits.reversed().prefix { $0.predicted == last.predicted }.last?.depth
  }

  // MARK: The neuron

  static let neuronValues: [String: @Sendable (TourFacts) -> String?] = [
    "neuron": { "\($0.state.address)" },
    "topShare": { facts in
      facts.topClass.map { "\($0.count) are \(facts.index.label($0.label))" }
    },
    "detected": { facts in facts.evidence.map { facts.index.label($0.detector.detected) } },
    "highOrLow": { facts in facts.evidence.map { $0.detector.isAbove ? "high" : "low" } },
    "found": { facts in facts.evidence.map { grouped($0.detector.precision.n) } },
    "precision": { facts in facts.evidence.map { percent($0.detector.precision.accuracy) } },
    "recall": { facts in facts.evidence.map { percent($0.detector.recall.accuracy) } },
  ]

  private var evidence: NeuronEvidence? {
    state.evidence.flatMap {
      $0.neuron == state.address && $0.pooling == state.pooling ? $0 : nil
    }
  }

  /// The class that most of the 20 highest texts are of, and how many.
  var topClass: (label: Int, count: Int)? {
    guard let evidence else { return nil }
    let balance = NeuronTexts(evidence.values, among: run.places(of: .validation))
      .balance(ofTop: 20, labels: run.labels, classes: classes.count)
    return balance.indices.max { balance[$0] < balance[$1] }.map { ($0, balance[$0]) }
  }
}
