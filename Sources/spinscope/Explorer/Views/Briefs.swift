import Probing
import Terminal

// What `?` says of the thing under the cursor, screen by screen: two lines of 76 columns at most.

/// A class, word or query of a brief: long ones would not leave room for what they mean.
private func short(_ text: String) -> String { clipped(text, to: 12) }

extension LayersView {
  var brief: String {
    if state.look.views.layers.isHidden {
      return
        "The scores are hidden, to guess first: put the cursor on the layer that knows the answer best. "
        + "v reveals them and says what the guess was worth."
    }
    let name = LayerAddress(state.representation, state.layer)
    guard let probe = state.ranked?.probe else {
      return "\(name): no neuron of it tells the classes apart."
    }
    let score = probe.validation
    let above = control(state.layer).map {
      ", \(signed($0.selectivity * 100, 1)) points over words learnt by heart"
    }
    return "\(name): a probe on it alone gets \(percent(score.accuracy))\(plusMinus(score)) % of "
      + "\(grouped(score.n)) validation texts right\(above ?? ""); η \(decimals(state.eta, 2)) keeps "
      + "\(neurons(state.keptHere))."
  }
}

extension MapView {
  var brief: String {
    guard let rank = state.rank, let neuron = state.ranked?.neurons[rank] else {
      return
        "\(state.address) has weight 0: the probe of its layer does without it. A cell shows the "
        + "largest |w| of its neurons, with its sign; empty ones have none."
    }
    return
      "\(state.address): weight \(signed(Double(neuron.weight), 3)) \(side(neuron, state)), rank "
      + "\(grouped(rank + 1)) of its layer, \(rank < state.keptHere ? "" : "not ")kept. A cell shows "
      + "the largest |w| of its neurons; empty ones have none."
  }
}

extension LayerView {
  var brief: String {
    let order = state.look.views.layer.order
    guard let rank = state.rank, let neuron = state.ranked?.neurons[rank] else {
      return "\(state.address) has weight 0: the probe of its layer does without it. "
        + "By \(order.rawValue): \(order.meaning)."
    }
    return "\(state.address): weight \(signed(Double(neuron.weight), 3)) \(side(neuron, state)), "
      + "\(percent(neuron.share)) % of w², \(rank < state.keptHere ? "" : "not ")kept. By "
      + "\(order.rawValue): \(order.meaning)."
  }
}

extension LayerState.Order {
  /// What the column says, in half a line or so.
  var meaning: String {
    switch self {
    case .rank: "the probe's squared weight, which η adds up from the top"
    case .neuron: "its address, the layer and the place in it"
    case .weight: "the probe's weight of one standard deviation of the neuron"
    case .raw: "the weight of one unit of the neuron's own value"
    case .share: "its part of the layer's squared weights"
    case .sum: "its part and that of all before it; η cuts here"
    case .stable: "in how many fits on half the texts it stays"
    case .effect: "the true logit's change when it is silenced; − if it helps"
    }
  }
}

extension NeuronView {
  var brief: String {
    let weight =
      state.rank.flatMap { state.ranked?.neurons[$0] }.map {
        "speaks \(side($0, state)) (w \(signed(Double($0.weight), 2)))"
      } ?? "has no weight in its probe"
    let alone = Self.evidence(state).map {
      "AUC alone \(decimals($0.profile.auc, 2)), where 0.5 tells nothing. "
    }
    let silenced = Self.silenced(state).map {
      "Silenced, true logit \(signed($0.outcome.logitChange.value, 3)): − is where it helps."
    }
    return "\(state.address) \(weight). \(alone ?? "")"
      + (silenced ?? "Coloured words are where it fires, which need not be why.")
  }
}

extension SentenceView {
  var brief: String {
    guard let explanation = state.currentExplanation else { return summary }
    let side = short(state.index.label(explanation.explained))
    guard let place = state.run.head.neurons.firstIndex(of: state.address) else {
      return
        "From an average text's log-odds of \(side), \(signed(explanation.base)), each step adds "
        + "weight × distance from the mean; they end at \(signed(explanation.logit)), without a rest."
    }
    let word = explanation.strongestWords[place].map {
      ", most at ‹\(short(sanitized(explanation.words[$0].text)))›"
    }
    if let runnerUp = explanation.runnersUp.indices.contains(place)
      ? explanation.runnersUp[place] : nil
    {
      let next = short(sanitized(explanation.words[runnerUp.word].text))
      return "\(state.address) adds \(signed(explanation.contributions[place])) to the log-odds of "
        + "\(side)\(word ?? ""). Without it ‹\(next)› has the maximum, "
        + "\(decimals(runnerUp.gap, 2)) lower: they change by \(signed(-runnerUp.loss))."
    }
    return "\(state.address) adds \(signed(explanation.contributions[place])) to the log-odds of "
      + "\(side)\(word ?? ""): its weight × how far it is from its mean. \(cursorWord(explanation))"
  }

  private func cursorWord(_ explanation: Explanation) -> String {
    let place = state.place.word
    guard explanation.words.indices.contains(place) else { return "" }
    return "‹\(short(sanitized(explanation.words[place].text)))› adds "
      + "\(signed(explanation.wordContributions[place])) in all."
  }
}

extension TextsView {
  var brief: String {
    if let slices { return slices.brief }
    guard let table = state.predictions, table.rows.indices.contains(state.place.text) else {
      return "The texts that the query above selects, with what the head says of each."
    }
    let row = table.rows[state.place.text]
    let (label, says) = (state.index.label(row.label), state.index.label(row.predicted))
    return "Text \(row.id) is \(short(label)); the head says \(short(says)) and is "
      + "\(certainty(row.confidence)) sure\(row.isRight ? ", rightly" : ": ✗"). Sure is the probability "
      + "at the temperature that validation chose."
  }
}

extension SlicesPane {
  var brief: String {
    guard let slice = current else { return Self.meaning }
    return "\(clipped(shown(query(slice)), to: 20)): \(percent(1 - slice.inside.accuracy)) % of "
      + "\(grouped(slice.inside.n)) wrong, else \(percent(1 - slice.outside.accuracy)) %. p: luck does "
      + "as badly so often; of all: p when all \(grouped(count)) slices are counted."
  }
}

extension RunView {
  var brief: String {
    if let comparison { return comparison.brief }
    let evaluation = state.run.scores.validation
    let classes = state.run.info.data.classes.count
    let (row, column) = (state.look.views.run.row, state.look.views.run.column)
    if row < classes {
      let (label, says) = (state.index.label(row), state.index.label(column))
      let texts = evaluation.confusion[row].reduce(0, +)
      return "\(grouped(evaluation.confusion[row][column])) of \(grouped(texts)) validation texts "
        + "labelled \(short(label)) the head calls \(short(says)). ⏎ lists them, the surest first."
    }
    guard evaluation.reliability.indices.contains(row - classes) else {
      return "What the run rests on, and what it found: validation chose, then the test texts were "
        + "read once. Numbers stand with their 95 % interval or their n."
    }
    let bin = evaluation.reliability[row - classes]
    return
      "Of \(grouped(bin.score.n)) texts the head is \(percent(bin.confidence)) % sure, and right on "
      + "\(percent(bin.score.accuracy))\(plusMinus(bin.score)) %. ECE is the mean gap of all bins; ⏎ "
      + "lists these."
  }
}

extension ComparisonView {
  var brief: String {
    let flips = compared.flips
    let cursor = min(state.look.views.run.flip, max(0, flips.count - 1))
    guard flips.indices.contains(cursor) else {
      return
        "Both heads on the test texts of both runs. McNemar counts the texts that one alone gets "
        + "right; p: how rarely luck falls as unevenly."
    }
    let flip = flips[cursor]
    func label(_ k: Int) -> String { short(state.index.label(k)) }
    return "A text of \(label(flip.label)): this head says \(label(flip.first)), the other "
      + "\(label(flip.second)). McNemar counts texts that one alone gets right; p: luck is so uneven "
      + "so rarely."
  }
}

/// `for positive`, with a long class cut.
private func side(_ neuron: RankedNeuron, _ state: ExplorerState) -> String {
  let words = state.index.side(neuron).split(separator: " ", maxSplits: 1).map(String.init)
  return words.count == 2 ? "\(words[0]) \(short(words[1]))" : words.joined()
}
