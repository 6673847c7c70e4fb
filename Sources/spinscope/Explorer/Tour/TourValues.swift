import Probing
import Terminal
import Transformers

extension TourFacts {
  /// Every placeholder; nil of one that has to be asked of the model and is not there yet.
  static let values: [String: @Sendable (TourFacts) -> String?] =
    runValues.merging(layerValues) { $1 }.merging(sentenceValues) { $1 }
    .merging(neuronValues) { $1 }

  // MARK: The run

  private static let runValues: [String: @Sendable (TourFacts) -> String?] = [
    "model": { shown($0.run.info.model.name) },
    "blocks": { "\($0.index.shape.blocks)" },
    "question": { $0.question },
    "train": { grouped($0.run.places(of: .train).count) },
    "held": { grouped($0.run.head.validation.n) },
    "majority": { percent($0.scores.majority.accuracy) },
    "majorityClass": { facts in facts.scores.baseline(.majority).map { shown($0.detail) } },
    "headPooling": { $0.run.head.pooling.rawValue },
    "headNeurons": { neurons($0.run.head.neurons.count) },
    "tested": { grouped($0.scores.test.n) },
    "testScore": { share($0.scores.test) },
    "baseTest": { percent($0.scores.baseTest.accuracy) },
    "baseVerdict": { facts in
      facts.scores.base?.comparison.verdict == .worse
        ? "clearly better than the head" : "so few texts show no clear difference"
    },
    "wrong": { facts in
      let score = facts.scores.validation.score
      return "\(grouped(score.n - Int((score.accuracy * Double(score.n)).rounded())))"
    },
    "confusion": { facts in
      facts.commonestMistake.map { mistake in
        "\(facts.index.label(mistake.truth)) taken for \(facts.index.label(mistake.predicted)), "
          + "\(grouped(mistake.count)) times"
      }
    },
    "threshold": { decimals($0.scores.exitRule.threshold * 100, 0) },
    "meanBlocks": { facts in
      facts.scores.exitRule.chosenTest.map { decimals($0.meanBlocks, 1) }
    },
    "allBlocks": { facts in facts.scores.exitRule.test.last.map { decimals($0.meanBlocks, 0) } },
    "earlyAccuracy": { facts in
      facts.scores.exitRule.chosenTest.map { percent($0.score.accuracy) }
    },
    "fullAccuracy": { facts in
      facts.scores.exitRule.test.last.map { percent($0.score.accuracy) }
    },
  ]

  /// What the head answers: `is the text positive or negative?`; of many classes the first few.
  private var question: String {
    let names = classes.map(shown)
    guard names.count > 3 else { return "is the text \(names.joined(separator: " or "))?" }
    return "which of \(names.count) kinds is it (\(names.prefix(3).joined(separator: ", ")) …)?"
  }

  /// The cell of the confusion matrix beside the diagonal with the most texts.
  var commonestMistake: (truth: Int, predicted: Int, count: Int)? {
    let cells = scores.validation.confusion.enumerated().flatMap { truth, row in
      row.enumerated().filter { $0.offset != truth && $0.element > 0 }
        .map { (truth: truth, predicted: $0.offset, count: $0.element) }
    }
    return cells.max { $0.count < $1.count }
  }

  // MARK: Layers

  private static let layerValues: [String: @Sendable (TourFacts) -> String?] = [
    "kind": { $0.state.representation.plural },
    "otherKindWords": {
      $0.state.representation.isHidden
        ? "which blocks work out inside" : "which pass from block to block"
    },
    "mix": { facts in
      let head = facts.run.head
      return "What did best on the validation texts: \(head.source.plural) of "
        + "\(head.range) by \(head.selection), \(neurons(head.neurons.count)) in "
        + "all."
    },
    "otherKind": { $0.state.representation.isHidden ? "activations" : "hidden states" },
    "aLayer": { $0.state.representation.isHidden ? "a state between blocks" : "a block" },
    "layer": { "\($0.state.address.layerAddress)" },
    "width": { grouped($0.index.width($0.state.representation)) },
    "weighted": { grouped($0.state.ranked?.neurons.count ?? 0) },
    "accuracy": { facts in facts.state.ranked.map { share($0.probe.validation) } },
    "poolingWords": { facts in
      switch facts.state.pooling {
      case .first: "its value at the first word"
      case .last: "its value at the last word"
      case .max: "its largest value over the words"
      case .mean: "its mean over the words"
      }
    },
    "best": { facts in
      facts.bestProbe(facts.state.look.pooling).map {
        "\(LayerAddress($0.key.representation, $0.key.layer))"
      }
    },
    "bestScore": { facts in
      facts.bestProbe(facts.state.look.pooling).map { share($0.validation) }
    },
    "bestAccuracy": { facts in
      facts.bestProbe(facts.state.look.pooling).map { percent($0.validation.accuracy) }
    },
    "bestAccuracyBefore": { facts in
      facts.bestProbe(facts.start.look.pooling).map { percent($0.validation.accuracy) }
    },
    "tied": { facts in
      let count = facts.tiedLayers.count
      return count == 1 ? "\(facts.tiedLayers[0]) is" : "\(count) other layers are"
    },
    "eta": { decimals($0.state.eta, 2) },
    "kept": { neurons($0.kept($0.state.eta)) },
    "theyReach": { facts in
      facts.kept(facts.state.eta) == 1 ? "it alone reaches" : "they alone reach"
    },
    "keptBefore": { grouped($0.kept($0.start.look.eta)) },
    "keptTotal": { $0.state.keptTotal },
    "shuffled": { facts in facts.control.map { share($0.shuffled) } },
    "shuffledVerdict": { facts in
      guard let control = facts.control else { return nil }
      let chance = facts.scores.majority.accuracy
      return control.shuffled.low > chance
        ? "more than the \(percent(chance)) of always saying one class; be careful"
        : "not clearly better than always saying one class (\(percent(chance)))"
    },
    "untrainedVerdict": { facts in
      guard let score = facts.control?.untrained, let ranked = facts.state.ranked else {
        return nil
      }
      return score.high < (facts.control?.trained ?? ranked.probe.validation).accuracy
        ? "" : ": there is little to see of its training"
    },
    "untrained": { facts in facts.control?.untrained.map(share) },
  ]

  /// The best probe of the representation that is shown.
  func bestProbe(_ pooling: Pooling) -> Probe? {
    let kind = state.representation
    return index.probe(kind, index.bestLayer(kind, pooling), pooling)?.probe
  }

  /// Layers that the margin of error of the best does not tell from it.
  var tiedLayers: [LayerAddress] {
    guard let best = bestProbe(state.pooling) else { return [] }
    return (0..<index.layers(state.representation)).filter { layer in
      let probe = index.probe(state.representation, layer, state.pooling)?.probe
      return layer != best.key.layer
        && (probe.map { $0.validation.accuracy >= best.validation.low } ?? false)
    }.map { LayerAddress(state.representation, $0) }
  }

  /// Neurons of the layer that a step began on which some η keeps.
  func kept(_ eta: Double) -> Int { state.ranked?.kept(eta: eta) ?? 0 }

  /// What the layer's probe makes of labels that mean nothing; measured for the head's pooling.
  var control: LayerControl? {
    scores.controls.first {
      $0.representation == state.representation && $0.layer == state.layer
        && $0.pooling == state.pooling
    }
  }
}

/// `82.6 % ± 3.3`; `13.6 % (8.8 to 20.5)` where the interval is lopsided.
private func share(_ score: Score) -> String {
  let margin = plusMinus(score)
  let bounds =
    margin.hasPrefix(" ±") ? margin : " (\(percent(score.low)) to \(percent(score.high)))"
  return "\(percent(score.accuracy)) %\(bounds)"
}
