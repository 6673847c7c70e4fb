/// The screens, in the order of their tabs and of the keys 1–7.
///
/// A new screen is one file with a `ScreenView`, and one case here.
enum Tab: Int, Sendable, Codable, CaseIterable {
  case layers, map, layer, neuron, sentence, texts, run

  var title: String {
    switch self {
    case .layers: "Layers"
    case .map: "Map"
    case .layer: "Layer"
    case .neuron: "Neuron"
    case .sentence: "Sentence"
    case .texts: "Texts"
    case .run: "Run"
    }
  }

  /// What draws it and what answers its keys.
  var view: any ScreenView.Type {
    switch self {
    case .layers: LayersView.self
    case .map: MapView.self
    case .layer: LayerView.self
    case .neuron: NeuronView.self
    case .sentence: SentenceView.self
    case .texts: TextsView.self
    case .run: RunView.self
    }
  }

  /// The key that shows it, also the small number in its title.
  var number: Int { rawValue + 1 }

  /// The name that command lines and addresses use.
  var name: String { title.lowercased() }

  init?(name: String) {
    guard let tab = Self.allCases.first(where: { $0.name == name.lowercased() }) else { return nil }
    self = tab
  }
}
