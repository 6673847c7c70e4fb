import Probing
import Terminal
import Transformers

/// Words × layers: where in the sentence the neurons fire, and what that adds.
struct WordsPane {
  let state: ExplorerState
  let explanation: Explanation

  private var theme: Theme { state.theme }
  private var index: RunIndex { state.index }

  /// What a column stands for, and what each word adds there.
  private struct Column {
    var name: String
    var values: [Double]
    var stack: Site.Stack
    /// The word that has the maximum that the neuron is pooled to.
    var winner: Int?
  }

  private var showsNeurons: Bool { state.look.views.sentence.showsNeurons }

  private var method: String {
    switch explanation.attribution {
    case .share: showsNeurons ? "a mean is shared by all words" : "sum to logit − average"
    case .maximum where showsNeurons: "bright: the word that won the maximum"
    case .maximum: "at each maximum; sum to logit − average"
    case .occlusion: "logit lost when masked"
    }
  }

  func draw(into canvas: inout Canvas, _ area: Rect) {
    let inner = canvas.box(
      area, title: showsNeurons ? "Words × neurons" : "Words", subtitle: method,
      trailing: explanation.truncated ? "cut at \(explanation.tokens) tokens" : nil, theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 1 else { return }
    let columns = columns(room: inner.width - 21)
    let limit = explanation.wordContributions.lazy.map { abs($0) }.max() ?? 0
    canvas.write(
      clipped(heading(columns), to: inner.width), x: inner.x, y: inner.y,
      style: theme["axis.label"])
    // All of the notes where no word makes room for them, else their first line.
    let notes = margin.map { wrapped($0, to: inner.width) } ?? exitLines(inner.width)
    let free = inner.height - 1 - explanation.words.count
    let lines = inner.height > 3 ? min(notes.count, max(1, free)) : 0
    let order = wordOrder(room: inner.height - 1 - lines)
    for (row, place) in order.enumerated() {
      drawWord(
        &canvas, Rect(x: inner.x, y: inner.y + 1 + row, width: inner.width, height: 1),
        place, columns, limit: limit)
    }
    for (row, note) in notes.prefix(lines).enumerated() {
      let isCut = row + 1 == lines && lines < notes.count
      canvas.write(
        clipped(isCut ? notes[row...].joined(separator: " · ") : note, to: inner.width), x: inner.x,
        y: inner.maxY - lines + row, style: theme["text.dim"])
    }
  }

  /// Beside the neurons: how far ahead the word is that has the cursor's neuron's maximum.
  private var margin: String? {
    guard showsNeurons, let place = index.run.head.neurons.firstIndex(of: state.address),
      explanation.runnersUp.indices.contains(place), let next = explanation.runnersUp[place],
      let first = explanation.strongestWords[place]
    else { return nil }
    func name(_ word: Int) -> String { "‹\(sanitized(explanation.words[word].text))›" }
    return "\(state.address): \(name(first)) has the maximum, \(name(next.word)) is "
      + "\(decimals(next.gap, 2)) below; without \(name(first)) the logit changes by "
      + "\(signed(-next.loss))"
  }

  private var cell: Int { showsNeurons ? 9 : 6 }

  /// The last layers, or the neurons that do most, the cursor's among them.
  private func columns(room: Int) -> [Column] {
    let fitting = max(0, room / cell)
    guard showsNeurons else {
      let layers = explanation.wordLayers.isEmpty ? [] : Array(layersRead.suffix(fitting))
      return layers.map {
        Column(
          name: index.run.head.layers[$0].description, values: explanation.wordLayers[$0],
          stack: index.run.head.layers[$0].representation.stack)
      }
    }
    guard !explanation.wordNeurons.isEmpty else { return [] }
    let neurons = index.run.head.neurons
    let order = neurons.indices.sorted {
      abs(explanation.contributions[$0]) > abs(explanation.contributions[$1])
    }
    let here = order.filter { neurons[$0] == state.address }
    let shown = (here + order.filter { neurons[$0] != state.address }).prefix(fitting)
    return order.filter(shown.contains).map {
      Column(
        name: "\(neurons[$0])", values: explanation.wordNeurons[$0],
        stack: neurons[$0].representation.stack,
        winner: explanation.attribution == .maximum ? explanation.strongestWords[$0] : nil)
    }
  }

  /// Places in `Head.layers` of those that have a neuron in the head.
  private var layersRead: [Int] {
    let used = Set(index.run.head.neurons.map(\.layerAddress))
    return index.run.head.layers.indices.filter { used.contains(index.run.head.layers[$0]) }
  }

  /// Whether there are more than fit.
  private func hasMore(_ columns: [Column]) -> Bool {
    !columns.isEmpty
      && columns.count < (showsNeurons ? index.run.head.neurons.count : layersRead.count)
  }

  private func heading(_ columns: [Column]) -> String {
    let more = hasMore(columns) ? " …" : "  "
    return padded("word", to: 12) + padded("sum", to: 7, alignment: .right) + more
      + columns.map { padded($0.name, to: cell, alignment: .right) }.joined()
  }

  /// All words in their order where they fit, else those that do most, still in their order.
  private func wordOrder(room: Int) -> [Int] {
    let all = explanation.words.indices
    guard all.count > room else { return Array(all) }
    let strongest = all.sorted {
      abs(explanation.wordContributions[$0]) > abs(explanation.wordContributions[$1])
    }
    // The cursor's word is always among them.
    let here = strongest.filter { $0 == state.place.word }
    return (here + strongest.filter { $0 != state.place.word }).prefix(max(0, room)).sorted()
  }

  private func drawWord(
    _ canvas: inout Canvas, _ row: Rect, _ place: Int, _ columns: [Column], limit: Double
  ) {
    let word = explanation.words[place]
    let sum = explanation.wordContributions[place]
    canvas.write(
      clipped(sanitized(word.text), to: 12), x: row.x, y: row.y,
      style: word.isSpecial ? theme["text.dim"] : WordStyle(explanation, theme)[place])
    if place == state.place.word {
      canvas.restyle(Rect(x: row.x, y: row.y, width: 12, height: 1)) { $0.reverse = true }
    }
    let role = abs(sum) < 0.005 ? "text.dim" : sum < 0 ? "token.negative" : "token.positive"
    canvas.write(
      padded(abs(sum) < 0.005 ? "·" : signed(sum), to: 7, alignment: .right), x: row.x + 12,
      y: row.y, style: theme[role])
    var x = row.x + 21
    for column in columns {
      guard x + cell <= row.maxX else { return }
      defer { x += cell }
      // Nothing stands where a stack does not read a word, which is not the same as 0.
      guard word.isRead(in: column.stack, of: explanation.tokens) else { continue }
      let value = column.values[place]
      let isLit = column.winner == place
      let text = abs(value) < 0.005 && !isLit ? "·" : signed(value)
      var style =
        theme[text == "·" ? "text.dim" : value < 0 ? "token.negative" : "token.positive"]
      if isLit { (style.bold, style.reverse) = (true, true) }
      canvas.write(
        text, x: x + cell - width(text), y: row.y, style: style)
    }
    let bar = min(12, (row.maxX - x - 2) / 2)
    guard bar >= 3 else { return }
    canvas.write(
      signedBar(value: sum, limit: limit, halfWidth: bar, glyphs: theme.glyphs), x: x + 1, y: row.y,
      style: theme[sum < 0 ? "token.negative" : "token.positive"])
  }

  /// What the head would say if the model ended after each layer, in as many lines as that takes.
  private func exitLines(_ columns: Int) -> [String] {
    let source = index.run.head.source
    let isBinary = index.run.info.data.classes.count == 2
    let exits = explanation.exits.map { exit in
      let p = exit.predicted == explanation.explained ? exit.probability : 1 - exit.probability
      let label = isBinary ? "" : "\(clipped(index.label(exit.predicted), to: 8)) "
      let share = isBinary ? p : exit.probability
      return
        "\(source.lastLayer(depth: exit.depth, of: index.run.info.stacks)) \(label)\(Int((share * 100).rounded()))"
    }
    let title = isBinary ? "% \(index.label(explanation.explained)) by depth  " : "by depth  "
    return exits.reduce(into: [title]) { lines, exit in
      let last = lines[lines.count - 1]
      let longer = last + (last == title || last.isEmpty ? "" : " · ") + exit
      if width(longer) <= columns {
        lines[lines.count - 1] = longer
      } else {
        lines.append(exit)
      }
    }
  }
}
