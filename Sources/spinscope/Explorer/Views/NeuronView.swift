import Probing
import Terminal

/// Everything that is known of the neuron under the cursor.
struct NeuronView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let inner = frame.canvas.box(
      area, title: "Neuron \(state.address)", number: Tab.neuron.number,
      subtitle: state.representation.plural, theme: theme, focused: true
    ).insetBy(dx: 1, dy: 0)
    for (row, fact) in facts.enumerated() where row < inner.height {
      frame.canvas.write(
        padded(fact.name, to: 18), x: inner.x, y: inner.y + row, style: theme["text.dim"])
      frame.canvas.write(
        clipped(fact.value, to: inner.width - 18), x: inner.x + 18, y: inner.y + row,
        style: theme["text"])
    }
  }

  private var facts: [(name: String, value: String)] {
    probeFacts + (statistics.map(measuredFacts) ?? [("head", "does not read it")])
  }

  /// What the fit measured of it; nil for neurons that the head does not read.
  private var statistics: NeuronStatistics? {
    state.run.neurons.first { $0.neuron == state.address }
  }

  private var probeFacts: [(name: String, value: String)] {
    guard let rank = state.rank, let neuron = state.ranked?.neurons[rank] else {
      return [("probe", "weight 0: the layer's probe does not use it")]
    }
    return [
      ("probe weight", "\(signed(Double(neuron.weight), 4)) \(state.index.side(neuron))"),
      ("rank", "\(rank + 1) of \(grouped(state.ranked?.neurons.count ?? 0)) with a weight"),
      ("share of saliency", "\(percent(neuron.share)) %"),
      ("kept", rank < state.keptHere ? "yes, at η \(decimals(state.eta, 2))" : "no"),
    ]
  }

  private func measuredFacts(_ known: NeuronStatistics) -> [(name: String, value: String)] {
    let alone = known.alone
    let means = alone.classMeans.enumerated().map { k, mean in
      "\(state.index.label(k)) \(signed(mean, 3)) ± \(decimals(alone.classDeviations[k], 3))"
    }
    var facts = [
      ("AUC alone", decimals(alone.auc, 3)), ("Cohen's d", signed(alone.cohensD)),
      ("r with length", signed(alone.lengthCorrelation)),
      ("class means", means.joined(separator: " · ")),
    ]
    if let stability = known.inProbe?.stability {
      facts.append(("stability", "\(percent(stability)) % of fits on half the texts keep it"))
    }
    if let twin = known.inProbe?.twin {
      facts.append(("twin, not kept", "\(twin.neuron), r \(signed(twin.correlation))"))
    }
    return facts
  }

  var meaning: String {
    "What the probe of its layer and the head make of this neuron, and what it tells alone: AUC 0.5 "
      + "tells nothing, 0 or 1 everything. All measured on training texts."
  }

  var summary: String {
    "Neuron \(state.address). " + facts.map { "\($0.name): \($0.value)" }.joined(separator: ". ")
  }

  var table: DataTable {
    DataTable(
      name: "neuron-\(state.address)", columns: ["what", "value"],
      rows: facts.map { [$0.name, $0.value] })
  }

  /// Up and down the ranking of its layer; to the side lie the other layers.
  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    switch action {
    case .moveRow, .moveColumn, .first, .last: LayerView.update(&state, action)
    default: nil
    }
  }
}
