import Probing
import Terminal

/// The run: what was fitted on what, and how well it does.
struct RunView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var lines: [String] {
    RunSummary(state.run).text.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let info = state.run.info
    let inner = frame.canvas.box(
      area, title: "Run", number: Tab.run.number,
      subtitle: "\(shown(info.model.name)) · \(shown(info.data.name))", theme: theme, focused: true
    ).insetBy(dx: 1, dy: 0)
    for (row, line) in lines.enumerated() where row < inner.height {
      frame.canvas.write(
        clipped(line, to: inner.width), x: inner.x, y: inner.y + row, style: theme["text"])
    }
  }

  var meaning: String {
    "What the fit read, tried and chose, and its scores with 95 % intervals. Everything was chosen on "
      + "validation texts; the test texts were read once, after that."
  }

  var summary: String {
    "\(state.run.info.chosen.tried) configurations were tried; the chosen head has "
      + "\(neurons(state.run.head.neurons.count)) and reaches \(score(state.run.scores.test)) on test."
  }

  var table: DataTable {
    DataTable(
      name: "run",
      columns: ["source", "pooling", "selection", "depth", "neurons", "accuracy", "n"],
      rows: state.run.scores.grid.map {
        [
          $0.source.rawValue, $0.pooling.rawValue, "\($0.selection)", "\($0.depth)",
          "\($0.neurons)", decimals($0.validation.accuracy, 4), "\($0.validation.n)",
        ]
      })
  }
}
