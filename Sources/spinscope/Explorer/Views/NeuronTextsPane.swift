import Probing
import Terminal

/// The texts that drive a neuron, and where in them it fires.
struct NeuronTextsPane {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var look: NeuronState { state.look.views.neuron }
  private var evidence: NeuronEvidence? { NeuronView.evidence(state) }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    if look.isElsewhere, state.look.views.run.against != nil {
      return drawElsewhere(into: &frame, area)
    }
    let places = evidence.map { NeuronView.places(state, $0) } ?? []
    let balance = evidence.map { evidence in
      NeuronTexts(evidence.values, among: state.run.places(of: .validation))
        .balance(
          ofTop: 20, labels: state.run.labels, classes: state.run.info.data.classes.count)
    }
    let inner = frame.canvas.box(
      area, title: "Texts: \(look.texts.rawValue)",
      subtitle: balance.map { highest($0, state.run.info.data.classes) }, trailing: "validation",
      theme: theme
    ).insetBy(dx: 1, dy: 0)
    for (offset, place) in places.prefix(inner.height).enumerated() {
      let row = Rect(x: inner.x, y: inner.y + offset, width: inner.width, height: 1)
      draw(line(place), into: &frame.canvas, row)
      frame.onClick(row, .say(state.run.texts[place].text))
    }
    if places.isEmpty {
      frame.canvas.write(
        clipped(state.questions.status(of: .neuron) ?? "…", to: inner.width), x: inner.x,
        y: inner.y, style: theme["text.dim"])
    }
  }

  /// The texts of the run that this one is held against.
  private func drawElsewhere(into frame: inout ExplorerFrame, _ area: Rect) {
    let elsewhere = NeuronView.elsewhere(state)
    let inner = frame.canvas.box(
      area,
      title:
        "Texts of \(elsewhere.map { shown($0.name) } ?? "another run"): \(look.texts.rawValue)",
      subtitle: elsewhere.map { highest($0.balance, $0.classes) }, trailing: "c goes back",
      theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard let elsewhere else {
      let status = state.questions.status(of: .elsewhere, waiting: "reading the other run …") ?? "…"
      for (row, line) in wrapped(status, to: inner.width).prefix(inner.height).enumerated() {
        frame.canvas.write(
          clipped(line, to: inner.width), x: inner.x, y: inner.y + row, style: theme["text.dim"])
      }
      return
    }
    for (offset, text) in elsewhere.texts.prefix(inner.height).enumerated() {
      let row = Rect(x: inner.x, y: inner.y + offset, width: inner.width, height: 1)
      draw(
        Line(
          value: text.value, label: text.label, isRight: true, text: text.text, trace: text.trace),
        into: &frame.canvas, row)
      frame.onClick(row, .say(text.text))
    }
  }

  private func highest(_ balance: [Int], _ classes: [String]) -> String {
    "the 20 highest: "
      + balance.enumerated().map { "\($1) \(shown(classes[$0]))" }.joined(separator: ", ")
  }

  /// A text as it is listed.
  private struct Line {
    var value: Float
    var label: String
    var isRight: Bool
    var text: String
    var trace: NeuronTrace?
  }

  private func line(_ place: Int) -> Line {
    let text = state.run.texts[place]
    let trace = state.traces.flatMap { $0.neuron == state.address ? $0.byPlace[place] : nil }
    return Line(
      value: evidence?.values[place] ?? 0, label: text.label,
      isRight: state.predictions?.rows[place].isRight ?? true, text: text.text, trace: trace)
  }

  /// Value, right or wrong, label, and the words: bold where it fires, underlined where it is
  /// as far below 0.
  private func draw(_ line: Line, into canvas: inout Canvas, _ row: Rect) {
    let cross = theme.glyphs == .ascii ? "x" : "✗"
    let head =
      "\(padded(signed(Double(line.value)), to: 6, alignment: .right)) "
      + "\(line.isRight ? " " : cross) \(padded(clipped(shown(line.label), to: 9), to: 9)) "
    var x =
      row.x
      + canvas.write(head, x: row.x, y: row.y, style: theme[line.isRight ? "text" : "warn"])
    guard let words = line.trace else {
      canvas.write(
        clipped(shown(line.text), to: max(0, row.maxX - x)), x: x, y: row.y,
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
