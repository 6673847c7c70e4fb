import Probing
import Terminal

/// One layer: how saliency adds up over its neurons, and the neurons in order.
struct LayerView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  private var index: RunIndex { state.index }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let name = "\(state.representation.letter)\(state.layer)"
    guard let ranked = state.ranked, !ranked.neurons.isEmpty else {
      let inner = frame.canvas.box(
        area, title: "Layer \(name)", number: Tab.layer.number, theme: theme, focused: true)
      frame.canvas.write(
        "No neuron of this layer tells the classes apart.", x: inner.x + 1, y: inner.y,
        style: theme["text.dim"])
      return
    }
    if area.width >= 100 {
      let (curve, table) = area.splitLeft(area.width / 2)
      SaliencyCurve(state: state, ranked: ranked).draw(into: &frame, curve)
      NeuronTable(state: state, ranked: ranked).draw(into: &frame, table)
    } else if area.height < 11 {
      NeuronTable(state: state, ranked: ranked, hasSlider: true).draw(into: &frame, area)
    } else {
      let (curve, table) = area.splitTop(min(7, area.height / 2))
      SaliencyCurve(state: state, ranked: ranked).draw(into: &frame, curve)
      NeuronTable(state: state, ranked: ranked).draw(into: &frame, table)
    }
  }

  // MARK: In words

  var meaning: String {
    let this =
      state.rank.flatMap { rank in
        state.ranked.map { ranked in
          "\(state.address) is rank \(rank + 1): weight \(signed(Double(ranked.neurons[rank].weight), 4)) "
            + "a standard deviation, \(index.side(ranked.neurons[rank])). "
        }
      } ?? ""
    return this
      + "The curve adds up squared weights from the strongest neuron down; where it reaches η, neurons "
      + "stop being kept. Raw w is the weight per unit of the neuron, share its part of the layer's "
      + "squared weights, sum the part of it and all before it, stable the share of fits on half the texts "
      + "that keep it, effect what the true label's log-odds change by on validation when it alone is "
      + "silenced and the layers above run again: minus where it helps; τ says how far that order is the weights'. S silences a group at once."
  }

  var summary: String {
    guard let ranked = state.ranked else {
      return "No neuron of this layer tells the classes apart."
    }
    return "Layer \(state.address.layerAddress): \(score(ranked.probe.validation)). η "
      + "\(decimals(state.eta, 2)) keeps \(state.keptHere) of \(neurons(ranked.neurons.count)) with a "
      + "weight."
  }

  var table: DataTable {
    DataTable(
      name: "layer-\(state.address.layerAddress)",
      columns: [
        "neuron", "weight", "raw weight", "share", "cumulative", "kept", "effect", "low", "high",
        "flips",
      ],
      rows: (state.ranked?.neurons ?? []).enumerated().map { rank, neuron in
        [
          "\(neuron.address)", "\(neuron.weight)", "\(neuron.rawWeight)", decimals(neuron.share, 6),
          decimals(neuron.cumulative, 6), rank < state.keptHere ? "yes" : "no",
        ] + effect(of: neuron.address)
      })
  }

  /// What silencing it does, with its interval, and the answers that change; empty where unknown.
  private func effect(of neuron: NeuronAddress) -> [String] {
    guard let outcome = state.outcome(of: neuron) else { return ["", "", "", ""] }
    let change = outcome.logitChange
    return [change.value, change.low, change.high].map { decimals($0, 4) }
      + ["\(outcome.flips.count)"]
  }

  // MARK: Keys

  static func needs(_ state: ExplorerState) -> [EngineRequest] {
    LayerSilencing(state: state).needs
  }

  static func filtered(_ state: ExplorerState) -> (kept: Int, all: Int)? {
    (LayerState.ranks(state).count, state.ranked?.neurons.count ?? 0)
  }

  /// Rows are the layer's neurons as they are ordered and filtered; to the side lie the other layers.
  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    let count = state.ranked?.neurons.count ?? 0
    switch action {
    case .moveRow(let step): moveRow(&state, by: step)
    case .first: moveRow(&state, by: -count)
    case .last: moveRow(&state, by: count)
    case .moveColumn(let step): state.moveLayer(by: step)
    case .open: state.show(.neuron)
    case .nextOrder: state.look.views.layer.order.advance()
    case .order(let place):
      state.look.views.layer.order =
        LayerState.Order.allCases[min(max(0, place), LayerState.Order.allCases.count - 1)]
      state.look.views.layer.isReversed = false
    case .reverseOrder: state.look.views.layer.isReversed.toggle()
    default: return nil
    }
    return []
  }

  private static func moveRow(_ state: inout ExplorerState, by step: Int) {
    let ranks = LayerState.ranks(state)
    guard let ranked = state.ranked, !ranks.isEmpty else { return }
    let here = state.rank.flatMap { ranks.firstIndex(of: $0) } ?? 0
    let next = ranks[min(max(0, here + step), ranks.count - 1)]
    state.place.neuron = ranked.neurons[next].address.index
  }
}
