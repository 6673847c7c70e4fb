import Probing
import Terminal

/// What does it say, and who made it say so? The waterfall of the logit, and words × layers.
struct SentenceView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  private var index: RunIndex { state.index }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    guard let explanation = state.explanation else {
      let inner = frame.canvas.box(
        area, title: "Sentence", number: Tab.sentence.number, theme: theme, focused: true)
      frame.canvas.write(waiting, x: inner.x + 1, y: inner.y, style: theme["text.dim"])
      return
    }
    if area.width >= 90 {
      let (left, right) = area.splitLeft(area.width / 2)
      drawWaterfall(&frame.canvas, left, explanation)
      drawWords(&frame.canvas, right, explanation)
    } else {
      let (top, bottom) = area.splitTop(area.height < 10 ? area.height : area.height * 3 / 5)
      drawWaterfall(&frame.canvas, top, explanation)
      if bottom.height > 2 { drawWords(&frame.canvas, bottom, explanation) }
    }
  }

  private var waiting: String {
    switch state.model {
    case .loading: "Loading the model …"
    case .ready: "Press i and type a sentence."
    case .missing(let reason): reason
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
      "= logit " + padded(signed(explanation.logit), to: 17, alignment: .right)
      + "  remainder \(remainder(explanation.residual))"
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
    var steps = [Step(name: "average text", value: explanation.base)]
    for (layer, sum) in layers {
      steps.append(Step(name: layer.description, value: sum))
      for place in order.prefix(room) where neurons[place].layerAddress == layer {
        steps.append(
          Step(
            name: " \(neurons[place])", value: explanation.contributions[place], isNeuron: true,
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
      let word = step.word.map { "‹\(sanitized($0))›" } ?? ""
      canvas.write(
        clipped(word, to: plot.width), x: plot.x, y: row.y,
        style: theme[step.value < 0 ? "token.negative" : "token.positive"])
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
    return all.sorted {
      abs(explanation.wordContributions[$0]) > abs(explanation.wordContributions[$1])
    }.prefix(max(0, room)).sorted()
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
    guard let explanation = state.explanation else { return waiting }
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
