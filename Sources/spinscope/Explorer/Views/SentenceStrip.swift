import Probing
import Terminal

/// The sentence at the foot of every screen: its words coloured, the answer behind it.
struct SentenceStrip {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  private var isEdited: Bool { state.isTyping && !state.isQuerying }

  /// Draws into three rows or four, the first and last of them a border, or into one.
  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    frame.onClick(area, .startTyping)
    guard area.height > 1 else { return drawRow(&frame, area) }
    let inner = frame.canvas.box(
      area, title: "Sentence",
      subtitle: area.width < 60 ? nil : isEdited ? "⏎ when done" : "i to type",
      trailing: answer(columns: area.width - (area.width < 60 ? 16 : 30)), theme: theme,
      focused: isEdited
    ).insetBy(dx: 1, dy: 0)
    guard inner.height > 0 else { return }
    let caret = drawText(&frame.canvas, inner.splitTop(1).top)
    if isEdited { frame.cursor = (caret, inner.y) }
    if inner.height > 1 { drawNeurons(&frame.canvas, inner.splitTop(1).rest) }
  }

  private func drawRow(_ frame: inout ExplorerFrame, _ area: Rect) {
    let row = area.insetBy(dx: 1, dy: 0)
    let answer = clipped(answer(columns: row.width / 2), to: row.width / 2)
    let (right, left) = row.splitRight(width(answer) + 1)
    let caret = drawText(&frame.canvas, left)
    frame.canvas.write(answer, x: right.x + 1, y: row.y, style: theme["text.strong"])
    if isEdited { frame.cursor = (min(caret, left.maxX - 1), row.y) }
  }

  /// `positive 87 % ▮▮▮▮▮▮▮▮▮▯`, or why there is no answer.
  ///
  /// Where there is little room the meter goes first, then the end of the label.
  private func answer(columns: Int) -> String {
    switch state.model {
    case .loading: return "loading the model …"
    case .missing: return "no model"
    case .ready: break
    }
    guard let explanation = state.explanation else { return "…" }
    let p = explanation.probabilities[explanation.predicted]
    let full = Int((p * 10).rounded())
    let (on, off) = theme.glyphs == .ascii ? ("#", "-") : ("▮", "▯")
    let meter = String(repeating: on, count: full) + String(repeating: off, count: 10 - full)
    let stale = state.currentExplanation == nil ? " …" : ""
    let label = state.index.label(explanation.predicted)
    let short = "\(clipped(label, to: max(6, columns - 14))) \(certainty(p))\(stale)"
    let long = "says \(short) \(meter)"
    return width(long) <= columns ? long : short
  }

  // MARK: The words

  private func drawText(_ canvas: inout Canvas, _ row: Rect) -> Int {
    let x =
      row.x
      + canvas.write(
        theme.glyphs == .ascii ? "> " : "› ", x: row.x, y: row.y,
        style: theme[isEdited ? "hint.key" : "text.dim"])
    let room = max(1, row.maxX - x)
    guard !state.sentence.text.isEmpty else {
      canvas.write(
        clipped("type a sentence; Esc when done", to: room), x: x, y: row.y,
        style: theme["input.placeholder"])
      return x
    }
    let pieces = pieces
    let caretColumn = width(sanitized(String(state.sentence.text.prefix(state.sentence.caret))))
    // The window follows the caret, with a little of what is beyond it in sight.
    let offset = max(0, caretColumn - room + (isEdited ? 1 : 0))
    let shift = isEdited ? offset : 0
    var column = 0
    for (text, style) in pieces {
      for character in sanitized(text) {
        let wide = width(String(character))
        if column >= shift, column + wide - shift <= room {
          canvas.write(String(character), x: x + column - shift, y: row.y, style: style)
        }
        column += wide
      }
    }
    return min(row.maxX - 1, x + caretColumn - shift)
  }

  /// The text in pieces, each word in the colour of what it adds.
  private var pieces: [(text: String, style: Style)] {
    let plain = theme["input"]
    guard let explanation = state.currentExplanation else { return [(state.sentence.text, plain)] }
    let bytes = Array(state.sentence.text.utf8)
    let style = WordStyle(explanation, theme)
    var pieces: [(String, Style)] = []
    var end = 0
    for (place, word) in explanation.words.enumerated() where !word.isSpecial {
      guard word.range.lowerBound >= end, word.range.upperBound <= bytes.count else { continue }
      pieces.append((String(decoding: bytes[end..<word.range.lowerBound], as: UTF8.self), plain))
      pieces.append((String(decoding: bytes[word.range], as: UTF8.self), style[place]))
      end = word.range.upperBound
    }
    pieces.append((String(decoding: bytes[end...], as: UTF8.self), plain))
    return pieces
  }

  // MARK: The neurons

  private func drawNeurons(_ canvas: inout Canvas, _ row: Rect) {
    if case .missing(let reason) = state.model {
      canvas.write(clipped(reason, to: row.width), x: row.x, y: row.y, style: theme["warn"])
      return
    }
    guard let explanation = state.explanation else { return }
    let neurons = state.index.run.head.neurons
    let order = explanation.contributions.indices.sorted {
      abs(explanation.contributions[$0]) > abs(explanation.contributions[$1])
    }
    var x =
      row.x
      + canvas.write(
        "logit \(signed(explanation.logit))  ", x: row.x, y: row.y, style: theme["text.dim"])
    for place in order {
      let contribution = explanation.contributions[place]
      let word = explanation.strongestWords[place].map {
        " ‹\(sanitized(explanation.words[$0].text))›"
      }
      let text = "\(neurons[place])\(word ?? "") \(signed(contribution))"
      guard x + width(text) <= row.maxX else { break }
      x += canvas.write(
        text, x: x, y: row.y,
        style: theme[contribution < 0 ? "token.negative" : "token.positive"])
      x += 2
    }
  }
}

/// How a word is drawn for what it adds: colour by sign, and by glyph attributes for readers
/// without colour: bold for, underlined against, plain for little.
struct WordStyle {
  private let explanation: Explanation
  private let theme: Theme
  private let limit: Double

  init(_ explanation: Explanation, _ theme: Theme) {
    self.explanation = explanation
    self.theme = theme
    limit = explanation.wordContributions.lazy.map { abs($0) }.max() ?? 0
  }

  /// The style of word `place`.
  subscript(place: Int) -> Style {
    let share = limit > 0 ? explanation.wordContributions[place] / limit : 0
    guard abs(share) >= 0.1 else { return theme["input"] }
    var style = theme["input"].adding(theme[share < 0 ? "token.negative" : "token.positive"])
    style.bold = share > 0.33
    style.underline = share < 0
    return style
  }
}
