/// A panel at its place, in pixels.
struct PanelFrame {
  var panel: Panel
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  private var bottom: Double { y + height }
  private func across(_ value: Double) -> Double { x + width * panel.x.fraction(value) }
  private func up(_ value: Double) -> Double { bottom - height * panel.y.fraction(value) }

  // MARK: Axes

  func drawAxes(_ elements: inout SVGElements, labelsY: Bool, titlesY: Bool) {
    if !panel.title.isEmpty { elements.text(panel.title, x, y - 7, bold: true) }
    for tick in panel.y.ticks {
      let height = up(tick.value)
      elements.line(x, height, x + width, height, stroke: .grid)
      if labelsY {
        elements.text(tick.label, x - 6, height + 4, anchor: .end, size: 11, color: .faint)
      }
    }
    drawTicks(&elements)
    elements.line(x, bottom, x + width, bottom, stroke: .faint)
    elements.text(panel.x.title, x + width / 2, bottom + 34, anchor: .middle)
    if titlesY {
      elements.text(panel.y.title, x - 42, y + height / 2, anchor: .middle, turned: true)
    }
  }

  /// Marks every tick, and labels those that leave room for the next.
  private func drawTicks(_ elements: inout SVGElements) {
    var free = -Double.infinity
    for tick in panel.x.ticks {
      let place = across(tick.value)
      elements.line(place, bottom, place, bottom + 4, stroke: .faint)
      let half = textWidth(tick.label) * 11 / 12 / 2
      if place - half >= free {
        elements.text(
          tick.label, place, bottom + 17, anchor: .middle, size: 11, color: .faint)
        free = place + half + 4
      }
    }
  }

  // MARK: Level lines

  /// Draws the level lines, and where they are named their names, moved apart where they are close.
  func drawRules(_ elements: inout SVGElements, named: Bool) {
    let rules = panel.rules.sorted { $0.value > $1.value }
    for rule in rules {
      elements.line(
        x, up(rule.value), x + width, up(rule.value), stroke: rule.look.color,
        width: rule.look.width, dash: rule.look.dash)
    }
    guard named else { return }
    let places = spread(rules.map { up($0.value) }, by: 14)
    for (rule, place) in zip(rules, places) {
      elements.line(
        x + width, up(rule.value), x + width + 8, place, stroke: rule.look.color, width: 0.8)
      elements.text(rule.name, x + width + 10, place + 4, size: 12, color: rule.look.color)
    }
  }

  /// Rising places moved as little as keeps them `distance` apart and within the panel.
  private func spread(_ places: [Double], by distance: Double) -> [Double] {
    var result = places
    for i in result.indices.dropFirst() { result[i] = max(result[i], result[i - 1] + distance) }
    if let last = result.last, last > bottom { result[result.count - 1] = bottom }
    for i in result.indices.dropLast().reversed() {
      result[i] = min(result[i], result[i + 1] - distance)
    }
    return result
  }

  // MARK: Series

  func draw(_ series: Series, _ elements: inout SVGElements) {
    elements.group(series.name) { elements in
      let color = series.look.color
      let places = series.points.map { (x: across($0.x) + series.shift, y: up($0.y)) }
      if series.spread == .band { drawBand(series, &elements) }
      if series.spread == .bars { drawBars(series, &elements) }
      if series.isJoined, places.count > 1 {
        elements.polyline(
          places, stroke: color, width: series.look.width, dash: series.look.dash)
      }
      for (point, place) in zip(series.points, places) {
        if let marker = series.look.marker {
          elements.marker(
            marker, place.x, place.y, radius: point.radius, fill: point.color ?? color,
            stroke: stroke(point, series.look), title: point.title)
        }
      }
      label(series, places, &elements)
    }
  }

  /// Labels the points that leave room for it beside the last label.
  private func label(
    _ series: Series, _ places: [(x: Double, y: Double)], _ elements: inout SVGElements
  ) {
    var free = -Double.infinity
    for (point, place) in zip(series.points, places) where !point.label.isEmpty {
      let half = textWidth(point.label) / 2
      guard place.x - half >= free else { continue }
      free = place.x + half
      let low = series.spread == .bars ? point.range.map { up($0.lowerBound) } : nil
      elements.text(
        point.label, min(max(place.x, x + half), x + width - half),
        series.hasLabelsBelow ? (low ?? place.y + 4) + 11 : place.y - 9, anchor: .middle, size: 10,
        color: series.look.color)
    }
  }

  /// A paler edge keeps markers on a line apart; a pale marker needs a darker one.
  private func stroke(_ point: Point, _ look: SeriesLook) -> Ink {
    switch look.marker {
    case .cross, .ring: look.color
    default: point.color == nil ? .paper : .faint
    }
  }

  private func drawBand(_ series: Series, _ elements: inout SVGElements) {
    let ends = series.points.compactMap { point in
      point.range.map { (x: across(point.x) + series.shift, range: $0) }
    }
    elements.surface(
      ends.map { ($0.x, up($0.range.upperBound)) }
        + ends.reversed().map { ($0.x, up($0.range.lowerBound)) }, fill: series.look.color)
  }

  private func drawBars(_ series: Series, _ elements: inout SVGElements) {
    for point in series.points {
      guard let range = point.range else { continue }
      let place = across(point.x) + series.shift
      elements.line(
        place, up(range.lowerBound), place, up(range.upperBound), stroke: series.look.color)
    }
  }

  func drawRemarks(_ elements: inout SVGElements) {
    for (line, remark) in panel.remarks.enumerated() {
      elements.text(remark, x + 8, y + 16 + 15 * Double(line), size: 11)
    }
  }
}
