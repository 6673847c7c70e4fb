import Probing
import Terminal

/// Everything that is known of the neuron under the cursor: weights, what it tells alone, the texts
/// that drive it and where in them it fires, and what happens without it.
struct NeuronView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  /// Validation texts that are read for their words.
  private static let shownTexts = 40

  // MARK: What must be known

  static func needs(_ state: ExplorerState) -> [EngineRequest] {
    let (neuron, pooling) = (state.address, state.pooling)
    guard let evidence = Self.evidence(state) else { return [.neuron(neuron, pooling)] }
    var needs: [EngineRequest] = state.predictions == nil ? [.predictions] : []
    let look = state.look.views.neuron
    if look.isElsewhere, let path = state.look.views.run.against, elsewhere(state) == nil {
      needs.append(.elsewhere(path, neuron, pooling, look.texts))
    }
    guard state.model == .ready else { return needs }
    let places = Self.places(state, evidence)
    if state.traces.map({
      $0.neuron != neuron || $0.pooling != pooling || Set($0.byPlace.keys) != Set(places)
    }) ?? true {
      needs.append(.traces(neuron, pooling, places))
    }
    if silenced(state) == nil {
      needs.append(
        .silence([neuron], state.look.views.neuron.substitute.replacement, state.sentence.text))
    }
    return needs
  }

  /// What was read of the features, if it is of this neuron.
  static func evidence(_ state: ExplorerState) -> NeuronEvidence? {
    state.evidence.flatMap {
      $0.neuron == state.address && $0.pooling == state.pooling ? $0 : nil
    }
  }

  static func silenced(_ state: ExplorerState) -> Silenced? {
    state.silenced.flatMap {
      $0.neurons == [state.address] && $0.sentence == state.sentence.text
        && $0.replacement == state.look.views.neuron.substitute.replacement ? $0 : nil
    }
  }

  /// The neuron on another run's texts, where they are what is shown and it is of this neuron.
  static func elsewhere(_ state: ExplorerState) -> NeuronElsewhere? {
    let look = state.look.views.neuron
    guard look.isElsewhere, let known = state.elsewhere else { return nil }
    return known.path == state.look.views.run.against && known.neuron == state.address
      && known.pooling == state.pooling && known.sample == look.texts
      && known.isTraced == (state.model == .ready) ? known : nil
  }

  /// The texts that are listed: of the validation split, which the weights have not seen.
  static func places(_ state: ExplorerState, _ evidence: NeuronEvidence) -> [Int] {
    NeuronTexts(evidence.values, among: state.run.places(of: .validation))
      .places(state.look.views.neuron.texts, count: shownTexts)
  }

  private var evidence: NeuronEvidence? { Self.evidence(state) }

  private var facts: [(name: String, value: String)] { NeuronFacts(state: state).all }

  // MARK: Drawing

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    if area.width >= 100 {
      let (top, texts) = area.splitTop(
        // As many rows as there will be, so that nothing jumps when the answers come.
        min(max(facts.count, 10) + 2, area.height / 2 + 2))
      let (left, right) = top.splitLeft(area.width * 3 / 5)
      drawFacts(&frame.canvas, left)
      NeuronHistogram(state: state).draw(into: &frame.canvas, right)
      NeuronTextsPane(state: state).draw(into: &frame, texts)
    } else if area.height < 10 {
      drawFacts(&frame.canvas, area)
    } else {
      let (top, texts) = area.splitTop(area.height * 3 / 5)
      drawFacts(&frame.canvas, top)
      NeuronTextsPane(state: state).draw(into: &frame, texts)
    }
  }

  private func drawFacts(_ canvas: inout Canvas, _ area: Rect) {
    let inner = canvas.box(
      area, title: "Neuron \(state.address)", number: Tab.neuron.number,
      subtitle: "\(state.representation.plural), \(state.pooling.rawValue)",
      trailing: state.rank.map { "\($0 + 1)/\(grouped(state.ranked?.neurons.count ?? 0))" },
      theme: theme, focused: true
    ).insetBy(dx: 1, dy: 0)
    let names = inner.width < 60 ? 14 : 15
    for (row, fact) in facts.prefix(inner.height).enumerated() {
      canvas.write(
        clipped(fact.name, to: names), x: inner.x, y: inner.y + row, style: theme["text.dim"])
      canvas.write(
        clipped(fact.value, to: inner.width - names), x: inner.x + names, y: inner.y + row,
        style: theme["text"])
    }
  }

  // MARK: In words

  var meaning: String {
    "Silenced: its token values are replaced and the layers above run again. Direct is through the head's "
      + "weight of it, indirect through what later layers make of it; minus means that the neuron helped. "
      + "Words in colour are where it fires, which need not be why. AUC 0.5 tells nothing. m goes to its "
      + "closest twin; c shows the same neuron on the texts of another run of this model: what it seems to "
      + "mean may not hold there."
  }

  var summary: String {
    "Neuron \(state.address). " + facts.map { "\($0.name): \($0.value)" }.joined(separator: ". ")
  }

  var table: DataTable {
    DataTable(
      name: "neuron-\(state.address)", columns: ["id", "split", "label", "value", "text"],
      rows: (evidence?.values ?? []).enumerated().map { place, value in
        let text = state.run.texts[place]
        return ["\(text.id)", text.split.rawValue, text.label, "\(value)", text.text]
      })
  }

  // MARK: Keys

  /// Up and down the ranking of its layer; to the side lie the other layers.
  static func filtered(_ state: ExplorerState) -> (kept: Int, all: Int)? {
    LayerView.filtered(state)
  }

  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    switch action {
    case .moveRow, .moveColumn, .first, .last: return LayerView.update(&state, action)
    case .nextSample: state.look.views.neuron.sample += 1
    case .nextReplacement:
      let all = NeuronState.Substitute.allCases
      let here = all.firstIndex(of: state.look.views.neuron.substitute) ?? 0
      state.look.views.neuron.substitute = all[(here + 1) % all.count]
    case .openTwin:
      guard let twin = evidence(state)?.twins.first else { return [] }
      var place = state.place
      place.neuron = twin.neuron.index
      return state.update(.go(place))
    case .toggleComparison:
      guard state.look.views.run.against != nil else {
        return state.update(.fillPrompt("beside "))
      }
      state.look.views.neuron.isElsewhere.toggle()
    case .open: return open(&state)
    default: return nil
    }
    return []
  }

  /// The first of the listed texts as the sentence.
  private static func open(_ state: inout ExplorerState) -> [ExplorerEffect] {
    guard let place = evidence(state).flatMap({ places(state, $0).first }) else { return [] }
    state.place.text = place
    state.look.sentence = TextField(state.run.texts[place].text)
    state.show(.sentence)
    return []
  }
}
