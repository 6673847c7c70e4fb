import Probing
import Terminal

/// Everything that the explorer shows; what `ExplorerView` draws and `update` changes.
struct ExplorerState: Sendable {
  /// Whether the model can answer.
  enum Model: Sendable, Equatable {
    case loading
    case ready
    case missing(String)
  }

  /// How much is explained: nothing, what is under the cursor, or the screen and every key too.
  enum Help: Sendable, Equatable {
    case hidden, brief, whole
  }

  let index: RunIndex
  var theme: Theme
  var place: Place
  var look: Lens
  var places = History<Place>()
  var looks = History<Lens>()
  /// The kind of the last change of the look: a row of the same is one step of undo.
  var lastChange: String?

  var isTyping = false
  var prompt: Prompt?
  /// What was last explained to hold other sentences against.
  var pinned: Explanation?
  /// The sentences that were typed.
  var sentences = TypedSentences()
  /// What the user chose before the explorer began.
  let keymap: Keymap
  /// The themes that can be chosen, and the one in use before the prompt showed others.
  let themes: [String]
  var themeBefore = ""
  /// Folders of other runs, to hold this one against.
  let runsBeside: [String]
  var hasMouse: Bool
  /// Whether what is typed is the query of the texts, not the sentence.
  var isQuerying = false
  var help = Help.hidden {
    didSet { helpTop = 0 }
  }
  /// Lines of the help that are scrolled out of sight.
  var helpTop = 0
  var tour = TourState()
  /// Whether what appears may move.
  let hasMotion: Bool
  var isFinished = false
  /// A line for the footer, until the next key.
  var notice: String?

  var model = Model.loading
  var questions = Questions()
  var explanation: Explanation?
  /// What the head says of every text of the run; nil until asked for and answered.
  var predictions: TextTable?
  /// The texts that the last query that made sense selected.
  var selection: TextSelection?
  /// What is known of the neuron that was looked at last.
  var evidence: NeuronEvidence?
  var traces: NeuronTraces?
  var silenced: Silenced?
  /// A layer's neurons that were silenced together.
  var group: Silenced?
  /// What each neuron does alone, as far as it was measured.
  var effects: NeuronEffects?
  var slices: ErrorSlices?
  var clusters: LayerClusters?
  var comparison: RunsCompared?
  /// What any threshold of the early exits does; nil until one is asked for that was not tried.
  var exitTrials: ExitTrials?
  /// The neuron that was looked at last, on another run's texts.
  var elsewhere: NeuronElsewhere?
  var calibration: [Recalibration]?

  /// What a state is made with, besides the run.
  struct Options: Sendable {
    var theme = Theme.builtIn
    var themes: [String] = []
    var keymap = Keymap.standard
    var hasMouse = true
    var hasMotion = false
    var runsBeside: [String] = []
  }

  init(_ index: RunIndex, _ options: Options = Options()) {
    self.index = index
    theme = options.theme
    (keymap, themes, hasMouse) = (options.keymap, options.themes, options.hasMouse)
    hasMotion = options.hasMotion
    runsBeside = options.runsBeside
    let head = index.run.head
    let kind: Representation = head.source == .hidden ? .hidden : .activation
    let representation = kind.inDecoder(head.lastLayer.representation.isDecoder)
    let layer = index.bestLayer(representation, head.pooling)
    let best = index.probe(representation, layer, head.pooling)?.neurons.first
    place = Place(
      representation: representation, layer: layer, neuron: best?.address.index ?? 0,
      text: Self.example(index.run))
    look = Lens(
      pooling: head.pooling,
      eta: head.selection.eta ?? index.run.info.settings.etas.last ?? 0.8,
      sentence: TextField(""))
    if index.run.texts.indices.contains(place.text) {
      look.sentence = TextField(index.run.texts[place.text].text)
    }
  }

  /// The first validation text that fits a line: something true to look at from the start.
  private static func example(_ run: Run) -> Int {
    let held = run.texts.indices.filter { run.texts[$0].split == .validation }
    return held.first { 20...70 ~= run.texts[$0].text.count } ?? held.first ?? 0
  }
}

// MARK: What the views ask for

extension ExplorerState {
  var run: Run { index.run }
  var representation: Representation { place.representation }
  var layer: Int { place.layer }
  var neuron: Int { place.neuron }
  var pooling: Pooling { look.pooling }
  var eta: Double { look.eta }
  var sentence: TextField { look.sentence }
  var address: NeuronAddress { place.address }

  /// The probe at the cursor.
  var ranked: RankedProbe? { index.probe(representation, layer, pooling) }

  /// The place of another layer's most salient neuron.
  func place(_ layer: Int) -> Place {
    guard layer != self.layer else { return place }
    var there = place
    there.layer = layer
    there.neuron = index.probe(representation, layer, pooling)?.neurons.first?.address.index ?? 0
    return there
  }

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

  /// The explanation, if it is of the sentence as it stands.
  var currentExplanation: Explanation? {
    explanation?.text == sentence.text ? explanation : nil
  }

  /// The pinned sentence, if it is explained.
  var currentPinned: Explanation? {
    pinned?.text == look.views.sentence.pinned ? pinned : nil
  }

  /// The comparison, if it is with the run that is asked for.
  var currentComparison: RunsCompared? {
    comparison?.path == look.views.run.against ? comparison : nil
  }

  /// What is kept of the rows of this screen; empty for all.
  var filter: String {
    get { look.views.filters[place.tab.filterOwner] ?? "" }
    set { look.views.filters[place.tab.filterOwner] = newValue.isEmpty ? nil : newValue }
  }

  /// Takes up a session, as far as it fits this run.
  mutating func resume(_ session: Session) {
    guard run.info.settings.poolings.contains(session.look.pooling), session.look.eta.isFinite
    else {
      return
    }
    place = valid(session.place)
    look = session.look
    look.eta = min(1, max(0.01, look.eta))
    tour.step = min(max(0, session.tour ?? 0), TourState.steps.count - 1)
    sentences = TypedSentences(session.sentences ?? [])
  }
}

extension Tab {
  /// The screen that a filter belongs to: those of neurons share one.
  var filterOwner: Tab { [.layers, .map, .neuron].contains(self) ? .layer : self }
}
