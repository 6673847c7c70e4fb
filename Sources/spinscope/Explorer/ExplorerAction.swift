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

/// One command of the explorer: the row of the table that feeds keymap, footer and help.
struct ExplorerCommand: Sendable {
  var keys: [Key]
  /// The key or keys as footer and help write them.
  var label: String
  /// A word for the footer.
  var name: String
  /// A sentence for the help.
  var help: String
  /// The screens on whose footer it stands, most important command first.
  var tabs: Set<Tab>
  var action: ExplorerAction

  init(
    _ keys: [Key], _ label: String, _ name: String, on tabs: Set<Tab> = [], _ help: String,
    _ action: ExplorerAction
  ) {
    self.keys = keys
    self.label = label
    self.name = name
    self.help = help
    self.tabs = tabs
    self.action = action
  }

  private static let everywhere = Set(Tab.allCases)
  private static let charts: Set<Tab> = [.layers, .map, .layer]

  /// All commands.
  ///
  /// Two rows may share a label: `(` and `)` are one hint.
  static let all: [ExplorerCommand] = [
    .init(
      [.up, .character("k")], "↑↓", "layer", on: charts, "Previous layer or row.", .moveLayer(-1)),
    .init([.down, .character("j")], "↑↓", "layer", "Next layer or row.", .moveLayer(1)),
    .init(
      [.left, .character("h")], "←→", "neuron", on: [.map, .layer], "Previous neuron.",
      .moveNeuron(-1)),
    .init([.right, .character("l")], "←→", "neuron", "Next neuron.", .moveNeuron(1)),
    .init([.enter], "⏎", "open", on: [.layers, .map], "Open the layer under the cursor.", .open),
    .init(
      [.character("(")], "( )", "η", on: charts, "Lower η by 0.05: keep fewer neurons.",
      .changeEta(-0.05)),
    .init([.character(")")], "( )", "η", "Raise η by 0.05: keep more neurons.", .changeEta(0.05)),
    .init([.character("{")], "{ }", "η fine", "Lower η by 0.01.", .changeEta(-0.01)),
    .init([.character("}")], "{ }", "η fine", "Raise η by 0.01.", .changeEta(0.01)),
    .init(
      [.character("i")], "i", "type", on: everywhere, "Type a sentence; the answer follows.",
      .startTyping),
    .init(
      [.character("p")], "p", "pooling", on: charts, "Probes of the next pooling.", .nextPooling),
    .init(
      [.character("a")], "a", "activations", on: charts, "Probes on activations.",
      .showRepresentation(.activation)),
    .init(
      [.character("s")], "s", "hidden states", on: charts, "Probes on hidden states.",
      .showRepresentation(.hidden)),
    .init(
      [.character("+"), .character("=")], "+ −", "zoom", on: [.map], "Zoom in on the cursor.",
      .zoom(1)),
    .init([.character("-")], "+ −", "zoom", "Zoom out.", .zoom(-1)),
    .init(
      [.character("1")], "1–4", "screens", on: everywhere, "Layers: where the answer appears.",
      .show(.layers)),
    .init([.character("2")], "1–4", "screens", "Map: layers × neurons.", .show(.map)),
    .init([.character("3")], "1–4", "screens", "Layer: its salient neurons.", .show(.layer)),
    .init([.character("4")], "1–4", "screens", "Sentence: who made it say so.", .show(.sentence)),
    .init([.tab], "Tab", "next", "Next screen.", .nextTab(1)),
    .init([.backTab], "⇧Tab", "previous", "Previous screen.", .nextTab(-1)),
    .init([.pageUp, .control("u")], "PgUp", "page", "Ten up.", .moveLayer(-10)),
    .init([.pageDown, .control("d")], "PgDn", "page", "Ten down.", .moveLayer(10)),
    .init([.character("g"), .home], "g", "first", "First layer or row.", .first),
    .init([.character("G"), .end], "G", "last", "Last layer or row.", .last),
    .init([.character("?"), .function(1)], "?", "help", on: everywhere, "This help.", .toggleHelp),
    .init(
      [.escape, .backspace], "Esc", "back", "Back to the layers; leaves help and typing.", .back),
    .init([.control("l")], "^L", "repaint", "Draw the screen anew.", .repaint),
    .init([.control("z")], "^Z", "suspend", "Suspend SpinScope.", .suspend),
    .init([.character("q"), .control("c")], "q", "quit", on: everywhere, "Quit.", .quit),
  ]

  private static let keymap: [Key: ExplorerAction] = Dictionary(
    all.flatMap { command in command.keys.map { ($0, command.action) } }
  ) { first, _ in first }

  /// What a key means in a state; nil if nothing.
  static func action(for key: Key, in state: ExplorerState) -> ExplorerAction? {
    if state.isTyping {
      switch key {
      case .escape, .enter: return .back
      case .control("c"): return .quit
      case .control("l"), .control("z"): return keymap[key]
      default: return .edit(key)
      }
    }
    return keymap[key]
  }
}
