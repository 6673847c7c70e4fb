import Probing

/// The neurons of a layer from left to right, as the map has them.
struct MapOrder {
  private let state: ExplorerState

  init(_ state: ExplorerState) { self.state = state }

  var kind: MapState.Order { state.look.views.map.order }

  /// The clusters of what is shown, if the map is ordered by them and they are known.
  var clusters: LayerClusters? {
    guard kind == .cluster else { return nil }
    return state.clusters.flatMap {
      $0.representation == state.representation && $0.pooling == state.pooling ? $0 : nil
    }
  }

  /// Those that are ordered by weight or cluster, then those without a weight by index.
  func neurons(_ layer: Int) -> [Int] {
    let all = Array(0..<state.index.width(state.representation))
    let first = leading(layer)
    let known = Set(first)
    return first + all.filter { !known.contains($0) }
  }

  /// How many of them the map shows: all by index, else as many as have a weight in some layer.
  var shown: Int {
    let width = state.index.width(state.representation)
    guard kind != .index else { return width }
    let most = (0..<state.index.layers(state.representation)).map { leading($0).count }.max() ?? 0
    return most == 0 ? width : most
  }

  private func leading(_ layer: Int) -> [Int] {
    switch kind {
    case .index: []
    case .weight:
      state.index.probe(state.representation, layer, state.pooling)?.neurons
        .map(\.address.index) ?? []
    case .cluster: clusters?.arranged(layer) ?? []
    }
  }

  /// The place of the cursor's neuron in its layer.
  var column: Int {
    kind == .index ? state.neuron : neurons(state.layer).firstIndex(of: state.neuron) ?? 0
  }
}
