import Probing
import Terminal

/// The texts of the run: their labels, what the head says of them, and where it is wrong.
struct TextsView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var texts: [LabelledText] { state.run.texts }

  static func needs(_ state: ExplorerState) -> [EngineRequest] {
    state.predictions == nil ? [.predictions] : []
  }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let inner = frame.canvas.box(
      area, title: "Texts", number: Tab.texts.number,
      subtitle: state.questions.status(of: .predictions),
      trailing: "\(grouped(state.place.text + 1))/\(grouped(texts.count))", theme: theme,
      focused: true
    ).insetBy(dx: 1, dy: 0)
    let first = min(max(0, state.place.text - inner.height / 2), max(0, texts.count - inner.height))
    for row in 0..<min(inner.height, texts.count) {
      let rect = Rect(x: inner.x, y: inner.y + row, width: inner.width, height: 1)
      drawText(&frame.canvas, first + row, rect)
      var there = state.place
      there.text = first + row
      frame.onClick(rect, .point(there))
    }
  }

  private func drawText(_ canvas: inout Canvas, _ index: Int, _ row: Rect) {
    let text = texts[index]
    let prediction = state.predictions?[index]
    let answer = prediction.map {
      "\(padded(state.index.label($0.predicted), to: 10)) \(padded(certainty($0.confidence), to: 8, alignment: .right))"
    }
    let isWrong =
      prediction.map { state.run.info.data.classes[$0.predicted] != text.label } ?? false
    let line =
      "\(isWrong ? "✗" : " ") \(padded(shown(text.label), to: 10)) "
      + "\(answer ?? padded("", to: 19))  \(padded(text.split.rawValue, to: 11))"
      + shown(text.text)
    canvas.write(
      clipped(theme.glyphs == .ascii && isWrong ? "x" + line.dropFirst() : line, to: row.width),
      x: row.x, y: row.y, style: theme[isWrong ? "warn" : "text"])
    if index == state.place.text { canvas.restyle(row) { $0.reverse = true } }
  }

  var meaning: String {
    "Each row is a text of the run: ✗ where the head is wrong, its label, what the head says and how "
      + "sure it is, and its split. The head has learnt the training texts: judge it on the others."
  }

  var summary: String {
    let predictions = state.predictions ?? []
    let wrong = zip(texts, predictions).count {
      $0.label != state.run.info.data.classes[$1.predicted]
    }
    return "\(grouped(texts.count)) texts"
      + (predictions.isEmpty ? "." : ", \(grouped(wrong)) of them answered wrong.")
  }

  var table: DataTable {
    DataTable(
      name: "texts", columns: ["id", "split", "label", "predicted", "confidence", "text"],
      rows: texts.enumerated().map { index, text in
        let prediction = state.predictions?[index]
        return [
          "\(text.id)", text.split.rawValue, text.label,
          prediction.map { state.run.info.data.classes[$0.predicted] } ?? "",
          prediction.map { decimals($0.confidence, 4) } ?? "", text.text,
        ]
      })
  }

  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    let last = state.run.texts.count - 1
    switch action {
    case .moveRow(let step): state.place.text = min(max(0, state.place.text + step), max(0, last))
    case .first: state.place.text = 0
    case .last: state.place.text = max(0, last)
    case .open:
      guard state.run.texts.indices.contains(state.place.text) else { return [] }
      state.look.sentence = TextField(state.run.texts[state.place.text].text)
      state.show(.sentence)
    default: return nil
    }
    return []
  }
}
