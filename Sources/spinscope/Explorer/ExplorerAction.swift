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
  case undo
  case redo
  // Typing
  case startTyping
  case type(Key)
  case closeTyping
  /// Another text in the sentence's place.
  case say(String)
  case startQuery
  /// The texts that a query selects.
  case query(String)
  // A neuron's texts, and what it is silenced by
  case nextSample
  case nextReplacement
  // Around it
  case toggleHelp
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
  case suspend
  case repaint
}

extension ExplorerAction {
  /// Whether it comes from the engine, not from a person.
  var isAnswer: Bool {
    switch self {
    case .modelReady, .modelMissing, .answered, .progressed, .failed: true
    default: false
    }
  }

  /// A name for changes that come in rows, such as steps of η: undo takes a row of them back at once.
  var repeats: String? {
    switch self {
    case .changeEta, .setEta: "eta"
    case .zoom: "zoom"
    case .type: "type"
    default: nil
    }
  }
}
