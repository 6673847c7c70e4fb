import Probing
import Terminal

/// Everything that can happen to the explorer.
enum ExplorerAction: Sendable {
  case quit
  case toggleHelp
  case back
  case show(Tab)
  case nextTab(Int)
  case moveLayer(Int)
  case moveNeuron(Int)
  case first
  case last
  case open
  case changeEta(Double)
  case nextPooling
  case showRepresentation(Representation)
  case zoom(Int)
  case startTyping
  case edit(Key)
  case suspend
  case repaint
  /// The engine's answers.
  case modelReady
  case modelMissing(String)
  case explained(Explanation, generation: Int)
}

/// What the explorer asks of the world outside its state.
enum ExplorerEffect: Sendable, Equatable {
  case explain(String, generation: Int)
  case suspend
  case repaint
}
