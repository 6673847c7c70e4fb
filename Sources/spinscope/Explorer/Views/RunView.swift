import Probing
import Terminal

/// Where the cursor is on the run's screen.
struct RunState: Sendable, Equatable, Codable {
  /// Rows of the confusion matrix, then the bins of the reliability curve.
  var row = 0
  var column = 0
}

/// The run: what was tried and chosen, what is taken for what, how far it can be trusted.
///
/// Errors are counted on the validation texts, so that looking into them leaves the test texts be.
struct RunView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var scores: Scores { state.run.scores }
  private var evaluation: Evaluation { scores.validation }
  private var cursor: RunState { state.look.views.run }
  private var classes: Int { state.run.info.data.classes.count }

  static func needs(_ state: ExplorerState) -> [EngineRequest] {
    state.predictions == nil ? [.predictions] : []
  }

  // MARK: Layout

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    if area.width >= 100 {
      let (left, right) = area.splitLeft(area.width / 2)
      let (confusion, below) = left.splitTop(min(classes + 4, left.height / 2))
      let (bins, grid) = below.splitTop(min(evaluation.reliability.count + 3, below.height / 2))
      drawConfusion(into: &frame, confusion)
      drawReliability(into: &frame, bins)
      drawGrid(&frame.canvas, grid)
      drawFacts(&frame.canvas, right)
    } else if area.height < 12 {
      drawConfusion(into: &frame, area)
    } else {
      let (top, bottom) = area.splitTop(min(classes + 4, area.height / 2))
      let (confusion, bins) = top.splitLeft(area.width / 2)
      drawConfusion(into: &frame, confusion)
      drawReliability(into: &frame, bins)
      drawFacts(&frame.canvas, bottom)
    }
  }

  // MARK: Confusion

  private func drawConfusion(into frame: inout ExplorerFrame, _ area: Rect) {
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
    frame.onClick(rect, .query(query(.all([.label(truth), .predicted(predicted)]))))
  }

  // MARK: Reliability

  private func drawReliability(into frame: inout ExplorerFrame, _ area: Rect) {
    let inner = frame.canvas.box(
      area, title: "Reliability",
      subtitle: "ECE \(percent(evaluation.calibrationError.value)) %, luck "
        + percent(evaluation.calibrationErrorOfLuck), theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 2 else { return }
    let (heading, rows) = inner.splitTop(1)
    frame.canvas.write(
      clipped("  sure   right        n", to: heading.width), x: heading.x, y: heading.y,
      style: theme["axis.label"])
    let bins = evaluation.reliability
    let here = cursor.row - classes
    let first = min(max(0, here - rows.height + 1), max(0, bins.count - rows.height))
    for (line, place) in (first..<bins.count).prefix(rows.height).enumerated() {
      let row = Rect(x: rows.x, y: rows.y + line, width: rows.width, height: 1)
      drawBin(into: &frame, row, bins[place])
      if here == place { frame.canvas.restyle(row) { $0.reverse = true } }
      if let condition = Self.condition(ofBin: place, state) {
        frame.onClick(row, .query(query(condition)))
      }
    }
  }

  private func drawBin(into frame: inout ExplorerFrame, _ row: Rect, _ bin: ReliabilityBin) {
    let isOff = bin.confidence < bin.score.low || bin.confidence > bin.score.high
    let text =
      padded(percent(bin.confidence), to: 6, alignment: .right)
      + padded(percent(bin.score.accuracy), to: 8, alignment: .right) + plusMinus(bin.score)
      + "  \(bin.score.n)"
    frame.canvas.write(
      clipped(text, to: row.width), x: row.x, y: row.y, style: theme[isOff ? "warn" : "text"])
    let x = row.x + 30
    guard row.maxX - x >= 12 else { return }
    frame.canvas.accuracyBar(
      value: bin.score.accuracy, low: bin.score.low, high: bin.score.high, range: 0...1,
      in: Rect(x: x, y: row.y, width: row.maxX - x, height: 1), theme: theme)
  }

  /// The range of confidences of a bin: its bounds lie between its texts and those of the next.
  private static func condition(
    ofBin bin: Int, _ state: ExplorerState
  ) -> TextQuery.Condition? {
    guard let table = state.predictions else { return nil }
    let sorted = state.run.places(of: .validation).map { table.rows[$0].confidence }.sorted()
    let bins = state.run.scores.validation.reliability
    let start = bins.prefix(bin).reduce(0) { $0 + $1.score.n }
    let end = start + bins[bin].score.n
    guard end <= sorted.count else { return nil }
    var parts: [TextQuery.Condition] = []
    if start > 0 {
      parts.append(.number(.confidence, .atLeast, border(sorted[start - 1], sorted[start])))
    }
    if end < sorted.count {
      parts.append(.number(.confidence, .less, border(sorted[end - 1], sorted[end])))
    }
    return .all(parts)
  }

  /// The shortest decimal number above the first and not above the second.
  private static func border(_ below: Double, _ above: Double) -> Double {
    for scale in [10.0, 100, 1_000, 10_000, 100_000, 1_000_000] {
      let candidate = (above * scale).rounded(.down) / scale
      if candidate > below { return candidate }
    }
    return above
  }

  private func query(_ condition: TextQuery.Condition) -> String {
    Self.query(condition, state)
  }

  /// A condition on the validation texts, the surest first.
  private static func query(_ condition: TextQuery.Condition, _ state: ExplorerState) -> String {
    let parts: [TextQuery.Condition] =
      if case .all(let parts) = condition { parts } else { [condition] }
    return TextQuery(
      .all(parts + [.split(.validation)]), sorts: [.init(.confidence, isFalling: true)]
    )
    .text(classes: state.run.info.data.classes)
  }

  // MARK: Grid

  /// What was tried: a row a selection, a column a source and pooling, the best depth of each.
  private func drawGrid(_ canvas: inout Canvas, _ area: Rect) {
    let inner = canvas.box(
      area, title: "What was tried", subtitle: "validation accuracy %, best depth",
      trailing: "\(state.run.info.chosen.tried) tried", theme: theme
    ).insetBy(dx: 1, dy: 0)
    let columns = gridColumns
    let name = 9
    guard inner.height >= 3, !columns.isEmpty else { return }
    let cell = max(5, (inner.width - name) / columns.count)
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
      canvas.write("\(selection)", x: inner.x, y: y, style: theme["axis.label"], maxWidth: name)
      for (place, column) in columns.enumerated() {
        guard let point = best(column, selection) else { continue }
        let rect = Rect(x: inner.x + name + place * cell, y: y, width: cell, height: 1)
          .intersection(inner)
        drawPoint(&canvas, rect, point, (point.validation.accuracy - low) / max(high - low, 1e-9))
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
    _ canvas: inout Canvas, _ rect: Rect, _ point: Scores.GridPoint, _ share: Double
  ) {
    let chosen = state.run.info.chosen
    let isChosen =
      point.source == chosen.source && point.pooling == chosen.pooling
      && point.selection == chosen.selection
    let number = percent(point.validation.accuracy)
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

  // MARK: Facts

  private func drawFacts(_ canvas: inout Canvas, _ area: Rect) {
    let info = state.run.info
    let inner = canvas.box(
      area, title: "What it rests on",
      subtitle: "\(shown(info.model.name)) · \(shown(info.data.name))", theme: theme
    ).insetBy(dx: 1, dy: 0)
    let lines = RunSummary(state.run).text.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { wrapped(String($0), inner.width) }
    for (row, line) in lines.prefix(inner.height).enumerated() {
      canvas.write(line, x: inner.x, y: inner.y + row, style: theme["text"])
    }
  }

  /// A long line goes on below itself, behind its label; a row of a table is cut.
  private func wrapped(_ line: String, _ columns: Int) -> [String] {
    let isTable = line.dropFirst(12).contains("  ")
    guard width(line) > columns, columns > 24, !isTable else { return [clipped(line, to: columns)] }
    var lines = [""]
    for word in line.split(separator: " ", omittingEmptySubsequences: false) {
      if width(lines[lines.count - 1]) + width(String(word)) + 1 > columns {
        lines.append(String(repeating: " ", count: 12))
      } else if lines[lines.count - 1] != "" || word.isEmpty {
        lines[lines.count - 1] += " "
      }
      lines[lines.count - 1] += word
    }
    return lines
  }

  // MARK: In words

  var meaning: String {
    "Rows of the matrix are labels, columns what the head says; ⏎ lists the texts of a cell or of a bin of "
      + "equally sure texts, which is orange where sureness lies outside the interval of what is right. "
      + "Errors are counted on validation; the test texts were read once, after everything was chosen."
  }

  var summary: String {
    "\(state.run.info.chosen.tried) configurations were tried; the chosen head has "
      + "\(neurons(state.run.head.neurons.count)) and reaches \(score(state.run.scores.test)) on test."
  }

  var table: DataTable {
    DataTable(
      name: "run",
      columns: ["source", "pooling", "selection", "depth", "neurons", "accuracy", "n"],
      rows: scores.grid.map {
        [
          $0.source.rawValue, $0.pooling.rawValue, "\($0.selection)", "\($0.depth)",
          "\($0.neurons)", decimals($0.validation.accuracy, 4), "\($0.validation.n)",
        ]
      })
  }

  // MARK: Keys

  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    let classes = state.run.info.data.classes.count
    let rows = classes + state.run.scores.validation.reliability.count
    func move(_ row: Int, _ column: Int) {
      state.look.views.run.row = min(max(0, row), rows - 1)
      state.look.views.run.column = min(max(0, column), classes - 1)
    }
    let here = state.look.views.run
    switch action {
    case .moveRow(let step): move(here.row + step, here.column)
    case .moveColumn(let step): move(here.row, here.column + step)
    case .first: move(0, 0)
    case .last: move(rows, here.column)
    case .open:
      let condition =
        here.row < classes
        ? .all([.label(here.row), .predicted(here.column)])
        : Self.condition(ofBin: here.row - classes, state)
      if let condition { return state.update(.query(query(condition, state))) }
    default: return nil
    }
    return []
  }
}
