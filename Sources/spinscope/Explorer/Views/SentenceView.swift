import Probing
import Terminal

/// What does it say, and who made it say so? The waterfall of the logit, and words × layers.
struct SentenceView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  private var index: RunIndex { state.index }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    guard let explanation = adjusted else {
      let inner = frame.canvas.box(
        area, title: "Sentence", number: Tab.sentence.number, theme: theme, focused: true)
      frame.canvas.write(waiting, x: inner.x + 1, y: inner.y, style: theme["text.dim"])
      return
    }
    if area.width >= 90 {
      let (left, right) = area.splitLeft(area.width / 2)
      drawWaterfall(&frame.canvas, left, explanation)
      let (pinned, words) = right.splitBottom(
        state.pinned == nil ? 0 : min(8, right.height / 2))
      drawWords(&frame.canvas, words, explanation)
      drawPinned(&frame.canvas, pinned, explanation)
    } else {
      let (top, bottom) = area.splitTop(area.height < 10 ? area.height : area.height * 3 / 5)
      drawWaterfall(&frame.canvas, top, explanation)
      guard bottom.height > 2 else { return }
      if state.pinned == nil {
        drawWords(&frame.canvas, bottom, explanation)
      } else {
        drawPinned(&frame.canvas, bottom, explanation)
      }
    }
  }

  private var waiting: String {
    switch state.model {
    case .loading: "Loading the model …"
    case .ready: "Press i and type a sentence."
    case .missing(let reason): reason
    }
  }

  /// The explanation with the neurons that were silenced or scaled.
  private var adjusted: Explanation? {
    state.explanation.map {
      state.look.views.sentence.applied(to: $0, index.run.head.neurons)
    }
  }

  // MARK: Waterfall

  /// One versus rest: the probabilities above are these log-odds, divided by their sum.
  private var against: String {
    index.run.info.data.classes.count == 2 ? "" : " against the rest"
  }

  private struct Step {
    var name: String
    var value: Double
    var isNeuron = false
    var isHere = false
    var factor: String?
    var word: String?
  }

  private func drawWaterfall(_ canvas: inout Canvas, _ area: Rect, _ explanation: Explanation) {
    let inner = canvas.box(
      area, title: "Waterfall", number: Tab.sentence.number,
      subtitle: "log-odds of \(index.label(explanation.explained))\(against)", theme: theme,
      focused: true
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 2 else { return }
    let steps = steps(explanation, rows: inner.height - 1)
    let scale = WaterfallScale(
      steps.filter { !$0.isNeuron }.map(\.value), logit: explanation.logit)
    var running = 0.0
    for (row, step) in steps.enumerated() {
      drawStep(
        &canvas, Rect(x: inner.x, y: inner.y + row, width: inner.width, height: 1), step,
        from: running, scale)
      if !step.isNeuron { running += step.value }
    }
    let check =
      "= logit " + padded(signed(explanation.logit), to: 12, alignment: .right)
      + (state.look.views.sentence.factors.isEmpty
        ? "  remainder \(remainder(explanation.residual))"
        : "  as changed; it was \(signed(state.explanation?.logit ?? 0))")
    canvas.write(
      clipped(check, to: inner.width), x: inner.x, y: inner.maxY - 1, style: theme["text.strong"])
  }

  /// Base, every layer, and under the layers the neurons that do most, as many as there is room.
  private func steps(_ explanation: Explanation, rows: Int) -> [Step] {
    let neurons = index.run.head.neurons
    let (layers, others) = layersShown(explanation, room: rows - 1)
    let room = max(0, rows - 1 - layers.count - (others == nil ? 0 : 1))
    let order = neurons.indices.filter { explanation.contributions[$0] != 0 }.sorted {
      abs(explanation.contributions[$0]) > abs(explanation.contributions[$1])
    }
    let shown = Set(order.prefix(room)).union(
      neurons.firstIndex(of: state.address).map { [$0] } ?? [])
    var steps = [Step(name: "average text", value: explanation.base)]
    for (layer, sum) in layers {
      steps.append(Step(name: layer.description, value: sum))
      for place in order where shown.contains(place) && neurons[place].layerAddress == layer {
        steps.append(
          Step(
            name: " \(neurons[place])", value: explanation.contributions[place], isNeuron: true,
            isHere: neurons[place] == state.address, factor: factor(neurons[place]),
            word: explanation.strongestWords[place].map { explanation.words[$0].text }))
      }
    }
    if let others { steps.append(Step(name: "other layers", value: others)) }
    return Array(steps.prefix(rows))
  }

  /// The layers from the top down; where they do not all fit, those that do most, and the sum of
  /// the rest, so that the steps still lead to the logit.
  private func layersShown(
    _ explanation: Explanation, room: Int
  ) -> (layers: [(layer: LayerAddress, sum: Double)], others: Double?) {
    let all = explanation.layerContributions(index.run.head.neurons)
    guard all.count > room else { return (all.reversed(), nil) }
    let strongest = all.indices.sorted { abs(all[$0].sum) > abs(all[$1].sum) }
    let shown = strongest.prefix(max(0, room - 1)).sorted(by: >).map { all[$0] }
    return (shown, strongest.dropFirst(max(0, room - 1)).reduce(0) { $0 + all[$1].sum })
  }

  /// A name, a value, and a bar from where the sum stood to where it stands.
  private func drawStep(
    _ canvas: inout Canvas, _ row: Rect, _ step: Step, from start: Double, _ scale: WaterfallScale
  ) {
    let style = theme[step.isNeuron ? "text.dim" : "text"]
    canvas.write(clipped(step.name, to: 12), x: row.x, y: row.y, style: style)
    canvas.write(
      padded(signed(step.value), to: 8, alignment: .right), x: row.x + 12, y: row.y, style: style)
    let plot = Rect(x: row.x + 22, y: row.y, width: max(0, row.width - 22), height: 1)
    guard plot.width > 2 else { return }
    if step.isNeuron {
      let word =
        (step.word.map { "‹\(sanitized($0))›" } ?? "") + (step.factor.map { " × \($0)" } ?? "")
      canvas.write(
        clipped(word, to: plot.width), x: plot.x, y: row.y,
        style: theme[step.value < 0 ? "token.negative" : "token.positive"])
      if step.isHere { canvas.restyle(row) { $0.reverse = true } }
      return
    }
    guard abs(step.value) >= 0.005 else { return }
    let (a, b) = (scale.column(start, plot.width), scale.column(start + step.value, plot.width))
    let glyph =
      theme.glyphs == .ascii ? (step.value < 0 ? "-" : "+") : (step.value < 0 ? "▒" : "█")
    canvas.write(
      String(repeating: glyph, count: max(1, abs(b - a))), x: plot.x + min(a, b), y: row.y,
      style: theme[step.value < 0 ? "neuron.negative" : "neuron.positive"],
      maxWidth: plot.maxX - plot.x - min(a, b))
  }

  /// What a neuron is multiplied by, where that is not 1.
  private func factor(_ neuron: NeuronAddress) -> String? {
    state.look.views.sentence.factors["\(neuron)"].map { decimals($0, 1) }
  }

  // MARK: Held against the pinned sentence

  /// The difference of two logits, neuron by neuron: it sums exactly, for both share base and weights.
  private func drawPinned(_ canvas: inout Canvas, _ area: Rect, _ explanation: Explanation) {
    guard let pinned = state.pinned, area.height > 2 else { return }
    let inner = canvas.box(
      area, title: "Pinned", subtitle: "“\(shown(pinned.text))”", trailing: "P unpins", theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard pinned.explained == explanation.explained else {
      canvas.write(
        clipped(
          "speaks of \(index.label(pinned.explained)): not of the same logit", to: inner.width),
        x: inner.x, y: inner.y, style: theme["warn"])
      return
    }
    let differences = zip(explanation.contributions, pinned.contributions).map { $0 - $1 }
    let gap = explanation.logit - pinned.logit
    let rest = abs(gap - differences.reduce(0, +))
    canvas.write(
      clipped(
        "logit \(signed(pinned.logit)), now \(signed(explanation.logit)): \(signed(gap)), of which",
        to: inner.width), x: inner.x, y: inner.y, style: theme["text.strong"])
    let order = differences.indices.filter { abs(differences[$0]) > 1e-9 }
      .sorted { abs(differences[$0]) > abs(differences[$1]) }
    for (row, place) in order.prefix(max(0, inner.height - 2)).enumerated() {
      let word = explanation.strongestWords[place].map {
        " ‹\(sanitized(explanation.words[$0].text))›"
      }
      let before = pinned.strongestWords[place].map {
        " was ‹\(sanitized(pinned.words[$0].text))›"
      }
      let value = differences[place]
      canvas.write(
        clipped(
          padded("\(index.run.head.neurons[place])", to: 10)
            + padded(signed(value), to: 7, alignment: .right) + " \(word ?? "")\(before ?? "")",
          to: inner.width),
        x: inner.x, y: inner.y + 1 + row,
        style: theme[value < 0 ? "token.negative" : "token.positive"])
    }
    guard inner.height >= 2 else { return }
    let others = order.dropFirst(max(0, inner.height - 2))
    canvas.write(
      clipped(
        "\(grouped(others.count)) others \(signed(others.reduce(0) { $0 + differences[$1] })); "
          + "remainder \(remainder(rest))", to: inner.width),
      x: inner.x, y: inner.maxY - 1, style: theme["text.dim"])
  }

  // MARK: Words

  private func drawWords(_ canvas: inout Canvas, _ area: Rect, _ explanation: Explanation) {
    let method =
      switch explanation.attribution {
      case .share: "sum to logit − average"
      case .maximum: "at each maximum; sum to logit − average"
      case .occlusion: "logit lost when masked"
      }
    let inner = canvas.box(
      area, title: "Words", subtitle: method,
      trailing: explanation.truncated ? "cut at \(explanation.tokens) tokens" : nil, theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 1 else { return }
    let fitting = max(0, (inner.width - 21) / 6)
    let layers = explanation.wordLayers.isEmpty ? [] : Array(layersRead.suffix(fitting))
    let limit = explanation.wordContributions.lazy.map { abs($0) }.max() ?? 0
    canvas.write(
      clipped(heading(layers), to: inner.width), x: inner.x, y: inner.y,
      style: theme["axis.label"])
    let order = wordOrder(explanation, room: inner.height - 1 - (inner.height > 3 ? 1 : 0))
    for (row, place) in order.enumerated() {
      drawWord(
        &canvas, Rect(x: inner.x, y: inner.y + 1 + row, width: inner.width, height: 1),
        explanation, place, layers, limit: limit)
    }
    if inner.height > 3 {
      drawExits(
        &canvas, Rect(x: inner.x, y: inner.maxY - 1, width: inner.width, height: 1), explanation)
    }
  }

  /// Places in `Head.layers` of those that have a neuron in the head.
  private var layersRead: [Int] {
    let used = Set(index.run.head.neurons.map(\.layerAddress))
    return index.run.head.layers.indices.filter { used.contains(index.run.head.layers[$0]) }
  }

  /// Whether there are layers below those that fit.
  private func explanationHasMore(_ layers: [Int]) -> Bool {
    !layers.isEmpty && layers.count < layersRead.count
  }

  private func heading(_ layers: [Int]) -> String {
    let names = index.run.head.layers
    let more = explanationHasMore(layers) ? " …" : "  "
    return padded("word", to: 12) + padded("sum", to: 7, alignment: .right) + more
      + layers.map { padded(names[$0].description, to: 6, alignment: .right) }.joined()
  }

  /// All words in their order where they fit, else those that do most, still in their order.
  private func wordOrder(_ explanation: Explanation, room: Int) -> [Int] {
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
    _ canvas: inout Canvas, _ row: Rect, _ explanation: Explanation, _ place: Int, _ layers: [Int],
    limit: Double
  ) {
    let word = explanation.words[place]
    let sum = explanation.wordContributions[place]
    canvas.write(
      clipped(sanitized(word.text), to: 12), x: row.x, y: row.y,
      style: word.isSpecial ? theme["text.dim"] : WordStyle(explanation, theme)[place])
    if place == state.place.word {
      canvas.restyle(Rect(x: row.x, y: row.y, width: 12, height: 1)) { $0.reverse = true }
    }
    canvas.write(
      padded(signed(sum), to: 7, alignment: .right), x: row.x + 12, y: row.y,
      style: theme[sum < 0 ? "token.negative" : "token.positive"])
    var x = row.x + 21
    for layer in layers {
      guard x + 6 <= row.maxX else { return }
      let value = explanation.wordLayers[layer][place]
      canvas.write(
        abs(value) < 0.005
          ? padded("·", to: 6, alignment: .right)
          : padded(signed(value), to: 6, alignment: .right),
        x: x, y: row.y,
        style: abs(value) < 0.005
          ? theme["text.dim"] : theme[value < 0 ? "token.negative" : "token.positive"])
      x += 6
    }
    let bar = min(12, (row.maxX - x - 2) / 2)
    guard bar >= 3 else { return }
    canvas.write(
      signedBar(value: sum, limit: limit, halfWidth: bar, glyphs: theme.glyphs), x: x + 1, y: row.y,
      style: theme[sum < 0 ? "token.negative" : "token.positive"])
  }

  /// What the head would say if the model ended after each layer.
  private func drawExits(_ canvas: inout Canvas, _ row: Rect, _ explanation: Explanation) {
    let source = index.run.head.source
    let isBinary = index.run.info.data.classes.count == 2
    let exits = explanation.exits.map { exit in
      let p = exit.predicted == explanation.explained ? exit.probability : 1 - exit.probability
      let label = isBinary ? "" : "\(clipped(index.label(exit.predicted), to: 8)) "
      let share = isBinary ? p : exit.probability
      return "\(source.lastLayer(depth: exit.depth)) \(label)\(Int((share * 100).rounded()))"
    }
    let title = isBinary ? "% \(index.label(explanation.explained)) by depth  " : "by depth  "
    canvas.write(
      clipped(title + exits.joined(separator: " · "), to: row.width), x: row.x, y: row.y,
      style: theme["text.dim"])
  }

  // MARK: In words

  var meaning: String {
    "The waterfall starts at an average training text and adds what each layer's neurons add: weight "
      + "times the distance from the neuron's mean. It sums to the logit; the remainder is rounding."
  }

  var summary: String {
    guard let explanation = adjusted else { return waiting }
    let p = explanation.probabilities[explanation.predicted]
    return "The head says \(index.label(explanation.predicted)), \(certainty(p)). Logit "
      + "\(signed(explanation.logit)), of which \(signed(explanation.base)) is an average text's."
  }

  var table: DataTable {
    let explanation = state.explanation
    return DataTable(
      name: "sentence", columns: ["neuron", "value", "contribution"],
      rows: zip(
        index.run.head.neurons, zip(explanation?.values ?? [], explanation?.contributions ?? [])
      )
      .map { ["\($0)", "\($1.0)", "\($1.1)"] })
  }

  // MARK: Keys

  /// Down to the next weaker neuron of the head, sideways to the next word.
  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    switch action {
    case .moveRow(let step): moveNeuron(&state, by: step)
    case .first: moveNeuron(&state, by: -state.run.head.neurons.count)
    case .last: moveNeuron(&state, by: state.run.head.neurons.count)
    case .moveColumn(let step):
      let last = max(0, (state.explanation?.words.count ?? 1) - 1)
      state.place.word = min(max(0, state.place.word + step), last)
    case .open: state.show(.neuron)
    default: return nil
    }
    return []
  }

  private static func moveNeuron(_ state: inout ExplorerState, by step: Int) {
    guard let contributions = state.explanation?.contributions else { return }
    let neurons = state.run.head.neurons
    let order = contributions.indices.sorted { abs(contributions[$0]) > abs(contributions[$1]) }
    guard !order.isEmpty else { return }
    let here = order.firstIndex { neurons[$0] == state.address }
    let next = here.map { min(max(0, $0 + step), order.count - 1) } ?? 0
    let neuron = neurons[order[next]]
    (state.place.representation, state.place.layer) = (neuron.representation, neuron.layer)
    state.place.neuron = neuron.index
  }
}

/// What the sentence's screen remembers.
struct SentenceState: Sendable, Equatable, Codable {
  /// What a neuron's contribution is multiplied by, by address; 1 where nothing stands here.
  var factors: [String: Double] = [:]

  /// An explanation as if every neuron stood so many times as far from its training mean.
  ///
  /// What the neurons above would make of it is not followed: this is the direct effect.
  func applied(to explanation: Explanation, _ neurons: [NeuronAddress]) -> Explanation {
    guard !factors.isEmpty else { return explanation }
    var scaled = explanation
    for (j, neuron) in neurons.enumerated() {
      if let factor = factors["\(neuron)"] { scaled.contributions[j] *= factor }
    }
    scaled.logit = scaled.base + scaled.contributions.reduce(0, +)
    return scaled
  }
}

/// Columns for values between the least and the greatest running sum.
struct WaterfallScale {
  private let low: Double
  private let high: Double

  /// - Parameters:
  ///   - values: steps whose running sums must fit.
  ///   - logit: where they end.
  init(_ values: [Double], logit: Double) {
    var sum = 0.0
    var (low, high) = (min(0, logit), max(0, logit))
    for value in values {
      sum += value
      low = min(low, sum)
      high = max(high, sum)
    }
    self.low = low
    self.high = max(high, low + 1e-9)
  }

  func column(_ value: Double, _ width: Int) -> Int {
    let share = min(1, max(0, (value - low) / (high - low)))
    return Int((share * Double(width - 1)).rounded())
  }
}
