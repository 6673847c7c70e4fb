import Probing

/// The screens, in the order of their tabs.
enum Tab: Int, Sendable, CaseIterable {
  case layers, map, layer, sentence

  var title: String {
    switch self {
    case .layers: "Layers"
    case .map: "Map"
    case .layer: "Layer"
    case .sentence: "Sentence"
    }
  }
}

/// Everything that the explorer shows; what `view` draws and `update` changes.
struct ExplorerState: Sendable {
  /// Whether the model can answer.
  enum Model: Sendable, Equatable {
    case loading
    case ready
    case missing(String)
  }

  let index: RunIndex
  var tab = Tab.layers
  /// Which probes are shown.
  var representation: Representation
  var pooling: Pooling
  /// The cursor, shared by all screens: a layer and a neuron of it.
  var layer: Int
  var neuron: Int
  /// The share of saliency that salient neurons reach, 0.01 … 1.
  var eta: Double
  /// The map shows the 2⁻ᶻᵒᵒᵐ part of a layer around the cursor.
  var zoom = 0
  var sentence: TextField
  var isTyping = false
  var explanation: Explanation?
  /// Counts edits of the sentence; an answer to an older edit is dropped.
  var generation = 0
  var model = Model.loading
  var helpIsShown = false
  var isFinished = false

  init(_ index: RunIndex, sentence: String? = nil) {
    self.index = index
    let head = index.run.head
    representation = head.source.representations.last ?? .hidden
    pooling = head.pooling
    eta = head.selection.eta ?? index.run.info.settings.etas.last ?? 0.8
    layer = index.bestLayer(representation, head.pooling)
    neuron = 0
    self.sentence = TextField(sentence ?? Self.example(index.run))
    neuron = ranked?.neurons.first?.address.index ?? 0
  }

  /// The first validation text that fits a line: something true to look at from the start.
  private static func example(_ run: Run) -> String {
    let held = run.texts.filter { $0.split == .validation }
    return (held.first { 20...70 ~= $0.text.count } ?? held.first)?.text ?? ""
  }

  /// The probe at the cursor.
  var ranked: RankedProbe? { index.probe(representation, layer, pooling) }

  /// Neurons of the cursor's layer that η keeps.
  var keptHere: Int { ranked?.kept(eta: eta) ?? 0 }

  /// The cursor's place in its layer's ranking; nil for a neuron with zero weight.
  var rank: Int? { ranked?.neurons.firstIndex { $0.address.index == neuron } }

  /// `138 of 2,688 = 5.1 %`: neurons that η keeps over all layers.
  var keptTotal: String {
    let kept = index.kept(representation, pooling, eta: eta)
    let all = index.layers(representation) * index.width(representation)
    return
      "\(grouped(kept)) of \(grouped(all)) = \(decimals(Double(kept) / Double(all) * 100, 1)) %"
  }

  var address: NeuronAddress { NeuronAddress(representation, layer: layer, index: neuron) }

  /// The explanation, if it is of the sentence as it stands.
  var currentExplanation: Explanation? {
    explanation?.text == sentence.text ? explanation : nil
  }
}
