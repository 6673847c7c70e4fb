import Probing

/// Where actions lead.
extension ExplorerState {
  mutating func move(_ action: ExplorerAction) {
    switch action {
    case .showTab(let tab): show(tab)
    case .nextTab(let step):
      let count = Tab.allCases.count
      show(Tab.allCases[(place.tab.rawValue + step + count) % count])
    case .moveRow(let step): moveLayer(by: step)
    case .first: moveLayer(by: -index.layers(representation))
    case .last: moveLayer(by: index.layers(representation))
    case .go(let next), .point(let next): place = valid(next)
    case .jump(let view):
      place = valid(view.place)
      look = view.look
    case .openText(let text):
      guard run.texts.indices.contains(text) else { return }
      place.text = text
      look.sentence = TextField(run.texts[text].text)
      show(.sentence)
    case .nextMatch(let step): moveToMatch(step)
    case .back: if let last = places.back(from: place) { place = last }
    case .forward: if let next = places.forward(from: place) { place = next }
    default: break
    }
  }

  mutating func show(_ tab: Tab) {
    place.tab = tab
    if isQuerying { (isTyping, isQuerying) = (false, false) }
    help = .hidden
  }

  /// To another layer, and there to the neuron that its probe weighs most.
  mutating func moveLayer(by step: Int) {
    if !goToOtherStack(by: step) {
      place.layer = min(max(0, layer + step), index.layers(representation) - 1)
    }
    moveToBestNeuron()
  }

  /// A step beyond the encoder's last layer leads to the decoder's first, and back; false where it
  /// is none.
  mutating func goToOtherStack(by step: Int) -> Bool {
    let isEncoder = !representation.isDecoder
    let edge = isEncoder ? index.layers(representation) - 1 : 0
    let next = representation.inDecoder(isEncoder)
    guard step == (isEncoder ? 1 : -1), layer == edge, run.info.representations.contains(next)
    else {
      return false
    }
    place.representation = next
    place.layer = isEncoder ? 0 : index.layers(next) - 1
    return true
  }

  mutating func moveToBestNeuron() { place.neuron = ranked?.neurons.first?.address.index ?? 0 }

  /// To the next neuron that the filter keeps, in this layer's ranking or those after it.
  private mutating func moveToMatch(_ step: Int) {
    guard !filter.isEmpty, let filter = NeuronFilter(filter) else {
      notice = "/ says what to look for"
      return
    }
    let count = index.layers(representation)
    for layers in 0...count {
      let layer = ((self.layer + step * layers) % count + count) % count
      let here = layers == 0 ? rank : nil
      let ranks = filter.ranks(layer, in: self)
      let next =
        step > 0
        ? ranks.first { here == nil || $0 > (here ?? 0) }
        : ranks.last { here == nil || $0 < (here ?? 0) }
      guard let next, let ranked = index.probe(representation, layer, pooling) else { continue }
      place.layer = layer
      place.neuron = ranked.neurons[next].address.index
      return
    }
    notice = "no neuron of any layer is like that"
  }

  /// A place that this run has: the nearest where it has not.
  func valid(_ place: Place) -> Place {
    var place = place
    if !run.info.representations.contains(place.representation) {
      place.representation = representation
    }
    place.layer = min(max(0, place.layer), index.layers(place.representation) - 1)
    place.neuron = min(max(0, place.neuron), index.width(place.representation) - 1)
    place.text = min(max(0, place.text), max(0, run.texts.count - 1))
    return place
  }
}
