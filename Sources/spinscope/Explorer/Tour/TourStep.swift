import Probing

/// One step of the guided tour, as data: where it happens, what it says, and the key it waits for.
struct TourStep: Sendable {
  /// How `:tour` and tests name it.
  var id: String
  var title: String
  var scene: TourScene
  /// The pane that it speaks of, by the beginning of its title: the first of these that is there.
  var panes: [String]
  /// The pane once the key was pressed; the same where this is empty.
  var panesAfter: [String] = []
  var awaits: TourKey
  var before: [TourSentence]
  var after: [TourSentence]
}

/// Where a step happens; the rest of the view is as the run was chosen.
struct TourScene: Sendable {
  enum Cursor: Sendable {
    /// The first layer.
    case bottom
    /// The layer whose probe validates best, and there the neuron that its probe weighs most.
    case best
    /// The neuron of the head that does most for the sentence.
    case loudest
  }

  var tab: Tab
  var cursor = Cursor.best
}

/// What a step waits for.
struct TourKey: Sendable {
  /// Names of actions, as `ActionTable` gives them: the first that meets the goal is the one to do.
  var actions: [String]
  /// Why to press it: what follows "press ↓".
  var purpose: String
  var times = 1
  /// What is typed behind it, where it opens a field: a placeholder of the facts.
  var typing: String?
  var goal: TourGoal
  /// Where a run has nothing to show for it, the step waits for Space alone.
  var condition = TourCondition.always
}

/// When a step is done.
enum TourGoal: Sendable, Equatable {
  /// Only by going on.
  case goOn
  case tab(Tab)
  case pooling, layer, eta, representation
  /// Another sentence, and the answer to it.
  case said
  /// Another neuron.
  case neuron
  /// Random texts of the neuron.
  case randomTexts
  /// The neuron silenced.
  case silenced
  case help

  func isMet(_ state: ExplorerState, since start: TourStart) -> Bool {
    switch self {
    case .goOn: false
    case .tab(let tab): state.place.tab == tab
    case .pooling: state.pooling != start.look.pooling
    case .layer: state.layer != start.place.layer
    case .eta: state.eta != start.look.eta
    case .representation: state.representation != start.place.representation
    case .said:
      !state.isTyping && state.sentence.text != start.look.sentence.text
        && state.currentExplanation != nil
    case .neuron: state.address != start.place.address
    case .randomTexts: state.look.views.neuron.texts == .random
    case .silenced: state.look.views.sentence.factors["\(state.address)"] == 0
    case .help: state.help != .hidden
    }
  }
}

/// A sentence with `{placeholders}` that `TourFacts` fills; left out where it would not be true.
struct TourSentence: Sendable, ExpressibleByStringLiteral {
  var text: String
  var condition = TourCondition.always
  /// What is said where the condition does not hold.
  var otherwise: String?
  /// Whether it goes first where there is little room.
  var isDetail = false

  init(stringLiteral text: String) { self.text = text }

  init(
    _ text: String, if condition: TourCondition = .always, else otherwise: String? = nil,
    detail: Bool = false
  ) {
    self.text = text
    self.condition = condition
    self.otherwise = otherwise
    isDetail = detail
  }
}

/// How things were when a step began.
struct TourStart: Sendable, Equatable {
  var place: Place
  var look: Lens
}
