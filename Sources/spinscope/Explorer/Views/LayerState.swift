import Probing

/// What the layer's screen remembers: the order of its table.
struct LayerState: Sendable, Equatable, Codable {
  enum Order: String, Sendable, Codable, CaseIterable {
    case rank, neuron, weight
    case raw = "raw w"
    case share, sum, stable
    /// What silencing it does to validation.
    case effect
  }

  var order = Order.rank
  var isReversed = false
  /// Neurons that are silenced together.
  var group: [NeuronAddress] = []

  /// Places in the ranking of the cursor's layer that the filter keeps, in the table's order.
  static func ranks(_ state: ExplorerState) -> [Int] {
    guard let ranked = state.ranked else { return [] }
    let kept =
      NeuronFilter(state.filter)?.ranks(state.layer, in: state) ?? Array(ranked.neurons.indices)
    let (order, isReversed) = (state.look.views.layer.order, state.look.views.layer.isReversed)
    let keys = kept.map { rank in
      let neuron = ranked.neurons[rank]
      let stability = state.index.stability(neuron.address, state.pooling)
      let effect = order == .effect ? state.outcome(of: neuron.address) : nil
      return (order.key(neuron, rank, stability, effect), rank)
    }
    let sorted = order == .rank ? keys : keys.sorted { $0 < $1 }
    return isReversed ? sorted.reversed().map(\.1) : sorted.map(\.1)
  }

  var settings: [(name: String, value: String)] {
    (order == .rank ? [] : [("sort", order.rawValue.replacing(" ", with: ""))])
      + (isReversed ? [("reversed", "yes")] : [])
      + (group.isEmpty
        ? [] : [("silenced", group.map(\.description).joined(separator: ","))])
  }

  mutating func read(_ name: String, _ value: String) -> Bool {
    switch name {
    case "sort":
      guard
        let order = Order.allCases.first(where: { $0.rawValue.replacing(" ", with: "") == value })
      else { return false }
      self.order = order
    case "reversed": isReversed = value == "yes"
    case "silenced":
      let parts = value.split(separator: ",").map { NeuronAddress(String($0)) }
      guard !parts.contains(nil) else { return false }
      group = parts.compactMap { $0 }
    default: return false
    }
    return true
  }
}

extension LayerState.Order {
  /// What is sorted by, ascending: the most telling first.
  fileprivate func key(
    _ neuron: RankedNeuron, _ rank: Int, _ stability: Double?, _ effect: SilencingOutcome?
  ) -> Double {
    switch self {
    case .rank, .share, .sum: Double(rank)
    case .neuron: Double(neuron.address.index)
    case .weight: -Double(neuron.weight)
    case .stable: -(stability ?? -1)
    case .raw: -abs(Double(neuron.rawWeight))
    // What helps most first: without it the true class loses most.
    case .effect: effect?.logitChange.value ?? .infinity
    }
  }

  mutating func advance() {
    let all = Self.allCases
    self = all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
  }
}
