import Probing
import Terminal

/// Everything that can happen to the explorer.
enum ExplorerAction: Sendable {
  // Moving
  case showTab(Tab)
  case nextTab(Int)
  case moveRow(Int)
  case moveColumn(Int)
  case first
  case last
  /// Into what is under the cursor.
  case open
  /// Straight to a place, whatever was shown before.
  case go(Place)
  /// Straight to a view, place and look.
  case jump(ViewAddress)
  /// A text of the run as the sentence.
  case openText(Int)
  case nextMatch(Int)
  /// To a place that the mouse points at; where the cursor is there already, into it.
  case point(Place)
  case back
  case forward
  // What is shown of it
  case changeEta(Double)
  case setEta(Double)
  case nextPooling
  case showPooling(Pooling)
  case showRepresentation(Representation)
  case zoom(Int)
  /// Another order of what is shown: the next, or the one of a column.
  case nextOrder
  case order(Int)
  case reverseOrder
  case nextScale
  case filter(String)
  case undo
  case redo
  /// The scores of Layers, or only that there are some.
  case toggleScores
  /// The poolings side by side, or the one that is shown.
  case togglePoolings
  /// How sure a depth must be to answer: the next of those that were tried, or any value.
  case moveThreshold(Int)
  case setThreshold(Double)
  /// Words by layers, or by neurons.
  case toggleWordNeurons
  /// Texts, or the slices of them in which the head errs more than elsewhere.
  case toggleSlices
  // Typing
  case startTyping
  case type(Key)
  case closeTyping
  /// Another text in the sentence's place.
  case say(String)
  /// The sentence as the one that others are held against; again, none.
  case pin
  /// The neuron's contribution times so much; 0 silences it, 1 leaves it as it is.
  case scale(Double)
  // The prompt
  case openPrompt(Prompt.Kind)
  case prompt(Key)
  case fillPrompt(String)
  case startQuery
  /// The texts that a query selects.
  case query(String)
  // A neuron's texts, and what it is silenced by
  case nextSample
  /// To the neuron that goes along with it most closely.
  case openTwin
  /// The neuron on the texts of the run in a folder.
  case beside(String)
  case nextReplacement
  /// All neurons of the layer that a filter keeps, nil for those that are listed and kept; or none
  /// again.
  case silenceGroup(String?)
  // Around it
  case useTheme(String)
  case themeLoaded(Theme)
  case toggleMouse
  case copy
  case export(ExportFormat)
  /// This run against the one in a folder.
  case compare(String)
  /// The comparison, or what the run rests on.
  case toggleComparison
  /// Something happened outside that is worth a line.
  case noted(String)
  case toggleHelp
  case tour(TourAction)
  case escape
  case quit
  case suspend
  case repaint
  case cancel
  // The engine's answers
  case modelReady
  case modelMissing(String)
  case answered(EngineAnswer, Ticket)
  case progressed(WorkProgress, Ticket)
  case failed(String, Ticket)
}

/// What the explorer asks of the world outside its state.
enum ExplorerEffect: Sendable, Equatable {
  case ask(EngineRequest, Ticket)
  /// Stop working on what this ticket asked.
  case abandon(Ticket)
  case copy(String)
  case export(ExportFormat)
  case loadTheme(String)
  case setMouse(Bool)
  case suspend
  case repaint
}

extension ExplorerAction {
  /// Whether it comes from the engine, not from a person.
  var isAnswer: Bool {
    switch self {
    case .modelReady, .modelMissing, .answered, .progressed, .failed, .themeLoaded, .noted,
      .tour(.tick):
      true
    default: false
    }
  }

  /// A name for changes that come in rows, such as steps of η: undo takes a row of them back at once.
  var repeats: String? {
    switch self {
    case .changeEta, .setEta: "eta"
    case .moveThreshold, .setThreshold: "threshold"
    case .zoom: "zoom"
    case .type: "type"
    case .scale: "scale"
    case .prompt: "prompt"
    default: nil
    }
  }
}
