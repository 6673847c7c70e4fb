import Probing
import Terminal

/// The texts that drive a neuron, and where in them it fires.
struct NeuronTextsPane {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var look: NeuronState { state.look.views.neuron }
  private var evidence: NeuronEvidence? { NeuronView.evidence(state) }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let places = evidence.map { NeuronView.places(state, $0) } ?? []
    let balance = evidence.map { evidence in
      NeuronTexts(evidence.values, among: state.run.places(of: .validation))
        .balance(
          ofTop: 20, labels: state.run.labels, classes: state.run.info.data.classes.count
        ).enumerated().map { "\($1) \(state.index.label($0))" }.joined(separator: ", ")
    }
    let inner = frame.canvas.box(
      area, title: "Texts: \(look.texts.rawValue)",
      subtitle: balance.map { "the 20 highest: \($0)" }, trailing: "validation", theme: theme
    ).insetBy(dx: 1, dy: 0)
    for (line, place) in places.prefix(inner.height).enumerated() {
      let row = Rect(x: inner.x, y: inner.y + line, width: inner.width, height: 1)
      drawText(&frame.canvas, place, row)
      frame.onClick(row, .say(state.run.texts[place].text))
    }
    if places.isEmpty {
      frame.canvas.write(
        clipped(state.questions.status(of: .neuron) ?? "…", to: inner.width), x: inner.x,
        y: inner.y, style: theme["text.dim"])
    }
  }

  /// Value, right or wrong, label, and the words: bold where it fires, underlined where it is
  /// as far below 0.
  private func drawText(_ canvas: inout Canvas, _ place: Int, _ row: Rect) {
    guard let evidence else { return }
    let text = state.run.texts[place]
    let isRight = state.predictions?.rows[place].isRight ?? true
    let cross = theme.glyphs == .ascii ? "x" : "✗"
    let head =
      "\(padded(signed(Double(evidence.values[place])), to: 6, alignment: .right)) "
      + "\(isRight ? " " : cross) \(padded(shown(text.label), to: 9)) "
    var x = row.x + canvas.write(head, x: row.x, y: row.y, style: theme[isRight ? "text" : "warn"])
    guard let trace = state.traces, trace.neuron == state.address,
      let words = trace.byPlace[place]
    else {
      canvas.write(
        clipped(shown(text.text), to: max(0, row.maxX - x)), x: x, y: row.y,
        style: theme["text.dim"])
      return
    }
    let limit = words.wordValues.reduce(0) { max($0, abs($1)) }
    for (word, value) in zip(words.words, words.wordValues) {
      let written = sanitized(word.text)
      guard x + width(written) <= row.maxX else { break }
      x += canvas.write(written, x: x, y: row.y, style: style(value, limit)) + 1
    }
  }

  private func style(_ value: Float, _ limit: Float) -> Style {
    let share = limit > 0 ? value / limit : 0
    guard abs(share) >= 0.3 else { return theme["text.dim"] }
    var style = theme["input"].adding(theme[share < 0 ? "token.negative" : "token.positive"])
    style.bold = share > 0.6
    style.underline = share < 0
    return style
  }
}
