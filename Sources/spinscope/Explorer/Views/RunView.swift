import Probing
import Terminal

/// The run: what was tried and chosen, what is taken for what, how far it can be trusted.
///
/// Errors are counted on the validation texts, so that looking into them leaves the test texts be.
struct RunView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var scores: Scores { state.run.scores }
  private var evaluation: Evaluation { scores.validation }
  private var classes: Int { state.run.info.data.classes.count }

  static func needs(_ state: ExplorerState) -> [EngineRequest] {
    (state.predictions == nil ? [.predictions] : []) + comparisonNeeds(state)
      + (state.calibration == nil ? [.calibration] : [])
  }

  /// The comparison with the run that is asked for, until it is there.
  static func comparisonNeeds(_ state: ExplorerState) -> [EngineRequest] {
    guard let path = state.look.views.run.against, state.currentComparison == nil else { return [] }
    return [.compare(path)]
  }

  /// The comparison, where it is what is shown.
  var comparison: ComparisonView? {
    guard state.look.views.run.isCompared else { return nil }
    return state.currentComparison.map { ComparisonView(state: state, compared: $0) }
  }

  // MARK: Layout

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    if let comparison { return comparison.draw(into: &frame, area) }
    if state.look.views.run.isCompared { return drawWaiting(&frame.canvas, area) }
    if area.width >= 100 {
      let (left, right) = area.splitLeft(area.width / 2)
      let (confusion, below) = left.splitTop(min(classes + 4, left.height / 2))
      let (bins, grid) = below.splitTop(min(ReliabilityPane.height(state), below.height - 8))
      ConfusionPane(state: state).draw(into: &frame, confusion)
      ReliabilityPane(state: state).draw(into: &frame, bins)
      GridPane(state: state).draw(into: &frame.canvas, grid)
      drawFacts(&frame.canvas, right)
    } else if area.height < 12 {
      ConfusionPane(state: state).draw(into: &frame, area)
    } else {
      let (top, bottom) = area.splitTop(min(classes + 4, area.height / 2))
      let (confusion, bins) = top.splitLeft(area.width / 2)
      ConfusionPane(state: state).draw(into: &frame, confusion)
      ReliabilityPane(state: state).draw(into: &frame, bins)
      if state.look.views.run.axes == nil {
        drawFacts(&frame.canvas, bottom)
      } else {
        GridPane(state: state).draw(into: &frame.canvas, bottom)
      }
    }
  }

  /// A condition on the validation texts, the surest first.
  static func query(_ condition: TextQuery.Condition, _ state: ExplorerState) -> String {
    let parts: [TextQuery.Condition] =
      if case .all(let parts) = condition { parts } else { [condition] }
    return TextQuery(
      .all(parts + [.split(.validation)]), sorts: [.init(.confidence, isFalling: true)]
    )
    .text(classes: state.run.info.data.classes)
  }

  /// Until the comparison is there, and where it cannot be made.
  private func drawWaiting(_ canvas: inout Canvas, _ area: Rect) {
    let inner = canvas.box(
      area, title: "Against another run", number: Tab.run.number,
      subtitle: state.look.views.run.against.map(shown), trailing: "c goes back", theme: theme,
      focused: true
    ).insetBy(dx: 1, dy: 0)
    let lines = spinscope.wrapped(
      state.questions.status(of: .compare, waiting: "reading both runs …") ?? "…", to: inner.width)
    for (row, line) in lines.prefix(inner.height).enumerated() {
      canvas.write(
        clipped(line, to: inner.width), x: inner.x, y: inner.y + row, style: theme["text"])
    }
  }

  // MARK: Facts

  private func drawFacts(_ canvas: inout Canvas, _ area: Rect) {
    let info = state.run.info
    let lines = Self.facts(state).flatMap { wrapped(String($0), area.width - 4) }
    let height = max(0, area.height - 2)
    // Below the bins the cursor scrolls.
    let below = state.look.views.run.row - classes - evaluation.reliability.count + 1
    let first = min(max(0, below), max(0, lines.count - height))
    let inner = canvas.box(
      area, title: "What it rests on",
      subtitle: "\(shown(info.model.name)) · \(shown(info.data.name))",
      trailing: lines.count > height
        ? "\(first + 1)–\(first + height) of \(lines.count) \(ActionTable.rows[0].label)" : nil,
      theme: theme
    ).insetBy(dx: 1, dy: 0)
    for (row, line) in lines.dropFirst(first).prefix(inner.height).enumerated() {
      canvas.write(line, x: inner.x, y: inner.y + row, style: theme["text"])
    }
  }

  private static func facts(_ state: ExplorerState) -> [Substring] {
    RunSummary(state.run).text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// A long line goes on below itself, behind its label; a row of a table is cut.
  private func wrapped(_ line: String, _ columns: Int) -> [String] {
    // The last column of a table is padded too.
    let line = String(line.reversed().drop { $0 == " " }.reversed())
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
    if let comparison { return comparison.meaning }
    return
      "Rows of the matrix are labels, columns what the head says; ⏎ lists the texts of a cell or of a bin of "
      + "equally sure texts, which is orange where sureness lies outside the interval of what is right. "
      + "Errors are counted on validation; the test texts were read once, after everything was chosen. "
      + "T is the temperature that makes the probabilities of validation likeliest: ECE (how far sureness "
      + "and being right are apart), Brier score and log loss stand before and with it. o turns the grid of "
      + "what was tried: η by source and pooling, depth, C, or other draws of texts."
  }

  var summary: String {
    if let comparison { return comparison.summary }
    return "\(state.run.info.chosen.tried) configurations were tried; the chosen head has "
      + "\(neurons(state.run.head.neurons.count)) and reaches \(score(state.run.scores.test)) on test."
  }

  var table: DataTable {
    if let comparison { return comparison.table }
    return DataTable(
      name: "run",
      columns: [
        "source", "pooling", "selection", "depth", "C", "neurons", "accuracy", "loss", "n",
      ],
      rows: state.run.configurations.map {
        [
          $0.source.rawValue, $0.pooling.rawValue, "\($0.selection)", "\($0.depth)",
          significant($0.c), "\($0.neurons)", decimals($0.validation.accuracy, 4),
          $0.validation.loss.map { decimals($0, 4) } ?? "", "\($0.validation.n)",
        ]
      })
  }

  // MARK: Keys

  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    if case .toggleComparison = action { return toggleComparison(&state) }
    if state.look.views.run.isCompared { return updateComparison(&state, action) }
    let classes = state.run.info.data.classes.count
    let bins = state.run.scores.validation.reliability.count
    let rows = classes + bins + facts(state).count
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
    case .nextOrder: turnGrid(&state)
    case .open:
      guard here.row < classes + bins else { return [] }
      let condition =
        here.row < classes
        ? .all([.label(here.row), .predicted(here.column)])
        : ReliabilityPane.condition(ofBin: here.row - classes, state)
      if let condition { return state.update(.query(query(condition, state))) }
    default: return nil
    }
    return []
  }

  /// To the next axes of the grid that the run knows something of, then to none again.
  private static func turnGrid(_ state: inout ExplorerState) {
    let known = GridAxes.known(state.run)
    // The usual axes come last: where there is room they are there already.
    let order = Array(known.dropFirst()) + known.prefix(1)
    let here = state.look.views.run.axes.flatMap { order.firstIndex(of: $0) }
    let next = here.map { $0 + 1 } ?? 0
    state.look.views.run.axes = next < order.count ? order[next] : nil
  }

  /// Between what the run rests on and the comparison; asks for a run where none is known.
  private static func toggleComparison(_ state: inout ExplorerState) -> [ExplorerEffect] {
    guard state.look.views.run.against != nil else {
      return state.update(.fillPrompt("compare "))
    }
    state.look.views.run.isCompared.toggle()
    return []
  }

  private static func updateComparison(
    _ state: inout ExplorerState, _ action: ExplorerAction
  ) -> [ExplorerEffect]? {
    let flips = state.currentComparison?.flips ?? []
    func move(to flip: Int) {
      state.look.views.run.flip = min(max(0, flip), max(0, flips.count - 1))
    }
    let here = state.look.views.run.flip
    switch action {
    case .moveRow(let step): move(to: here + step)
    case .first: move(to: 0)
    case .last: move(to: flips.count)
    case .moveColumn: break
    case .open:
      guard flips.indices.contains(here) else { return [] }
      state.place.text = flips[here].place
      return state.update(.query("flipped split:validation"))
    default: return nil
    }
    return []
  }
}
