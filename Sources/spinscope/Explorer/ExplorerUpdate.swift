import Probing
import Terminal

extension ExplorerState {
  /// Changes the state as `action` says; pure, but for the effects that it returns.
  mutating func update(_ action: ExplorerAction) -> [ExplorerEffect] {
    switch action {
    case .quit: isFinished = true
    case .toggleHelp: helpIsShown.toggle()
    case .back: goBack()
    case .show(let tab): show(tab)
    case .nextTab(let step):
      let count = Tab.allCases.count
      show(Tab.allCases[(tab.rawValue + step + count) % count])
    case .moveLayer(let step): moveRow(step)
    case .moveNeuron(let step): moveNeuron(step)
    case .first: moveRow(-1_000_000)
    case .last: moveRow(1_000_000)
    case .open: if tab == .layers || tab == .map { tab = .layer }
    case .changeEta(let step):
      eta = min(1, max(0.01, ((eta + step) * 100).rounded() / 100))
    case .nextPooling: showNextPooling()
    case .showRepresentation(let next): showRepresentation(next)
    case .zoom(let step): zoom = min(maxZoom, max(0, zoom + step))
    case .startTyping:
      isTyping = true
      helpIsShown = false
    case .edit(let key): return edit(key)
    case .suspend: return [.suspend]
    case .repaint: return [.repaint]
    case .modelReady:
      model = .ready
      return [.explain(sentence.text, generation: generation)]
    case .modelMissing(let reason): model = .missing(reason)
    case .explained(let explanation, let generation):
      if generation == self.generation { self.explanation = explanation }
    }
    return []
  }

  private mutating func show(_ next: Tab) {
    tab = next
    helpIsShown = false
  }

  private mutating func goBack() {
    if isTyping {
      isTyping = false
    } else if helpIsShown {
      helpIsShown = false
    } else {
      tab = .layers
    }
  }

  // MARK: The cursor

  /// Rows are layers, but on the layer's own screen, where they are its ranked neurons.
  private mutating func moveRow(_ step: Int) {
    if tab == .layer {
      guard let neurons = ranked?.neurons, !neurons.isEmpty else { return }
      let next = min(max(0, (rank ?? 0) + step), neurons.count - 1)
      neuron = neurons[next].address.index
    } else {
      layer = min(max(0, layer + step), index.layers(representation) - 1)
      if tab == .layers { neuron = ranked?.neurons.first?.address.index ?? 0 }
    }
  }

  /// On the map a step is one column; elsewhere it is the next neuron of the ranking.
  private mutating func moveNeuron(_ step: Int) {
    if tab == .map {
      neuron = min(max(0, neuron + step * neuronsPerStep), index.width(representation) - 1)
    } else if tab == .layer {
      layer = min(max(0, layer + step), index.layers(representation) - 1)
      neuron = ranked?.neurons.first?.address.index ?? 0
    }
  }

  /// Neurons that one column of the map stands for on a screen of usual width.
  private var neuronsPerStep: Int { max(1, (index.width(representation) >> zoom) / 64) }

  /// The zoom at which every column is one neuron.
  private var maxZoom: Int {
    var zoom = 0
    while index.width(representation) >> zoom > 64 { zoom += 1 }
    return zoom
  }

  // MARK: What is shown

  private mutating func showNextPooling() {
    let poolings = index.run.info.settings.poolings
    let here = poolings.firstIndex(of: pooling) ?? 0
    pooling = poolings[(here + 1) % poolings.count]
    neuron = ranked?.neurons.first?.address.index ?? 0
  }

  private mutating func showRepresentation(_ next: Representation) {
    guard index.run.info.settings.representations.contains(next) else { return }
    representation = next
    layer = min(layer, index.layers(next) - 1)
    neuron = ranked?.neurons.first?.address.index ?? 0
  }

  // MARK: The sentence

  private mutating func edit(_ key: Key) -> [ExplorerEffect] {
    let before = sentence.text
    switch key {
    case .character(let character): sentence.insert(String(character))
    case .paste(let text): sentence.insert(text)
    case .backspace: sentence.deleteBackward()
    case .delete, .control("d"): sentence.deleteForward()
    case .left, .control("b"): sentence.move(by: -1)
    case .right, .control("f"): sentence.move(by: 1)
    case .home, .control("a"): sentence.moveToStart()
    case .end, .control("e"): sentence.moveToEnd()
    case .control("w"): sentence.deleteWord()
    case .control("u"): sentence.deleteToStart()
    case .control("k"): sentence.deleteToEnd()
    default: break
    }
    guard sentence.text != before else { return [] }
    generation += 1
    return model == .ready ? [.explain(sentence.text, generation: generation)] : []
  }
}
