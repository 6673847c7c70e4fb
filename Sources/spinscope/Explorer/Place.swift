import Probing

/// Where one is: a screen, and the cursor that all screens share.
struct Place: Sendable, Equatable, Codable {
  var tab = Tab.layers
  var representation: Representation
  var layer: Int
  /// Index within the layer.
  var neuron: Int
  /// A text of the run, by its position.
  var text = 0
  /// A word of the sentence.
  var word = 0

  var address: NeuronAddress { NeuronAddress(representation, layer: layer, index: neuron) }
}

/// How it is shown, which `u` undoes: everything but the place.
struct Lens: Sendable, Equatable, Codable {
  var pooling: Pooling
  /// The share of saliency that salient neurons reach, 0.01 … 1.
  var eta: Double
  var sentence: TextField
  var views = ViewStates()
}

/// What each screen remembers for itself.
struct ViewStates: Sendable, Equatable, Codable {
  var layers = LayersState()
  var map = MapState()
  var layer = LayerState()
  var neuron = NeuronState()
  var sentence = SentenceState()
  var texts = TextsState()
  var run = RunState()
  /// What is kept of the rows of each screen; the screens of neurons share one.
  var filters: [Tab: String] = [:]

  /// What differs from the start, as `--at` writes it.
  var settings: [(name: String, value: String)] {
    layers.settings + map.settings + layer.settings + neuron.settings + sentence.settings
      + texts.settings + run.settings
      + (filters[.layer].map { [("filter", $0)] } ?? [])
  }

  /// Takes one of them; false if it is none.
  mutating func read(_ name: String, _ value: String) -> Bool {
    if name == "filter" {
      filters[.layer] = value.isEmpty ? nil : value
      return true
    }
    return layers.read(name, value) || map.read(name, value) || layer.read(name, value)
      || neuron.read(name, value)
      || sentence.read(name, value) || texts.read(name, value)
      || run.read(name, value)
  }
}

/// Steps that can be taken back and taken again.
///
/// Used twice: for places (back and forward) and for looks (undo and redo).
struct History<Step: Sendable & Equatable>: Sendable, Equatable {
  private var past: [Step] = []
  private var future: [Step] = []
  private static var limit: Int { 200 }

  var canGoBack: Bool { !past.isEmpty }
  var canGoForward: Bool { !future.isEmpty }

  /// Notes what was, just before it changes.
  mutating func note(_ step: Step) {
    future = []
    guard past.last != step else { return }
    past.append(step)
    if past.count > Self.limit { past.removeFirst() }
  }

  /// The step before; `current` can be come back to by `forward`.
  mutating func back(from current: Step) -> Step? {
    guard let step = past.popLast() else { return nil }
    future.append(current)
    return step
  }

  mutating func forward(from current: Step) -> Step? {
    guard let step = future.popLast() else { return nil }
    past.append(current)
    return step
  }
}
