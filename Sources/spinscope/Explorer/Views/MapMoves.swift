import Probing

/// What the keys do on the map.
extension MapView {
  static func needs(_ state: ExplorerState) -> [EngineRequest] {
    let order = MapOrder(state)
    guard order.kind == .cluster, order.clusters == nil else { return [] }
    return [.clusters(state.representation, state.pooling)]
  }

  static func filtered(_ state: ExplorerState) -> (kept: Int, all: Int)? {
    LayerView.filtered(state)
  }

  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    switch action {
    case .open: state.show(.neuron)
    case .zoom(let step):
      let zoom = state.look.views.map.zoom + step
      state.look.views.map.zoom = min(maxZoom(state), max(0, zoom))
    case .moveColumn(let step): moveColumn(&state, by: step)
    case .nextOrder: state.look.views.map.order.toggle()
    case .nextScale: state.look.views.map.scale.toggle()
    case .moveRow(let step):
      // Layers lie with the last above the first, and the cursor stays in its column.
      guard !state.goToOtherStack(by: -step) else { break }
      let last = state.index.layers(state.representation) - 1
      state.place.layer = min(max(0, state.layer - step), last)
    default: return nil
    }
    return []
  }

  private static func moveColumn(_ state: inout ExplorerState, by step: Int) {
    let order = MapOrder(state)
    let neurons = order.neurons(state.layer)
    let next = order.column + step * neuronsPerStep(state)
    state.place.neuron = neurons[min(max(0, next), neurons.count - 1)]
  }

  /// Neurons that one column stands for on a screen of usual width.
  private static func neuronsPerStep(_ state: ExplorerState) -> Int {
    max(1, (MapOrder(state).shown >> state.look.views.map.zoom) / 64)
  }

  /// The zoom at which every column is one neuron.
  private static func maxZoom(_ state: ExplorerState) -> Int {
    var zoom = 0
    while MapOrder(state).shown >> zoom > 64 { zoom += 1 }
    return zoom
  }
}
