import Probing
import Terminal

/// What was tried: a row a selection, a column a source and pooling, the best depth of each.
struct GridPane {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var scores: Scores { state.run.scores }

  func draw(into canvas: inout Canvas, _ area: Rect) {
    let inner = canvas.box(
      area, title: "What was tried", subtitle: "validation accuracy %, best depth",
      trailing: "\(state.run.info.chosen.tried) tried", theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 3, !gridColumns.isEmpty else { return }
    // Whole percents and η without its name where tenths do not fit.
    let isNarrow = (inner.width - 9) / gridColumns.count < 5
    let name = isNarrow ? 5 : 9
    let cell = max(isNarrow ? 4 : 5, (inner.width - name) / gridColumns.count)
    let columns = gridColumns.prefix(max(1, (inner.width - name) / cell))
    for (place, column) in columns.enumerated() {
      let x = inner.x + name + place * cell
      canvas.write(
        clipped(column.source.rawValue, to: cell - 1), x: x, y: inner.y, style: theme["axis.label"],
        maxWidth: inner.maxX - x)
      canvas.write(
        clipped(column.pooling.rawValue, to: cell - 1), x: x, y: inner.y + 1,
        style: theme["axis.label"], maxWidth: inner.maxX - x)
    }
    let all = scores.grid.map(\.validation.accuracy)
    let (low, high) = (all.min() ?? 0, all.max() ?? 1)
    let selections = state.run.info.settings.selections.prefix(inner.height - 2)
    for (line, selection) in selections.enumerated() {
      let y = inner.y + 2 + line
      canvas.write(
        isNarrow ? selection.value : "\(selection)", x: inner.x, y: y, style: theme["axis.label"],
        maxWidth: name)
      for (place, column) in columns.enumerated() {
        guard let point = best(column, selection) else { continue }
        let rect = Rect(x: inner.x + name + place * cell, y: y, width: cell, height: 1)
          .intersection(inner)
        let accuracy = point.validation.accuracy
        drawPoint(
          &canvas, rect, point, isNarrow ? decimals(accuracy * 100, 0) : percent(accuracy),
          (accuracy - low) / max(high - low, 1e-9))
      }
    }
  }

  private struct GridColumn: Hashable {
    var source: HeadSource
    var pooling: Pooling
  }

  private var gridColumns: [GridColumn] {
    let settings = state.run.info.settings
    return settings.sources.flatMap { source in
      settings.poolings.map { GridColumn(source: source, pooling: $0) }
    }
  }

  private func best(_ column: GridColumn, _ selection: NeuronSelection) -> Scores.GridPoint? {
    scores.grid.filter {
      $0.source == column.source && $0.pooling == column.pooling && $0.selection == selection
    }.max { $0.validation.accuracy < $1.validation.accuracy }
  }

  /// Brackets mark the chosen cell; the ground says how good it is among all.
  private func drawPoint(
    _ canvas: inout Canvas, _ rect: Rect, _ point: Scores.GridPoint, _ number: String,
    _ share: Double
  ) {
    let chosen = state.run.info.chosen
    let isChosen =
      point.source == chosen.source && point.pooling == chosen.pooling
      && point.selection == chosen.selection
    var style = theme["text"]
    if theme.depth != .mono {
      // The ramp's dark end cannot be read on a dark ground.
      style.foreground = theme.ramp("accuracy").color(0.35 + 0.65 * share, depth: theme.depth)
    }
    style.bold = isChosen
    canvas.write(
      isChosen ? "[\(number)]" : number, x: rect.x - (isChosen ? 1 : 0), y: rect.y, style: style,
      maxWidth: rect.width + 1)
  }
}
