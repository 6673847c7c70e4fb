import Foundation

/// How a series looks: a colour, a marker and a dash, so that print without colour tells them apart.
struct SeriesLook {
  var color: Ink
  var marker: Marker?
  var dash = Dash.solid
  var width = 1.6

  /// Looks of series of one kind, in a fixed order; the colours differ in lightness too, and are
  /// told apart by people who do not see red or green.
  static let series = [
    SeriesLook(color: Ink(0x1B4F91), marker: .circle),
    SeriesLook(color: Ink(0xC8551B), marker: .square, dash: .dashed),
    SeriesLook(color: Ink(0x12866C), marker: .triangle, dash: .dotted),
    SeriesLook(color: Ink(0x7A3E8F), marker: .diamond, dash: .dashDotted),
  ]

  /// Looks of what a series is held against.
  static let shuffled = SeriesLook(color: Ink(0x8A929C), marker: .cross, dash: .dotted, width: 1.2)
  static let untrained = SeriesLook(
    color: Ink(0x3B7A78), marker: .square, dash: .longDashed, width: 1.2)
  static let words = SeriesLook(color: Ink(0x8A6D1E), marker: .diamond, dash: .dashed, width: 1.2)
  static let head = SeriesLook(color: .black, dash: .solid, width: 1.4)
  static let base = SeriesLook(color: Ink(0x7A3E8F), dash: .dashDotted, width: 1.2)
  static let bestLayer = SeriesLook(color: Ink(0x12866C), dash: .dashed, width: 1.2)
  static let tfIdf = SeriesLook(color: Ink(0xC8551B), dash: .longDashed, width: 1.2)
  static let majority = SeriesLook(color: Ink(0x5E6670), dash: .dotted, width: 1.2)
  static let draw = SeriesLook(color: Ink(0xAEB6BF), width: 0.9)
  static let chosen = SeriesLook(color: .black, marker: .ring)
}

/// A colour of a figure.
struct Ink: Equatable {
  var red: Int
  var green: Int
  var blue: Int

  /// Reads `0xRRGGBB`.
  init(_ hex: Int) { (red, green, blue) = (hex >> 16 & 0xFF, hex >> 8 & 0xFF, hex & 0xFF) }

  static let black = Ink(0x1F252D)
  static let faint = Ink(0x5E6670)
  static let grid = Ink(0xE2E6EA)
  static let paper = Ink(0xFFFFFF)

  /// From light to dark as `fraction` goes from 0 to 1, so that print without colour keeps the order.
  static func ramp(_ fraction: Double) -> Ink {
    let stops = [Ink(0xF4D35E), Ink(0x5FAE8B), Ink(0x2C6F9B), Ink(0x2B1D55)]
    let place = min(max(fraction, 0), 1) * Double(stops.count - 1)
    let lower = min(Int(place), stops.count - 2)
    return stops[lower].mixed(with: stops[lower + 1], place - Double(lower))
  }

  private func mixed(with other: Ink, _ fraction: Double) -> Ink {
    func mix(_ a: Int, _ b: Int) -> Int { a + Int((Double(b - a) * fraction).rounded()) }
    var color = self
    (color.red, color.green) = (mix(red, other.red), mix(green, other.green))
    color.blue = mix(blue, other.blue)
    return color
  }

  /// `#1F252D`.
  var hex: String { String(format: "#%02X%02X%02X", red, green, blue) }
}

/// How a line is broken, as SVG writes it.
enum Dash: String {
  case solid = ""
  case dashed = "6 3"
  case longDashed = "11 4"
  case dotted = "1.5 3"
  case dashDotted = "8 3 1.5 3"
}

/// The shape at a point.
enum Marker {
  case circle, square, triangle, diamond, cross
  /// Around another marker.
  case ring

  /// Its outline around a point.
  func path(_ x: Double, _ y: Double, _ radius: Double) -> String {
    func polygon(_ corners: [(Double, Double)]) -> String {
      let points = corners.map { "\(short(x + $0.0 * radius)) \(short(y + $0.1 * radius))" }
      return "M" + points.joined(separator: "L") + "Z"
    }
    switch self {
    case .circle, .ring:
      let r = short(radius)
      return "M\(short(x - radius)) \(short(y))a\(r) \(r) 0 1 0 \(short(2 * radius)) 0"
        + "a\(r) \(r) 0 1 0 \(short(-2 * radius)) 0Z"
    case .square: return polygon([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case .triangle: return polygon([(0, -1.15), (1.1, 0.85), (-1.1, 0.85)])
    case .diamond: return polygon([(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)])
    case .cross:
      let (a, b) = (short(x - radius), short(x + radius))
      let (c, d) = (short(y - radius), short(y + radius))
      return "M\(a) \(c)L\(b) \(d)M\(a) \(d)L\(b) \(c)"
    }
  }
}
