import Probing
import Terminal

/// All layers × all neurons in a few cells, with brackets around the part that the map shows.
struct Minimap {
  let state: ExplorerState
  /// A layer's weights in the map's order, from layer 0 on.
  let weights: [[Float]]
  /// What the map shows of them.
  let neurons: Range<Int>
  let layers: Range<Int>
  /// The end of the map's scale.
  let limit: Float

  private var theme: Theme { state.theme }
  private var all: Int { weights.first?.count ?? 0 }

  // MARK: The plane

  /// The rows that it takes with its frame.
  static func height(layers: Int, isHalfBlock: Bool) -> Int {
    min(isHalfBlock ? (layers + 1) / 2 : layers, 6) + 2
  }

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    let letter = state.representation.letter
    let inner = frame.canvas.box(
      area, title: "Whole model",
      subtitle: "[ ] is above: \(letter)\(layers.lowerBound)–\(letter)\(layers.upperBound - 1), "
        + "\(grouped(neurons.count)) of \(spinscope.neurons(all))", theme: theme
    ).insetBy(dx: 1, dy: 0)
    // A column at each side is the brackets'.
    let plane = Rect(
      x: inner.x + 5, y: inner.y, width: inner.width - 6, height: inner.height)
    guard plane.width > 2, plane.height > 0, all > 0 else { return }
    let perText = isHalfBlock ? 2 : 1
    let bands = bands(min(weights.count, plane.height * perText))
    HeatMap(
      values: bands.reversed().map { band in
        (0..<min(plane.width, all)).map { column in
          strongest(band, part(column, of: min(plane.width, all)))
        }
      }, limit: limit, ramp: theme.ramp("signed")
    ).draw(into: &frame.canvas, area: plane, theme: theme)
    drawNames(&frame.canvas, plane, bands, perText)
    drawBrackets(&frame.canvas, plane, bands, perText)
  }

  private var isHalfBlock: Bool {
    HeatMap(values: [], ramp: theme.ramp("signed")).isHalfBlock(theme: theme)
  }

  /// The layers of each row from the bottom up.
  private func bands(_ rows: Int) -> [Range<Int>] {
    (0..<rows).map { $0 * weights.count / rows..<($0 + 1) * weights.count / rows }
  }

  /// The neurons of a column, as `maxPool` cuts them.
  private func part(_ column: Int, of columns: Int) -> Range<Int> {
    column * all / columns..<(column + 1) * all / columns
  }

  private func strongest(_ layers: Range<Int>, _ neurons: Range<Int>) -> Float {
    weights[layers].reduce(0) { best, row in
      row[neurons].reduce(best) { abs($1) > abs($0) ? $1 : $0 }
    }
  }

  private func drawNames(
    _ canvas: inout Canvas, _ plane: Rect, _ bands: [Range<Int>], _ perText: Int
  ) {
    let letter = state.representation.letter
    for row in 0..<(bands.count + perText - 1) / perText {
      let top = bands[bands.count - 1 - row * perText].upperBound - 1
      canvas.write(
        padded("\(letter)\(top)", to: 4), x: plane.x - 5, y: plane.y + row,
        style: theme["axis.label"])
    }
  }

  private func drawBrackets(
    _ canvas: inout Canvas, _ plane: Rect, _ bands: [Range<Int>], _ perText: Int
  ) {
    let (left, right) = ends(columns: min(plane.width, all))
    for row in 0..<(bands.count + perText - 1) / perText {
      let shared = (row * perText..<min(bands.count, (row + 1) * perText)).map {
        bands[bands.count - 1 - $0]
      }
      guard shared.contains(where: { $0.overlaps(layers) }) else { continue }
      canvas.write("[", x: plane.x + left - 1, y: plane.y + row, style: bracket)
      canvas.write("]", x: plane.x + right + 1, y: plane.y + row, style: bracket)
    }
  }

  /// The first and the last column of what the map shows.
  private func ends(columns: Int) -> (left: Int, right: Int) {
    guard all > 0 else { return (0, 0) }
    let right = (neurons.upperBound * columns + all - 1) / all - 1
    return (neurons.lowerBound * columns / all, min(columns - 1, max(0, right)))
  }

  private var bracket: Style {
    var style = theme["warn"]
    style.bold = true
    return style
  }

  // MARK: One row

  /// The largest weights of all layers, column by column, where there is no room for the plane.
  func drawRow(into canvas: inout Canvas, _ row: Rect) {
    guard row.width > 4, all > 0 else { return }
    let bar = Rect(x: row.x, y: row.y, width: row.width - 1, height: 1)
    let columns = min(bar.width, all)
    let most = (0..<columns).map {
      Double(abs(strongest(weights.indices, part($0, of: columns))))
    }
    canvas.write("all", x: row.x - 5, y: row.y, style: theme["axis.label"])
    canvas.write(
      sparkline(most, width: columns, range: 0...max(Double(limit), 1e-9), glyphs: theme.glyphs),
      x: bar.x, y: row.y, style: theme["meter"])
    let (left, right) = ends(columns: columns)
    canvas.write("[", x: bar.x + left - 1, y: row.y, style: bracket)
    canvas.write("]", x: bar.x + right + 1, y: row.y, style: bracket)
  }
}
