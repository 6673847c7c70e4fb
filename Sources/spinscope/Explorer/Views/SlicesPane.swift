import Probing
import Terminal

/// Where the head errs more than elsewhere: slices of the validation texts, the least likely to be luck
/// first.
struct SlicesPane {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var slices: [ErrorSlice] { state.slices?.slices ?? [] }
  /// How many were looked at.
  var count: Int { slices.count }
  /// The one under the cursor.
  var current: ErrorSlice? { slices.indices.contains(cursor) ? slices[cursor] : nil }
  private var cursor: Int { min(state.look.views.texts.slice ?? 0, max(0, slices.count - 1)) }

  /// A column: its heading, how wide it is, and from which width of the pane on it is shown.
  private struct Column: Sendable {
    var name: String
    var width: Int
    var from: Int
    var cell: @Sendable (ErrorSlice) -> String
  }

  private static let columns = [
    Column(name: "errs %", width: 7, from: 0) { percent(1 - $0.inside.accuracy) },
    Column(name: "n", width: 6, from: 0) { grouped($0.inside.n) },
    Column(name: "else %", width: 7, from: 46) { percent(1 - $0.outside.accuracy) },
    Column(name: "more, points", width: 22, from: 60) { points($0.excess) },
    Column(name: "p", width: 8, from: 30) { probability($0.p) },
    Column(name: "of all", width: 8, from: 38) { probability($0.corrected) },
  ]

  private static func probability(_ p: Double) -> String { p < 0.001 ? "<0.001" : decimals(p, 3) }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let inner = frame.canvas.box(
      area, title: "Where it errs", number: Tab.texts.number,
      subtitle: "validation, n = \(grouped(state.run.head.validation.n))",
      trailing: slices.isEmpty ? "w goes back" : "\(cursor + 1)/\(grouped(slices.count))",
      theme: theme, focused: true
    ).insetBy(dx: 1, dy: 0)
    guard state.slices != nil else {
      let status =
        state.questions.status(of: .slices) ?? state.questions.status(of: .predictions)
        ?? "asking …"
      frame.canvas.write(
        clipped(status, to: inner.width), x: inner.x, y: inner.y, style: theme["text.dim"])
      return
    }
    let (heading, below) = inner.splitTop(1)
    let (note, rows) = below.splitBottom(below.height >= 4 ? 1 : 0)
    let columns = Self.columns.filter { inner.width >= $0.from }
    let name = max(8, inner.width - columns.reduce(0) { $0 + $1.width })
    let headings = columns.map { padded($0.name, to: $0.width, alignment: .right) }.joined()
    frame.canvas.write(
      clipped(padded("slice", to: name) + headings, to: inner.width), x: heading.x, y: heading.y,
      style: theme["axis.label"])
    drawRows(into: &frame, rows, columns, name: name)
    frame.canvas.write(
      clipped(luck, to: note.width), x: note.x, y: note.y, style: theme["text.dim"],
      maxWidth: note.width)
  }

  private func drawRows(
    into frame: inout ExplorerFrame, _ area: Rect, _ columns: [Column], name: Int
  ) {
    let first = min(max(0, cursor - area.height / 2), max(0, slices.count - area.height))
    for (line, slice) in slices.dropFirst(first).prefix(area.height).enumerated() {
      let row = Rect(x: area.x, y: area.y + line, width: area.width, height: 1)
      let cells = columns.map { padded($0.cell(slice), to: $0.width, alignment: .right) }.joined()
      let text = padded(clipped(shown(query(slice)), to: name - 1), to: name) + cells
      let role = slice.corrected < 0.05 ? "warn" : slice.p < 0.05 ? "text" : "text.dim"
      frame.canvas.write(
        clipped(text, to: row.width), x: row.x, y: row.y, style: theme[role])
      if first + line == cursor { frame.canvas.select(row, theme) }
      frame.onClick(row, .query(RunView.query(slice.condition, state)))
    }
    if slices.isEmpty {
      frame.canvas.write(
        clipped("too few texts to tell slices apart", to: area.width), x: area.x, y: area.y,
        style: theme["text.dim"])
    }
  }

  func query(_ slice: ErrorSlice) -> String {
    TextQuery(slice.condition).text(classes: state.run.info.data.classes)
  }

  /// What looking at so many slices finds by luck alone.
  private var luck: String {
    let found = slices.count { $0.p < 0.05 }
    let left = slices.count { $0.corrected < 0.05 }
    let expected = Double(slices.count) * 0.05
    return "of \(grouped(slices.count)) slices luck gives about "
      + "\(decimals(expected, expected < 10 ? 1 : 0)) p < 0.05; \(found) have it, "
      + "\(left) after correction"
  }

  // MARK: In words

  static let meaning =
    "Slices of the validation texts by label, answer, length and word: errs is the share of errors in the "
    + "slice, else beside it, more the difference with its 95 % interval. p: how rarely luck puts as many "
    + "errors there (Fisher, one-sided); of all: p after Holm's correction for every slice that was looked "
    + "at. What stays is worth a look, and a new set of texts to test it on. ⏎ lists the texts."

  var summary: String {
    guard let worst = slices.first else { return "No slice is large enough to be looked at." }
    return "Of \(grouped(slices.count)) slices the worst is \(shown(query(worst))): errors "
      + "\(percent(1 - worst.inside.accuracy)) % of \(grouped(worst.inside.n)), elsewhere "
      + "\(percent(1 - worst.outside.accuracy)) %; p \(Self.probability(worst.p)), after correction "
      + "\(Self.probability(worst.corrected))."
  }

  var table: DataTable {
    DataTable(
      name: "slices",
      columns: [
        "slice", "n", "errors", "errors elsewhere", "difference", "low", "high", "p", "p corrected",
      ],
      rows: slices.map {
        [
          query($0), "\($0.inside.n)", decimals(1 - $0.inside.accuracy, 4),
          decimals(1 - $0.outside.accuracy, 4), decimals($0.excess.value, 4),
          decimals($0.excess.low, 4), decimals($0.excess.high, 4), significant($0.p),
          significant($0.corrected),
        ]
      })
  }

  // MARK: Keys

  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    let slices = state.slices?.slices ?? []
    let here = state.look.views.texts.slice ?? 0
    func move(to place: Int) {
      state.look.views.texts.slice = min(max(0, place), max(0, slices.count - 1))
    }
    switch action {
    case .moveRow(let step): move(to: here + step)
    case .first: move(to: 0)
    case .last: move(to: slices.count)
    case .moveColumn: break
    case .toggleSlices: state.look.views.texts.slice = nil
    case .escape where state.help == .hidden && !state.tour.isShown:
      state.look.views.texts.slice = nil
    case .open:
      guard slices.indices.contains(here) else { return [] }
      return state.update(.query(RunView.query(slices[here].condition, state)))
    default: return nil
    }
    return []
  }
}
