import Foundation
import Terminal

/// The elements of a picture, in the order in which they are painted; lengths are in pixels.
struct SVGElements {
  /// Where text stands to its point.
  enum Anchor: String {
    case start, middle, end
  }

  private(set) var lines: [String] = []

  /// Adds a line between two points.
  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: Ink, width: Double = 1,
    dash: Dash = .solid
  ) {
    lines.append(
      "<line x1=\"\(short(x1))\" y1=\"\(short(y1))\" x2=\"\(short(x2))\" y2=\"\(short(y2))\""
        + " \(attributes(stroke, width, dash))/>")
  }

  /// Adds a line through points.
  mutating func polyline(
    _ points: [(x: Double, y: Double)], stroke: Ink, width: Double, dash: Dash
  ) {
    lines.append(
      "<polyline fill=\"none\" points=\"\(list(points))\" \(attributes(stroke, width, dash))/>")
  }

  /// Adds a translucent surface.
  mutating func surface(_ points: [(x: Double, y: Double)], fill: Ink) {
    lines.append("<polygon points=\"\(list(points))\" fill=\"\(fill.hex)\" fill-opacity=\"0.13\"/>")
  }

  /// Adds a marker, with words that a pointer on it shows and a screen reader reads.
  mutating func marker(
    _ marker: Marker, _ x: Double, _ y: Double, radius: Double, fill: Ink, stroke: Ink,
    title: String? = nil
  ) {
    let path =
      "d=\"\(marker.path(x, y, radius))\" fill=\"\(fill.hex)\" stroke=\"\(stroke.hex)\""
      + (marker == .ring ? " fill-opacity=\"0\" stroke-width=\"1.8\"" : "")
    lines.append(
      title.map { "<path \(path)><title>\(safe($0))</title></path>" } ?? "<path \(path)/>")
  }

  /// Adds text; what comes from files and people is made safe.
  mutating func text(
    _ text: String, _ x: Double, _ y: Double, anchor: Anchor = .start, size: Int = 12,
    bold: Bool = false, color: Ink = .black, turned: Bool = false
  ) {
    lines.append(
      "<text x=\"\(short(x))\" y=\"\(short(y))\" font-size=\"\(size)\" fill=\"\(color.hex)\""
        + (anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\"")
        + (bold ? " font-weight=\"bold\"" : "")
        + (turned ? " transform=\"rotate(-90 \(short(x)) \(short(y)))\"" : "")
        + ">\(safe(text))</text>")
  }

  /// Adds what belongs together, with its name.
  mutating func group(_ name: String, _ draw: (inout SVGElements) -> Void) {
    lines.append("<g><title>\(safe(name))</title>")
    draw(&self)
    lines.append("</g>")
  }

  /// The whole file, with a title and what can be seen in words; `name`, a word, keeps this
  /// picture's ids apart from others' on a page.
  func document(
    name: String, title: String, description: String, width: Double, height: Double
  ) -> String {
    let size = "\(short(width)) \(short(height))"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" width="\(short(width))" \
      height="\(short(height))" role="img" aria-labelledby="\(name)-title \(name)-description" \
      font-family="Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif">
      <title id="\(name)-title">\(safe(title))</title>
      <desc id="\(name)-description">\(safe(description))</desc>
      <rect width="100%" height="100%" fill="\(Ink.paper.hex)"/>
      \(lines.joined(separator: "\n"))
      </svg>
      """
  }

  private func attributes(_ stroke: Ink, _ width: Double, _ dash: Dash) -> String {
    "stroke=\"\(stroke.hex)\" stroke-width=\"\(short(width))\""
      + (dash == .solid ? "" : " stroke-dasharray=\"\(dash.rawValue)\"")
  }

  private func list(_ points: [(x: Double, y: Double)]) -> String {
    points.map { "\(short($0.x)),\(short($0.y))" }.joined(separator: " ")
  }

  private func safe(_ text: String) -> String { xmlEscaped(shown(text)) }
}

/// A length in pixels, to a hundredth.
func short(_ value: Double) -> String {
  let text = decimals(value, 2)
  guard text.contains(".") else { return text }
  let trimmed = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
  return trimmed.isEmpty || String(trimmed.reversed()) == "-0" ? "0" : String(trimmed.reversed())
}
