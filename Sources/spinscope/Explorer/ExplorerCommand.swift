import Probing
import Terminal

/// One row of the table that feeds keymap, footer and help.
struct ExplorerCommand: Sendable {
  /// Keys and what they do; a row may hold a pair, such as up and down.
  var bindings: [(keys: [Key], action: ExplorerAction)]
  /// The keys as footer and help write them.
  var label: String
  /// A word for the footer.
  var name: String
  /// A few words for the help.
  var help: String
  /// The screens on whose footer it stands, most important row first.
  var tabs: Set<Tab>

  private init(
    _ label: String, _ name: String, _ help: String, on tabs: Set<Tab> = [],
    _ bindings: ([Key], ExplorerAction)...
  ) {
    self.label = label
    self.name = name
    self.help = help
    self.tabs = tabs
    self.bindings = bindings.map { ($0.0, $0.1) }
  }

  private static let everywhere = Set(Tab.allCases)
  private static let charts: Set<Tab> = [.layers, .map, .layer]

  /// All commands.
  static let all: [ExplorerCommand] = [
    .init(
      "↑↓", "layer", "previous, next layer or row", on: charts,
      ([.up, .character("k")], .moveLayer(-1)), ([.down, .character("j")], .moveLayer(1))),
    .init(
      "←→", "neuron", "previous, next neuron", on: [.map, .layer],
      ([.left, .character("h")], .moveNeuron(-1)), ([.right, .character("l")], .moveNeuron(1))),
    .init("⏎", "open", "open the layer", on: [.layers, .map], ([.enter], .open)),
    .init(
      "( )", "η", "keep fewer, more neurons", on: charts,
      ([.character("(")], .changeEta(-0.05)), ([.character(")")], .changeEta(0.05))),
    .init(
      "{ }", "η fine", "the same in small steps",
      ([.character("{")], .changeEta(-0.01)), ([.character("}")], .changeEta(0.01))),
    .init("i", "type", "type a sentence", on: everywhere, ([.character("i")], .startTyping)),
    .init("p", "pooling", "next pooling", on: charts, ([.character("p")], .nextPooling)),
    .init(
      "a s", "activations, states", "activations, hidden states", on: charts,
      ([.character("a")], .showRepresentation(.activation)),
      ([.character("s")], .showRepresentation(.hidden))),
    .init(
      "+ −", "zoom", "zoom in, out", on: [.map],
      ([.character("+"), .character("=")], .zoom(1)), ([.character("-")], .zoom(-1))),
    .init(
      "1–4", "screens", "layers, map, layer, sentence", on: everywhere,
      ([.character("1")], .show(.layers)), ([.character("2")], .show(.map)),
      ([.character("3")], .show(.layer)), ([.character("4")], .show(.sentence))),
    .init(
      "Tab", "next", "next, previous screen", ([.tab], .nextTab(1)), ([.backTab], .nextTab(-1))),
    .init(
      "PgUp", "page", "ten up; PgDn ten down",
      ([.pageUp, .control("u")], .moveLayer(-10)), ([.pageDown, .control("d")], .moveLayer(10))),
    .init(
      "g G", "ends", "first, last layer or row",
      ([.character("g"), .home], .first), ([.character("G"), .end], .last)),
    .init(
      "?", "help", "this help", on: everywhere, ([.character("?"), .function(1)], .toggleHelp)),
    .init("Esc", "back", "back to the layers", ([.escape, .backspace], .back)),
    .init("^L", "repaint", "draw everything anew", ([.control("l")], .repaint)),
    .init("^Z", "suspend", "suspend; fg comes back", ([.control("z")], .suspend)),
    .init("q", "quit", "quit", on: everywhere, ([.character("q"), .control("c")], .quit)),
  ]

  private static let keymap: [Key: ExplorerAction] = Dictionary(
    all.flatMap { command in
      command.bindings.flatMap { binding in binding.keys.map { ($0, binding.action) } }
    }
  ) { first, _ in first }

  /// What a key means in a state; nil if nothing.
  static func action(for key: Key, in state: ExplorerState) -> ExplorerAction? {
    guard state.isTyping else { return keymap[key] }
    switch key {
    case .escape, .enter: return .back
    case .control("c"): return .quit
    case .control("l"), .control("z"): return keymap[key]
    default: return .edit(key)
    }
  }
}
