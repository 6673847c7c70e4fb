import Probing
import Terminal

/// What is taken for what: rows are labels, columns answers.
struct ConfusionPane {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var evaluation: Evaluation { state.run.scores.validation }
  private var cursor: RunState { state.look.views.run }
  private var classes: Int { state.run.info.data.classes.count }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let inner = frame.canvas.box(
      area, title: "Run", number: Tab.run.number, subtitle: "label \\ answer, validation",
      trailing: "\(percent(evaluation.score.accuracy)) %", theme: theme, focused: true
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 2 else { return }
    let names = min(10, max(5, inner.width / 4))
    let cell = min(9, max(4, (inner.width - names) / max(1, classes)))
    let (heading, rows) = inner.splitTop(1)
    let first = min(max(0, cursor.row - rows.height + 1), max(0, classes - rows.height))
    for k in 0..<classes {
      frame.canvas.write(
        padded(clipped(state.index.label(k), to: cell - 1), to: cell, alignment: .right),
        x: heading.x + names + k * cell, y: heading.y, style: theme["axis.label"],
        maxWidth: heading.maxX - heading.x - names - k * cell)
    }
    for (line, truth) in (first..<classes).prefix(rows.height).enumerated() {
      let y = rows.y + line
      frame.canvas.write(
        clipped(state.index.label(truth), to: names - 1), x: rows.x, y: y,
        style: theme["axis.label"])
      for predicted in 0..<classes {
        let rect = Rect(x: rows.x + names + predicted * cell, y: y, width: cell, height: 1)
          .intersection(rows)
        drawCount(into: &frame, rect, truth, predicted)
      }
    }
  }

  private func drawCount(
    into frame: inout ExplorerFrame, _ rect: Rect, _ truth: Int, _ predicted: Int
  ) {
    guard !rect.isEmpty else { return }
    let count = evaluation.confusion[truth][predicted]
    let role = truth == predicted ? "good" : count == 0 ? "text.dim" : "warn"
    frame.canvas.write(
      padded(grouped(count), to: rect.width, alignment: .right), x: rect.x, y: rect.y,
      style: theme[role])
    if cursor.row == truth, cursor.column == predicted {
      frame.canvas.restyle(rect) { $0.reverse = true }
    }
    frame.onClick(rect, .query(RunView.query(.all([.label(truth), .predicted(predicted)]), state)))
  }
}
