import Probing
import Terminal

/// What does it say, and who made it say so? The waterfall of the logit, and words × layers.
struct SentenceView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  private var index: RunIndex { state.index }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    guard let explanation = adjusted else {
      let inner = frame.canvas.box(
        area, title: "Sentence", number: Tab.sentence.number, theme: theme, focused: true)
      frame.canvas.write(waiting, x: inner.x + 1, y: inner.y, style: theme["text.dim"])
      return
    }
    let waterfall = WaterfallPane(state: state, explanation: explanation)
    let words = WordsPane(state: state, explanation: explanation)
    let difference = state.currentPinned.map {
      PinnedPane(state: state, explanation: explanation, pinned: $0)
    }
    if area.width >= 90 {
      let (left, right) = area.splitLeft(area.width / 2)
      waterfall.draw(into: &frame.canvas, left)
      let (below, above) = right.splitBottom(difference == nil ? 0 : min(8, right.height / 2))
      words.draw(into: &frame.canvas, above)
      difference?.draw(into: &frame.canvas, below)
    } else if area.height < 10, let difference {
      difference.draw(into: &frame.canvas, area)
    } else {
      let (top, bottom) = area.splitTop(area.height < 10 ? area.height : area.height * 3 / 5)
      waterfall.draw(into: &frame.canvas, top)
      guard bottom.height > 2 else { return }
      if let difference {
        difference.draw(into: &frame.canvas, bottom)
      } else {
        words.draw(into: &frame.canvas, bottom)
      }
    }
  }

  private var waiting: String {
    switch state.model {
    case .loading: "Loading the model …"
    case .ready: "Press i and type a sentence."
    case .missing(let reason): reason
    }
  }

  /// The explanation with the neurons that were silenced or scaled.
  private var adjusted: Explanation? {
    state.explanation.map {
      state.look.views.sentence.applied(to: $0, index.run.head.neurons)
    }
  }

  // MARK: In words

  var meaning: String {
    "The waterfall starts at an average training text and adds what each layer's neurons add: weight "
      + "times the distance from the neuron's mean. It sums to the logit as fitted; probabilities are at "
      + "the temperature \(decimals(index.run.scores.temperature.value, 2)) that validation chose."
      + decoder
  }

  private var decoder: String {
    guard index.run.head.neurons.contains(where: { $0.representation.isDecoder }) else {
      return ""
    }
    return " The decoder reads the text one word behind: <start> is what it reads before the first "
      + "word, and it never reads the last token. What a stack does not read stays empty."
  }

  var summary: String {
    guard let explanation = adjusted else { return waiting }
    let p = explanation.probabilities[explanation.predicted]
    return "The head says \(index.label(explanation.predicted)), \(certainty(p)). Logit "
      + "\(signed(explanation.logit)), of which \(signed(explanation.base)) is an average text's."
  }

  var table: DataTable {
    let explanation = state.explanation
    return DataTable(
      name: "sentence", columns: ["neuron", "value", "contribution"],
      rows: zip(
        index.run.head.neurons, zip(explanation?.values ?? [], explanation?.contributions ?? [])
      )
      .map { ["\($0)", "\($1.0)", "\($1.1)"] })
  }

  // MARK: Keys

  /// Down to the next weaker neuron of the head, sideways to the next word.
  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    switch action {
    case .moveRow(let step): moveNeuron(&state, by: step)
    case .first: moveNeuron(&state, by: -state.run.head.neurons.count)
    case .last: moveNeuron(&state, by: state.run.head.neurons.count)
    case .moveColumn(let step):
      let last = max(0, (state.explanation?.words.count ?? 1) - 1)
      state.place.word = min(max(0, state.place.word + step), last)
    case .open: state.show(.neuron)
    case .toggleWordNeurons: state.look.views.sentence.showsNeurons.toggle()
    default: return nil
    }
    return []
  }

  private static func moveNeuron(_ state: inout ExplorerState, by step: Int) {
    guard let contributions = state.explanation?.contributions else { return }
    let neurons = state.run.head.neurons
    let order = contributions.indices.sorted { abs(contributions[$0]) > abs(contributions[$1]) }
    guard !order.isEmpty else { return }
    let here = order.firstIndex { neurons[$0] == state.address }
    let next = here.map { min(max(0, $0 + step), order.count - 1) } ?? 0
    let neuron = neurons[order[next]]
    (state.place.representation, state.place.layer) = (neuron.representation, neuron.layer)
    state.place.neuron = neuron.index
  }
}
