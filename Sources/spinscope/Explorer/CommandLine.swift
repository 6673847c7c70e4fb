import Foundation
import Probing
import Terminal

/// What can be typed behind `:`: commands with an argument, addresses, and every action by name.
enum CommandLine {
  /// A command with an argument.
  struct Word: Sendable {
    var name: String
    /// What the argument is, such as `0.01–1`.
    var argument: String
    var help: String
    /// Nil for an argument that it does not understand.
    var action: @Sendable (_ argument: String, _ state: ExplorerState) -> ExplorerAction?
  }

  static let words: [Word] = [
    Word(name: "eta", argument: "0.01–1", help: "keep the neurons that reach this share") {
      text, _ in
      number(text).map { .setEta($0) }
    },
    Word(name: "pooling", argument: "first, last, max, mean", help: "show this pooling") {
      text, _ in
      Pooling(rawValue: text).map { .showPooling($0) }
    },
    Word(name: "exit", argument: "0.87, any", help: "exit early when this sure") { text, _ in
      number(text).map { .setThreshold($0) }
    },
    Word(name: "silence", argument: "kept w>0.1", help: "such neurons of the layer at once") {
      text, _ in
      NeuronFilter(text) == nil ? nil : .silenceGroup(text)
    },
    Word(name: "scale", argument: "0.5", help: "the neuron times so much in the sentence") {
      text, _ in
      number(text).map { .scale($0) }
    },
    Word(name: "text", argument: "a number", help: "a text of the run as the sentence") {
      text, state in
      guard let number = Int(text), state.run.texts.indices.contains(number - 1) else { return nil }
      return .openText(number - 1)
    },
    Word(name: "say", argument: "a sentence", help: "what the head says of it") { text, _ in
      text.isEmpty ? nil : .say(text)
    },
    Word(
      name: "tour", argument: "1–\(TourState.steps.count)", help: "this step of the guided tour"
    ) { text, _ in
      Int(text).flatMap { 1...TourState.steps.count ~= $0 ? .tour(.step($0 - 1)) : nil }
    },
    Word(name: "theme", argument: "a name", help: "other colours") { text, state in
      state.themes.contains(text) ? .useTheme(text) : nil
    },
    Word(name: "filter", argument: "w>0.1 kept", help: "keep these rows") { text, _ in .filter(text)
    },
    Word(name: "compare", argument: "a run folder", help: "this run against another") { text, _ in
      text.isEmpty ? nil : .compare(absolutePath(text))
    },
    Word(name: "beside", argument: "a run folder", help: "the neuron on another run's texts") {
      text, _ in
      text.isEmpty ? nil : .beside(absolutePath(text))
    },
    Word(name: "export", argument: "csv, json, svg, text, html", help: "write the data") {
      text, _ in
      ExportFormat(rawValue: text).map { .export($0) }
    },
  ]

  /// A path from the folder that spinscope was started in, or from the home behind `~`.
  static func absolutePath(_ path: String) -> String {
    URL(fileURLWithPath: NSString(string: path).expandingTildeInPath).standardizedFileURL.path
  }

  /// A number as people type it, with a point or a comma.
  static func number(_ text: String) -> Double? {
    let value = Double(text.trimmingSpaces.replacing(",", with: "."))
    return value.flatMap { $0.isFinite ? $0 : nil }
  }

  /// What a typed line may mean: what it says exactly, then what comes near.
  static func choices(_ line: String, in state: ExplorerState) -> [Choice] {
    let line = line.trimmingSpaces
    let exact = [address(line, state), command(line, state)].compactMap { $0 }
    let near = named(line, in: state)
    return runs(line, state) + exact + near.map(\.choice)
  }

  /// Behind `compare` and `beside`: the runs that lie beside this one.
  private static func runs(_ line: String, _ state: ExplorerState) -> [Choice] {
    guard let word = ["compare", "beside"].first(where: line.hasPrefix) else { return [] }
    let typed = String(line.dropFirst(word.count))
    return state.runsBeside.compactMap { path in
      let name = URL(fileURLWithPath: path).lastPathComponent
      guard fuzzyScore(typed, name) != nil else { return nil }
      return Choice(
        title: "\(word) \(shown(name))", detail: "beside this run",
        action: word == "compare" ? .compare(path) : .beside(path))
    }
  }

  private static func address(_ line: String, _ state: ExplorerState) -> Choice? {
    guard !line.isEmpty, let view = ViewAddress(line, in: state) else { return nil }
    return Choice(title: "go to \(view.address)", detail: "", action: .jump(view))
  }

  private static func command(_ line: String, _ state: ExplorerState) -> Choice? {
    let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
    guard let name = parts.first, let word = words.first(where: { $0.name == name }) else {
      return nil
    }
    let argument = parts.count > 1 ? parts[1].trimmingSpaces : ""
    return word.action(argument, state).map {
      Choice(title: "\(name) \(argument)", detail: word.help, action: $0)
    }
  }

  /// An action with its keys; one of another screen leads to that screen.
  private static func choice(
    _ entry: ActionRow.Entry, of row: ActionRow, _ tab: Tab
  ) -> Choice {
    let keys = entry.keys.map(\.label).joined(separator: " ")
    guard !row.screens.contains(tab), let there = Tab.allCases.first(where: row.screens.contains)
    else { return Choice(title: entry.title, detail: keys, action: entry.action) }
    return Choice(
      title: entry.title, detail: "on \(there.title): \(keys)", action: .showTab(there))
  }

  /// Actions and commands whose name or title the letters spell, best first.
  private static func named(
    _ line: String, in state: ExplorerState
  ) -> [(score: Int, choice: Choice)] {
    let actions = state.keymap.rows.flatMap { row in
      row.entries.compactMap { entry -> (score: Int, choice: Choice)? in
        [entry.title, entry.id].compactMap { fuzzyScore(line, $0) }.max()
          .map { ($0, choice(entry, of: row, state.place.tab)) }
      }
    }
    let commands = words.compactMap { word -> (score: Int, choice: Choice)? in
      let choice = Choice(
        title: "\(word.name) …", detail: word.argument, action: .fillPrompt(word.name + " "))
      return fuzzyScore(line, word.name).map { ($0, choice) }
    }
    return (actions + commands).enumerated()
      .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }.map(\.element)
  }
}

extension String {
  /// Without the spaces at both ends.
  var trimmingSpaces: String {
    let start = drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
