import Probing
import Terminal

/// What the tour is asked for.
enum TourAction: Sendable, Equatable {
  /// Begin, or go on where it was left; where it is shown, leave it.
  case toggle
  /// To the next step; with a class, first what the step waits for.
  case next
  case back
  /// To a step, from 0.
  case step(Int)
  /// The next picture of a movement.
  case tick
}

/// Where the guided tour stands.
struct TourState: Sendable, Equatable {
  var step = 0
  var isShown = false
  /// For a class: larger, nothing but the pane, and Space does everything.
  var isPresenting = false
  /// Whether the step's goal was met.
  var isDone = false
  var start: TourStart?
  /// How much of the text stands there, 0 … 1.
  var shown = 1.0

  static let steps = TourSteps.all
  /// Pictures of a movement.
  static let pictures = 10.0

  var current: TourStep { Self.steps[min(max(0, step), Self.steps.count - 1)] }
  /// `3/12`.
  var position: String { "\(step + 1)/\(Self.steps.count)" }
  var isMoving: Bool { isShown && shown < 1 }
}

extension ExplorerState {
  /// The step that is shown; nil outside the tour.
  var tourStep: TourStep? { tour.isShown ? tour.current : nil }

  /// What the step waits for: the entry of the keymap that leads on; nil if only Space does.
  var tourEntry: ActionRow.Entry? {
    guard let step = tourStep, TourFacts(self).holds(step.awaits.condition) else { return nil }
    let entries = step.awaits.actions.compactMap { id in
      keymap.rows.lazy.flatMap(\.entries).first { $0.id == id }
    }
    guard entries.count > 1, let start = tour.start else { return entries.first }
    return entries.first { entry in
      var tried = self
      tried.tour.isShown = false
      _ = tried.update(entry.action)
      return step.awaits.goal.isMet(tried, since: start)
    }
  }

  mutating func update(tour action: TourAction) -> [ExplorerEffect] {
    switch action {
    case .toggle: tour.isShown ? leaveTour() : beginTour(at: tour.step)
    case .step(let step): beginTour(at: step)
    case .back: if tour.isShown { beginTour(at: max(0, tour.step - 1)) }
    case .next: return goOn()
    case .tick: tour.shown = min(1, tour.shown + 1 / TourState.pictures)
    }
    return []
  }

  /// Shows a step as it begins.
  private mutating func beginTour(at step: Int) {
    tour.step = min(max(0, step), TourState.steps.count - 1)
    tour.isShown = true
    tour.isDone = false
    set(tour.current.scene)
    tour.start = TourStart(place: place, look: look)
    startMoving()
  }

  mutating func leaveTour() {
    tour.isShown = false
    notice = "T goes on with the tour at \(tour.position)"
  }

  private mutating func goOn() -> [ExplorerEffect] {
    guard tour.isShown else { return [] }
    if tour.isPresenting, !tour.isDone, let entry = tourEntry { return demonstrate(entry) }
    guard tour.step + 1 < TourState.steps.count else {
      tour.isShown = false
      tour.step = 0
      notice = "that was the tour; T begins it again"
      return []
    }
    beginTour(at: tour.step + 1)
    return []
  }

  /// Does what the step waits for, as its keys would.
  private mutating func demonstrate(_ entry: ActionRow.Entry) -> [ExplorerEffect] {
    let awaits = tour.current.awaits
    if let name = awaits.typing {
      return TourFacts(self).value(name).map { update(.say($0)) } ?? []
    }
    return (0..<awaits.times).flatMap { _ in update(entry.action) }
  }

  private mutating func startMoving() { tour.shown = hasMotion ? 0 : 1 }

  /// Notes that the step is done, once it is.
  mutating func followTour(_ action: ExplorerAction) {
    guard tour.isShown else { return }
    if !action.isAnswer, case .tour = action {} else if !action.isAnswer { tour.shown = 1 }
    guard !tour.isDone, let start = tour.start, tourEntry != nil,
      tour.current.awaits.goal.isMet(self, since: start)
    else { return }
    tour.isDone = true
    startMoving()
  }

  // MARK: Scenes

  /// Shows the run as it was chosen, where a scene wants it.
  private mutating func set(_ scene: TourScene) {
    (help, isTyping, isQuerying, prompt) = (.hidden, false, false, nil)
    let begin = ExplorerState(index)
    place.representation = begin.place.representation
    look.pooling = begin.look.pooling
    look.eta = begin.look.eta
    let sentence = look.sentence
    look.views = ViewStates()
    look.sentence = sentence
    place.layer =
      scene.cursor == .bottom ? 0 : index.bestLayer(place.representation, look.pooling)
    moveToBestNeuron()
    if scene.cursor == .loudest, let neuron = loudest {
      (place.representation, place.layer) = (neuron.representation, neuron.layer)
      place.neuron = neuron.index
    }
    show(scene.tab)
  }

  /// The neuron of the head that does most for the sentence; without an answer, the first.
  private var loudest: NeuronAddress? {
    let neurons = run.head.neurons
    guard let contributions = explanation?.contributions else { return neurons.first }
    return neurons.indices.max { abs(contributions[$0]) < abs(contributions[$1]) }
      .map { neurons[$0] }
  }
}
