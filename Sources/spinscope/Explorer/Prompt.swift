import Terminal

/// A line to type into at the foot of the screen, with what can be chosen there.
struct Prompt: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    /// A command with its argument, an address, or the name of an action.
    case command
    /// What to keep of the rows of this screen.
    case filter
    /// A value for η.
    case eta
    /// A theme, seen while it is chosen.
    case theme
    /// A format to write the screen's data in.
    case export
  }

  var kind: Kind
  var field = TextField()
  var selected = 0

  /// What stands before the field.
  var label: String {
    switch kind {
    case .command: ":"
    case .filter: "/"
    case .eta: "η "
    case .theme: "theme "
    case .export: "write "
    }
  }
}

/// One line of a prompt's list.
struct Choice: Sendable {
  var title: String
  /// Its keys, or its argument.
  var detail: String
  var action: ExplorerAction
}

extension ExplorerState {
  /// What the open prompt offers, best first.
  var choices: [Choice] {
    guard let prompt else { return [] }
    let text = prompt.field.text
    switch prompt.kind {
    case .command: return CommandLine.choices(text, in: self)
    case .filter: return [Choice(title: "", detail: "", action: .filter(text))]
    case .eta: return CommandLine.number(text).map { [etaChoice($0)] } ?? []
    case .theme:
      return themes.filter { fuzzyScore(text, $0) != nil }
        .map { Choice(title: $0, detail: "", action: .useTheme($0)) }
    case .export:
      return ExportFormat.allCases.filter { fuzzyScore(text, $0.rawValue) != nil }
        .map { Choice(title: $0.rawValue, detail: $0.meaning, action: .export($0)) }
    }
  }

  private func etaChoice(_ value: Double) -> Choice {
    let kept = index.kept(representation, pooling, eta: value)
    return Choice(
      title: "η \(decimals(value, 2))", detail: "keeps \(neurons(kept))", action: .setEta(value))
  }

  /// What the keys of a prompt do.
  mutating func prompt(_ key: Key) -> [ExplorerEffect] {
    switch key {
    case .escape, .control("c"): return closePrompt()
    case .enter: return acceptChoice()
    case .up, .control("p"), .backTab: prompt?.selected -= 1
    case .down, .control("n"), .tab: prompt?.selected += 1
    default:
      prompt?.field.apply(key)
      prompt?.selected = 0
    }
    let count = choices.count
    if let selected = prompt?.selected {
      prompt?.selected = count > 0 ? (selected + count) % count : 0
    }
    return preview()
  }

  /// Shows what is chosen while it is chosen: a theme, a filter.
  private mutating func preview() -> [ExplorerEffect] {
    guard let prompt else { return [] }
    switch prompt.kind {
    case .theme:
      return choices.indices.contains(prompt.selected)
        ? [.loadTheme(choices[prompt.selected].title)] : []
    case .filter: filter = prompt.field.text
    case .command, .eta, .export: break
    }
    return []
  }

  private mutating func acceptChoice() -> [ExplorerEffect] {
    let choices = choices
    guard let prompt, choices.indices.contains(prompt.selected) else {
      notice = "nothing of that name; : lists what there is"
      return closePrompt()
    }
    self.prompt = nil
    return update(choices[prompt.selected].action)
  }

  /// Leaves everything as it was before the prompt.
  private mutating func closePrompt() -> [ExplorerEffect] {
    defer { prompt = nil }
    switch prompt?.kind {
    case .theme: return [.loadTheme(themeBefore)]
    case .filter: filter = ""
    default: break
    }
    return []
  }
}

/// How well `text` is spelt out by letters of `name` in their order; nil if it is not.
///
/// Letters in a row and at the starts of words count more, and short names before long ones.
func fuzzyScore(_ text: String, _ name: String) -> Int? {
  // No name is so long: what was pasted by mistake is not looked through for every name and key.
  guard text.utf8.count <= 512 else { return nil }
  var wanted = Array(text.lowercased().filter { !$0.isWhitespace })[...]
  var (score, run, before) = (0, 0, Character(" "))
  for letter in name.lowercased() {
    if letter == wanted.first {
      wanted.removeFirst()
      run += 1
      score += run * 2 + (before.isLetter || before.isNumber ? 0 : 4)
    } else {
      run = 0
    }
    before = letter
  }
  return wanted.isEmpty ? score * 8 - name.count : nil
}
