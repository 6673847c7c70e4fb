import Probing
import Terminal

/// The steps from an average text to this one's logit: layers, and under them the neurons that do
/// most; they sum exactly.
struct WaterfallPane {
  let state: ExplorerState
  let explanation: Explanation

  private var theme: Theme { state.theme }
  private var index: RunIndex { state.index }

  /// One versus rest: the probabilities above are those of these log-odds at the temperature,
  /// divided by their sum.
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

  func draw(into canvas: inout Canvas, _ area: Rect) {
    let inner = canvas.box(
      area, title: "Waterfall", number: Tab.sentence.number,
      subtitle: "log-odds of \(index.label(explanation.explained))\(against)",
      trailing: state.currentExplanation == nil ? "reading …" : nil, theme: theme, focused: true
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 2 else { return }
    let steps = steps(rows: inner.height - 1)
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
  private func steps(rows: Int) -> [Step] {
    let neurons = index.run.head.neurons
    let (layers, others) = layersShown(room: rows - 1)
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
    room: Int
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
      if step.isHere { canvas.select(row, theme) }
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
