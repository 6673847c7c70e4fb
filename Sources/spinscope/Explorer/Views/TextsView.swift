import Probing
import Terminal

/// The texts of the run that a query selects: what the head says of them, and how often it is right.
struct TextsView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var classes: [String] { state.run.info.data.classes }
  private var field: TextField { state.look.views.texts.query }

  static func needs(_ state: ExplorerState) -> [EngineRequest] {
    let others = RunView.comparisonNeeds(state)
    guard let table = state.predictions else { return [.predictions] + others }
    if state.look.views.texts.slice != nil {
      return others + (state.slices == nil ? [.slices(table)] : [])
    }
    let query = try? TextQuery(
      state.look.views.texts.query.text, classes: state.run.info.data.classes)
    guard let query, query != state.selection?.query else { return others }
    return [.select(query, table)] + others
  }

  // MARK: Drawing

  /// The slices, where they are what is shown.
  var slices: SlicesPane? {
    state.look.views.texts.slice == nil ? nil : SlicesPane(state: state)
  }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    if let slices { return slices.draw(into: &frame, area) }
    let inner = frame.canvas.box(
      area, title: "Texts", number: Tab.texts.number, subtitle: slice, trailing: position,
      theme: theme, focused: true
    ).insetBy(dx: 1, dy: 0)
    let (line, below) = inner.splitTop(1)
    drawQuery(into: &frame, line)
    // A heading that leaves no row says nothing, but an error is said.
    let (heading, rows) = below.splitTop(below.height > 1 || problem != nil ? 1 : 0)
    let columns = TextColumns(
      width: inner.width, classes: classes, hasOther: state.currentComparison != nil)
    if let problem {
      frame.canvas.write(
        clipped(problem, to: heading.width), x: heading.x, y: heading.y, style: theme["warn"])
    } else if !heading.isEmpty {
      drawHeading(into: &frame, heading, columns)
    }
    guard !rows.isEmpty else { return }
    guard let table = state.predictions, let selection = state.selection else {
      let status = state.questions.status(of: .predictions) ?? "asking …"
      frame.canvas.write(
        clipped(status, to: rows.width), x: rows.x, y: rows.y, style: theme["text.dim"])
      return
    }
    drawRows(into: &frame, rows, table, selection, columns)
  }

  /// `87 of 244 · 71.3 % right ± 9.4`: the slice and how the head does on it.
  private var slice: String? {
    guard let selection = state.selection, let table = state.predictions else { return nil }
    let isLate = (try? TextQuery(field.text, classes: classes)).map { $0 != selection.query }
    let count =
      "\(grouped(selection.places.count)) of \(grouped(table.rows.count))"
      + (isLate == true ? " …" : "")
    guard !selection.places.isEmpty else { return count }
    return "\(count) · \(percent(selection.score.accuracy)) % right\(plusMinus(selection.score))"
  }

  private var position: String? {
    state.selection.flatMap { selection in
      selection.places.firstIndex(of: state.place.text).map {
        "\(grouped($0 + 1))/\(grouped(selection.places.count))"
      }
    }
  }

  /// What of the query makes no sense.
  private var error: TextQueryError? {
    do throws(TextQueryError) {
      _ = try TextQuery(field.text, classes: classes)
      return nil
    } catch {
      return error
    }
  }

  private var problem: String? {
    error.map { "\(theme.glyphs == .ascii ? "^" : "↑") \($0.description)" }
  }

  private func drawQuery(into frame: inout ExplorerFrame, _ row: Rect) {
    frame.onClick(row, .startQuery)
    let label = state.isQuerying ? "⏎ query " : "/ query "
    let x = row.x + frame.canvas.write(label, x: row.x, y: row.y, style: theme["hint.key"])
    let room = max(1, row.maxX - x)
    let caret = width(sanitized(String(field.text.prefix(field.caret))))
    let shift = state.isQuerying ? max(0, caret - room + 1) : 0
    var column = 0
    for (place, character) in field.text.enumerated() {
      let glyph = sanitized(String(character))
      if column >= shift, column - shift + width(glyph) <= room {
        let isWrong = error.map { place + 1 >= $0.column } ?? false
        frame.canvas.write(
          glyph, x: x + column - shift, y: row.y, style: theme[isWrong ? "warn" : "input"])
      }
      column += width(glyph)
    }
    if field.text.isEmpty {
      frame.canvas.write(
        clipped("any text", to: room), x: x, y: row.y, style: theme["input.placeholder"])
    }
    if state.isQuerying { frame.cursor = (min(row.maxX - 1, x + caret - shift), row.y) }
  }

  /// The names of the columns; a click orders by one, another click the other way.
  private func drawHeading(
    into frame: inout ExplorerFrame, _ row: Rect, _ columns: TextColumns
  ) {
    for column in columns.all {
      let sort = state.selection?.query.sorts.first { $0.key == column.key }
      let arrows = theme.glyphs == .ascii ? ("v", "^") : ("↓", "↑")
      let mark = sort.map { $0.isFalling ? arrows.0 : arrows.1 } ?? ""
      let cell = Rect(x: row.x + column.x, y: row.y, width: column.width, height: 1)
      frame.canvas.write(
        padded(column.name + mark, to: column.width, alignment: column.alignment), x: cell.x,
        y: cell.y, style: theme[sort == nil ? "axis.label" : "text.strong"], maxWidth: column.width)
      if let key = column.key, let query = state.selection?.query {
        var ordered = query
        ordered.sorts = [.init(key, isFalling: sort?.isFalling == false)]
        frame.onClick(cell, .query(ordered.text(classes: classes)))
      }
    }
  }

  private func drawRows(
    into frame: inout ExplorerFrame, _ area: Rect, _ table: TextTable, _ selection: TextSelection,
    _ columns: TextColumns
  ) {
    guard !selection.places.isEmpty else {
      frame.canvas.write(
        clipped("no text meets this query", to: area.width), x: area.x, y: area.y,
        style: theme["text.dim"])
      return
    }
    let cursor = selection.places.firstIndex(of: state.place.text)
    let count = selection.places.count
    let first = min(max(0, (cursor ?? 0) - area.height / 2), max(0, count - area.height))
    for (line, place) in selection.places[first..<min(count, first + area.height)].enumerated() {
      let row = Rect(x: area.x, y: area.y + line, width: area.width, height: 1)
      draw(&frame.canvas, table.rows[place], row, columns)
      if place == state.place.text { frame.canvas.select(row, theme) }
      var there = state.place
      there.text = place
      frame.onClick(row, .point(there))
    }
  }

  private func draw(
    _ canvas: inout Canvas, _ text: TextRow, _ row: Rect, _ columns: TextColumns
  ) {
    for column in columns.all {
      canvas.write(
        padded(
          clipped(cell(column.name, of: text), to: column.width), to: column.width,
          alignment: column.alignment), x: row.x + column.x, y: row.y,
        style: theme[text.isRight ? "text" : "warn"], maxWidth: column.width)
    }
  }

  private func cell(_ name: String, of text: TextRow) -> String {
    switch name {
    case "id": "\(text.id)"
    case "label": state.index.label(text.label)
    case "says":
      "\(text.isRight ? " " : theme.glyphs == .ascii ? "x" : "✗") \(state.index.label(text.predicted))"
    case "other": state.index.label(text.otherAnswer ?? text.predicted)
    case "conf": percent(text.confidence)
    case "len": "\(text.length)"
    case "split": text.split == .validation ? "valid" : text.split.rawValue
    default: shown(text.text)
    }
  }

  // MARK: In words

  var meaning: String {
    if slices != nil { return SlicesPane.meaning }
    return
      "✗ marks what the head gets wrong. conf is the probability of what it says in %, at the temperature "
      + "of the run's scores; len counts words. Query: label:C predicted:C wrong conf>0.9 len<20 "
      + "split:test /word/ \"Phrase\" and or not ( ) sort:-conf. The head has learnt the training texts."
  }

  var summary: String {
    if let slices { return slices.summary }
    guard let selection = state.selection else { return "The texts are being read." }
    return
      "\(grouped(selection.places.count)) texts meet the query \(shown(field.text)); the head is "
      + "right on \(score(selection.score))."
  }

  var table: DataTable {
    if let slices { return slices.table }
    let rows = state.predictions?.rows ?? []
    return DataTable(
      name: "texts",
      columns: ["id", "split", "label", "predicted", "confidence", "loss", "words", "text"],
      rows: (state.selection?.places ?? []).map { place in
        let row = rows[place]
        return [
          "\(row.id)", row.split.rawValue, classes[row.label], classes[row.predicted],
          decimals(row.confidence, 4), decimals(row.loss, 4), "\(row.length)", row.text,
        ]
      })
  }

  // MARK: Keys

  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    if state.look.views.texts.slice != nil, let done = SlicesPane.update(&state, action) {
      return done
    }
    switch action {
    case .toggleSlices: state.look.views.texts.slice = 0
    case .moveRow(let step): move(&state, by: step)
    case .first: move(&state, by: -state.run.texts.count)
    case .last: move(&state, by: state.run.texts.count)
    case .startQuery:
      (state.isTyping, state.isQuerying) = (true, true)
      // What is typed now is another term.
      let query = state.look.views.texts.query.text
      if !query.isEmpty, !query.hasSuffix(" ") {
        state.look.views.texts.query.moveToEnd()
        state.look.views.texts.query.insert(" ")
      }
    case .type(let key) where state.isQuerying: state.look.views.texts.query.apply(key)
    case .closeTyping where state.isQuerying: (state.isTyping, state.isQuerying) = (false, false)
    case .open:
      guard state.run.texts.indices.contains(state.place.text) else { return [] }
      state.look.sentence = TextField(state.run.texts[state.place.text].text)
      state.show(.sentence)
    default: return nil
    }
    return []
  }

  /// To another selected text; to the first if the cursor is on none of them.
  private static func move(_ state: inout ExplorerState, by step: Int) {
    guard let places = state.selection?.places, !places.isEmpty else { return }
    guard let here = places.firstIndex(of: state.place.text) else {
      state.place.text = places[0]
      return
    }
    state.place.text = places[min(max(0, here + step), places.count - 1)]
  }
}
