import Probing
import Terminal

/// One row of the table that feeds keymap, footer, help, command line and palette.
///
/// A row may hold a pair, such as up and down: footer and help show it once.
struct ActionRow: Sendable {
  /// One thing to do.
  struct Entry: Sendable {
    /// How settings and the command line name it, such as `eta.more`.
    var id: String
    var keys: [Key]
    /// What the palette says.
    var title: String
    var action: ExplorerAction
  }

  var entries: [Entry]
  /// A word for the footer.
  var word: String
  /// A few words for the help.
  var help: String
  /// The screens on which its keys mean this.
  var screens: Set<Tab>
  /// The screens on whose footer it stands, most important row first.
  var footer: Set<Tab>

  /// The keys as footer and help write them: arrows side by side, others apart.
  var label: String {
    let labels = entries.compactMap { $0.keys.first?.label }
    return labels.joined(separator: labels.allSatisfy("↑↓←→".contains) ? "" : " ")
  }
}

/// Everything that can be done by a key.
enum ActionTable {
  private typealias Entry = ActionRow.Entry

  private static let everywhere = Set(Tab.allCases)
  private static let charts: Set<Tab> = [.layers, .map, .layer]
  private static let tables: Set<Tab> = [.layer, .neuron, .texts]

  private static func row(
    _ word: String, _ help: String, on screens: Set<Tab> = everywhere, footer: Set<Tab> = [],
    _ entries: Entry...
  ) -> ActionRow {
    ActionRow(entries: entries, word: word, help: help, screens: screens, footer: footer)
  }

  private static func entry(
    _ id: String, _ keys: [Key], _ title: String, _ action: ExplorerAction
  ) -> Entry {
    Entry(id: id, keys: keys, title: title, action: action)
  }

  static let rows: [ActionRow] = [moving, looking, evidence, sentence, around].flatMap { $0 }

  private static let moving: [ActionRow] = [
    row(
      "move", "the row above, below", footer: everywhere,
      entry("row.up", [.up, .character("k")], "Up a row", .moveRow(-1)),
      entry("row.down", [.down, .character("j")], "Down a row", .moveRow(1))),
    row(
      "sideways", "to the left, to the right", footer: [.map, .layer, .neuron, .sentence, .run],
      entry("column.left", [.left, .character("h")], "To the left", .moveColumn(-1)),
      entry("column.right", [.right, .character("l")], "To the right", .moveColumn(1))),
    row(
      "open", "into what lies under it", footer: everywhere,
      entry("open", [.enter], "Open what is under the cursor", .open)),
    row(
      "page", "ten rows",
      entry("page.up", [.pageUp, .control("u")], "Up ten rows", .moveRow(-10)),
      entry("page.down", [.pageDown, .control("d")], "Down ten rows", .moveRow(10))),
    row(
      "ends", "first, last row",
      entry("first", [.character("g"), .home], "To the first row", .first),
      entry("last", [.character("G"), .end], "To the last row", .last)),
    row(
      "screens", "the screens",
      entry(
        "layers", [.character("1")], "Layers: where does the answer appear?", .showTab(.layers)),
      entry("map", [.character("2")], "Map: layers × neurons", .showTab(.map)),
      entry("layer", [.character("3")], "Layer: its neurons, and η", .showTab(.layer)),
      entry("neuron", [.character("4")], "Neuron: everything known of it", .showTab(.neuron)),
      entry("sentence", [.character("5")], "Sentence: who made it say so?", .showTab(.sentence)),
      entry("texts", [.character("6")], "Texts: labels and answers", .showTab(.texts)),
      entry("run", [.character("7")], "Run: settings and scores", .showTab(.run))),
    row(
      "next", "next, previous screen",
      entry("screen.next", [.tab, .character("]")], "Next screen", .nextTab(1)),
      entry("screen.previous", [.backTab, .character("[")], "Previous screen", .nextTab(-1))),
    row(
      "history", "back, forward",
      entry("back", [.character("H"), .backspace], "Back to where you were", .back),
      entry("forward", [.character("L")], "Forward again", .forward)),
    row(
      "filter", "filter; next, previous hit", on: everywhere.subtracting([.texts]),
      footer: [.layer],
      entry("filter", [.character("/")], "Filter", .openPrompt(.filter)),
      entry("match.next", [.character("n")], "Next match", .nextMatch(1)),
      entry("match.previous", [.character("N")], "Previous match", .nextMatch(-1))),
  ]

  private static let looking: [ActionRow] = [
    row(
      "η", "η: keep fewer, more neurons", footer: charts,
      entry("eta.less", [.character("(")], "η 0.05 lower", .changeEta(-0.05)),
      entry("eta.more", [.character(")")], "η 0.05 higher", .changeEta(0.05))),
    row(
      "η fine", "the same in small steps",
      entry("eta.less.fine", [.character("{")], "η 0.01 lower", .changeEta(-0.01)),
      entry("eta.more.fine", [.character("}")], "η 0.01 higher", .changeEta(0.01))),
    row(
      "η =", "type a value for η",
      entry("eta", [.character("e")], "Type a value for η", .openPrompt(.eta))),
    row(
      "pooling", "next pooling", footer: charts,
      entry("pooling", [.character("p")], "Next pooling", .nextPooling)),
    row(
      "activations, states", "activations, hidden states", on: charts, footer: charts,
      entry("activations", [.character("a")], "Show activations", .showRepresentation(.activation)),
      entry("states", [.character("s")], "Show hidden states", .showRepresentation(.hidden))),
    row(
      "zoom", "zoom in, out, reset", on: [.map], footer: [.map],
      entry("zoom.in", [.character("+"), .character("=")], "Zoom in", .zoom(1)),
      entry("zoom.out", [.character("-")], "Zoom out", .zoom(-1)),
      entry("zoom.reset", [.character("0")], "See the whole layer", .zoom(-99))),
    row(
      "order", "next order, reversed", on: [.map, .layer], footer: [.map, .layer],
      entry("order", [.character("o")], "Next order", .nextOrder),
      entry("order.reverse", [.character("O")], "Reverse the order", .reverseOrder)),
    row(
      "axes", "the grid's axes: depth, C, draws", on: [.run], footer: [.run],
      entry("grid", [.character("o")], "Other axes of the grid of what was tried", .nextOrder)),
    row(
      "scale", "one scale for all layers, or one a layer", on: [.map], footer: [.map],
      entry("scale", [.character("v")], "Next scale", .nextScale)),
    row(
      "undo", "undo, redo a change",
      entry("undo", [.character("u")], "Undo", .undo),
      entry("redo", [.control("r")], "Redo", .redo)),
  ]

  private static let evidence: [ActionRow] = [
    row(
      "effect", "rank by what silencing does", on: [.layer], footer: [.layer],
      entry(
        "effect", [.character("m")], "Measure what silencing each kept neuron does, and rank by it",
        .order(LayerState.Order.allCases.firstIndex(of: .effect) ?? 0))),
    row(
      "silence all", "silence what is listed and kept", on: [.layer], footer: [.layer],
      entry(
        "group", [.character("S")], "Silence all kept neurons of the list at once, or restore them",
        .silenceGroup(nil))),
    row(
      "where it errs", "where it errs more than elsewhere", on: [.texts], footer: [.texts],
      entry("slices", [.character("w")], "Where the head errs more than elsewhere", .toggleSlices)),
    row(
      "query",
      "which texts, by a query",
      on: [.texts], footer: [.texts],
      entry("query", [.character("/")], "Choose texts by a query", .startQuery)),
    row(
      "texts", "top, bottom, random texts", on: [.neuron], footer: [.neuron],
      entry("sample", [.character("o")], "Other texts of the neuron", .nextSample)),
    row(
      "compare", "against another run, back", on: [.run], footer: [.run],
      entry("compare", [.character("c")], "Compare with another run", .toggleComparison)),
    row(
      "twin", "to the neuron most like it", on: [.neuron], footer: [.neuron],
      entry("twin", [.character("m")], "To the neuron that goes along most closely", .openTwin)),
    row(
      "other corpus", "the neuron on another run's texts", on: [.neuron], footer: [.neuron],
      entry(
        "elsewhere", [.character("c")], "The neuron on another run's texts, or on these",
        .toggleComparison)),
    row(
      "silence by", "silenced by mean, 0, draws", on: [.neuron], footer: [.neuron],
      entry("replacement", [.character("s")], "Silence by something else", .nextReplacement)),
  ]

  private static let sentence: [ActionRow] = [
    row(
      "type", "type a sentence", footer: everywhere,
      entry("type", [.character("i")], "Type a sentence", .startTyping)),
    row(
      "words", "words by layers, by neurons", on: [.sentence], footer: [.sentence],
      entry("words", [.character("w")], "Words by layers, or by neurons", .toggleWordNeurons)),
    row(
      "pin", "hold others against this", on: [.sentence], footer: [.sentence],
      entry("pin", [.character("P")], "Pin the sentence, or unpin", .pin)),
    row(
      "silence", "silence, double, restore", on: [.sentence], footer: [.sentence],
      entry("silence", [.character("s")], "Silence the neuron", .scale(0)),
      entry("double", [.character("d")], "Double the neuron", .scale(2)),
      entry("restore", [.character("r")], "Leave the neuron as it is", .scale(1))),
  ]

  private static let around: [ActionRow] = [
    row(
      "help", "what this is; again: every key", footer: everywhere,
      entry("help", [.character("?"), .function(1)], "Help", .toggleHelp)),
    row(
      "command", "commands, addresses", footer: everywhere,
      entry("command", [.character(":"), .control("p")], "Command", .openPrompt(.command))),
    row(
      "tour", "the guided tour: begin or go on, leave", footer: [.layers],
      entry("tour", [.character("T")], "Tour: SPIN step by step on this run", .tour(.toggle))),
    row(
      "tour steps", "in the tour: on, back",
      entry("tour.on", [.character(" ")], "Tour: the next step", .tour(.next)),
      entry("tour.back", [.character("b")], "Tour: a step back", .tour(.back))),
    row(
      "theme", "choose a theme",
      entry("theme", [.character("t")], "Choose a theme", .openPrompt(.theme))),
    row(
      "copy", "copy, write what is shown",
      entry("copy", [.character("y")], "Copy the data", .copy),
      entry("export", [.character("x")], "Write the data to a file", .openPrompt(.export))),
    row(
      "mouse", "mouse here, or for text",
      entry("mouse", [.character("M")], "Mouse on or off", .toggleMouse)),
    row("out", "close, or back", entry("escape", [.escape], "Close, or back", .escape)),
    row(
      "cancel", "stop; again: quit",
      entry("cancel", [.control("c")], "Stop what is being computed", .cancel)),
    row(
      "repaint", "draw everything anew",
      entry("repaint", [.control("l")], "Draw everything anew", .repaint)),
    row(
      "suspend", "suspend; fg comes back",
      entry("suspend", [.control("z")], "Suspend", .suspend)),
    row(
      "quit", "quit", footer: everywhere, entry("quit", [.character("q")], "Quit", .quit)),
    row(
      "exit", "exit when less, more sure", on: [.layers], footer: [.layers],
      entry("exit.less", [.character(",")], "Exit early when less sure", .moveThreshold(-1)),
      entry("exit.more", [.character(".")], "Exit early when more sure", .moveThreshold(1))),
    row(
      "all poolings", "poolings side by side, or one", on: [.layers], footer: [.layers],
      entry(
        "poolings", [.character("o")], "Poolings side by side, or the one that is shown",
        .togglePoolings)),
    row(
      "hide", "hide, reveal the scores: guess first", on: [.layers], footer: [.layers],
      entry("hide", [.character("v")], "Hide the scores, or reveal them", .toggleScores)),
  ]
}
