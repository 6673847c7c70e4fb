import Foundation

extension Figure {
  /// The figure as an SVG file.
  var svg: String { FigureDrawing(self).svg }
}

/// Lays a figure out and paints it.
private struct FigureDrawing {
  private static let width = 760.0
  private static let left = 58.0
  private static let top = 54.0
  private static let gap = 24.0
  /// Below a panel: tick labels and the axis' title.
  private static let below = 54.0
  private static let lineHeight = 18.0

  private let figure: Figure
  private let right: Double
  private var elements = SVGElements()

  init(_ figure: Figure) {
    self.figure = figure
    let names = figure.panels.flatMap { $0.rules.map(\.name) }
    right = names.isEmpty ? 16 : 14 + (names.map(textWidth).max() ?? 0)
  }

  var svg: String {
    var drawing = self
    return drawing.draw()
  }

  private mutating func draw() -> String {
    elements.text(figure.title, Self.left, 22, size: 15, bold: true)
    for index in figure.panels.indices { draw(index) }
    let rows = (figure.panels.count + figure.columns - 1) / figure.columns
    var y = Self.top + Double(rows) * (figure.height + Self.below) + 6
    y = legend(from: y)
    for line in figure.notes.flatMap({ wrapped($0) }) {
      elements.text(line, Self.left, y, size: 11, color: .faint)
      y += 15
    }
    return elements.document(
      name: figure.name, title: figure.title, description: figure.description,
      width: Self.width, height: y)
  }

  // MARK: Panels

  private func frame(_ index: Int) -> PanelFrame {
    let columns = Double(figure.columns)
    let width = (Self.width - Self.left - right - Self.gap * (columns - 1)) / columns
    let column = Double(index % figure.columns)
    return PanelFrame(
      panel: figure.panels[index], x: Self.left + column * (width + Self.gap),
      y: Self.top + Double(index / figure.columns) * (figure.height + Self.below),
      width: width, height: figure.height - 20)
  }

  private mutating func draw(_ index: Int) {
    let frame = frame(index)
    let isFirst = index % figure.columns == 0
    let isLast = index % figure.columns == figure.columns - 1 || index == figure.panels.count - 1
    elements.group(frame.panel.title) { elements in
      frame.drawAxes(
        &elements, labelsY: isFirst || frame.panel.y != figure.panels[index - 1].y,
        titlesY: isFirst)
      frame.drawRules(&elements, named: isLast)
      for series in frame.panel.series { frame.draw(series, &elements) }
      frame.drawRemarks(&elements)
    }
  }

  // MARK: Below the panels

  /// Draws the legend and returns where the next line stands.
  private mutating func legend(from top: Double) -> Double {
    guard !figure.legend.isEmpty else { return top }
    var (x, y) = (Self.left, top)
    for entry in figure.legend {
      let sample = entry.hasLine ? 30.0 : 14
      let width = sample + 6 + textWidth(entry.name) + 16
      if x > Self.left, x + width > Self.width - 8 { (x, y) = (Self.left, y + Self.lineHeight) }
      if entry.hasLine {
        elements.line(
          x, y - 4, x + sample, y - 4, stroke: entry.look.color, width: entry.look.width,
          dash: entry.look.dash)
      }
      if let marker = entry.look.marker {
        elements.marker(
          marker, x + sample / 2, y - 4, radius: marker == .ring ? 5.5 : 3.8,
          fill: entry.color ?? entry.look.color, stroke: entry.look.color)
      }
      elements.text(entry.name, x + sample + 6, y)
      x += width
    }
    return y + Self.lineHeight + 4
  }

  private func wrapped(_ text: String) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      let longer = lines[lines.count - 1] + (lines[lines.count - 1].isEmpty ? "" : " ") + word
      if textWidth(longer) * 11 / 12 > Self.width - Self.left - 12 {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] = longer
      }
    }
    return lines
  }
}

/// About how wide text of size 12 is: readers' fonts differ, so a little too much.
func textWidth(_ text: String) -> Double {
  text.reduce(0) { width, character in
    if "il.,:;|'!() ".contains(character) { return width + 3.6 }
    return width + ("mwMW%".contains(character) ? 10.4 : character.isUppercase ? 8.4 : 6.9)
  }
}
