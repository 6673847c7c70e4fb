import Probing
import Terminal

/// Whether the head is as often right as it is sure, bin by bin.
struct ReliabilityPane {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var evaluation: Evaluation { state.run.scores.validation }

  /// The rows that it makes use of: its bins, and what the temperature did.
  static func height(_ state: ExplorerState) -> Int {
    state.run.scores.validation.reliability.count + 3 + 3
  }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let inner = frame.canvas.box(
      area, title: "Reliability",
      subtitle: "ECE \(before)\(percent(evaluation.calibrationError.value)) %, luck "
        + percent(evaluation.calibrationErrorOfLuck), theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard inner.height >= 2 else { return }
    let (notes, above) = inner.splitBottom(
      inner.height >= evaluation.reliability.count + 4 && inner.width >= 54 ? 3 : 0)
    drawTemperature(into: &frame.canvas, notes)
    let (heading, rows) = above.splitTop(1)
    frame.canvas.write(
      clipped("  sure   right" + padded("n", to: 19, alignment: .right), to: heading.width),
      x: heading.x, y: heading.y,
      style: theme["axis.label"])
    let bins = evaluation.reliability
    let here = state.look.views.run.row - state.run.info.data.classes.count
    let first = min(max(0, here - rows.height + 1), max(0, bins.count - rows.height))
    for (line, place) in (first..<bins.count).prefix(rows.height).enumerated() {
      let row = Rect(x: rows.x, y: rows.y + line, width: rows.width, height: 1)
      drawBin(into: &frame, row, bins[place])
      if here == place { frame.canvas.select(row, theme) }
      if let condition = Self.condition(ofBin: place, state) {
        frame.onClick(row, .query(RunView.query(condition, state)))
      }
    }
  }

  /// `8.1 → `: the error before the temperature, once it is known.
  private var before: String {
    (state.calibration?.first { $0.split == .validation }).map {
      "\(percent($0.before.calibrationError.value)) \(arrow) "
    } ?? ""
  }

  private var arrow: String { theme.glyphs == .ascii ? ">" : "→" }

  /// What the probabilities were before the temperature, and are with it, on either split.
  private func drawTemperature(into canvas: inout Canvas, _ area: Rect) {
    guard area.height >= 3 else { return }
    func row(_ name: String, _ cells: [String]) -> String {
      padded(name, to: 12) + cells.dropLast().map { padded($0, to: 15) }.joined()
        + (cells.last ?? "")
    }
    let name = "T \(decimals(state.run.scores.temperature.value, 2))"
    canvas.write(
      clipped(row(name, ["ECE %", "Brier", "log loss"]), to: area.width), x: area.x, y: area.y,
      style: theme["axis.label"])
    guard let calibration = state.calibration else {
      let status = state.questions.status(of: .calibration) ?? "asking …"
      canvas.write(
        clipped(status, to: area.width), x: area.x, y: area.y + 1, style: theme["text.dim"])
      return
    }
    for (line, change) in calibration.prefix(area.height - 1).enumerated() {
      let (old, new) = (change.before, change.after)
      let cells = [
        "\(percent(old.calibrationError.value)) \(arrow) \(percent(new.calibrationError.value))",
        "\(decimals(old.brier.value, 3)) \(arrow) \(decimals(new.brier.value, 3))",
        "\(decimals(old.logLoss.value, 3)) \(arrow) \(decimals(new.logLoss.value, 3))",
      ]
      canvas.write(
        clipped(row(change.split.rawValue, cells), to: area.width), x: area.x,
        y: area.y + 1 + line, style: theme["text"])
    }
  }

  private func drawBin(into frame: inout ExplorerFrame, _ row: Rect, _ bin: ReliabilityBin) {
    let isOff = bin.confidence < bin.score.low || bin.confidence > bin.score.high
    let text =
      padded(percent(bin.confidence), to: 6, alignment: .right)
      + padded(percent(bin.score.accuracy), to: 8, alignment: .right)
      + padded(plusMinus(bin.score), to: 13)
      + padded(grouped(bin.score.n), to: 6, alignment: .right)
    frame.canvas.write(
      clipped(text, to: row.width), x: row.x, y: row.y, style: theme[isOff ? "warn" : "text"])
    let x = row.x + 35
    guard row.maxX - x >= 12 else { return }
    frame.canvas.accuracyBar(
      value: bin.score.accuracy, low: bin.score.low, high: bin.score.high, range: 0...1,
      in: Rect(x: x, y: row.y, width: row.maxX - x, height: 1), theme: theme)
  }

  /// The range of confidences of a bin: its bounds lie between its texts and those of the next.
  static func condition(
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
}
