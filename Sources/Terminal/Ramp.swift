/// A scale of colours for magnitudes, or for signed values around a neutral centre.
///
/// Colours are graded in OKLab and cut into at most 24 levels, so that the colour pairs of a half-
/// block picture stay few.
public struct Ramp: Equatable, Sendable {
  /// From the least (or the most negative) to the largest level.
  private let levels: [RGB]
  /// Indices of the 256-colour palette in the same order.
  private let palette: [UInt8]
  /// The user's colours for negative and positive values where there are only sixteen.
  let ansi: (negative: Color, positive: Color)
  /// Whether values lie in −1…1 around a neutral centre, rather than in 0…1.
  public let isDiverging: Bool

  /// The most levels of a ramp.
  public static let levelLimit = 24

  public static func == (a: Ramp, b: Ramp) -> Bool {
    a.levels == b.levels && a.palette == b.palette && a.isDiverging == b.isDiverging
      && a.ansi == b.ansi
  }

  init(
    stops: [RGB], diverging: Bool = false, palette: [UInt8] = [],
    ansi: (negative: Color, positive: Color) = (.palette(4), .palette(3)), levels: Int = levelLimit
  ) {
    // An odd number of levels gives a signed ramp a centre.
    let count = diverging ? min(levels, Ramp.levelLimit - 1) | 1 : min(levels, Ramp.levelLimit)
    self.levels = stops.isEmpty ? [] : graded(stops, count: diverging ? min(count, 23) : count)
    self.palette =
      palette.isEmpty ? RampPalette.indices(self.levels, diverging: diverging) : palette
    self.ansi = ansi
    isDiverging = diverging
  }

  /// No colours: values are drawn by glyphs alone.
  public static let glyphsOnly = Ramp(stops: [], ansi: (.terminal, .terminal))
  public static let glyphsOnlySigned = Ramp(
    stops: [], diverging: true, ansi: (.terminal, .terminal))

  /// Whether pictures can tell values apart by colour at `depth`; otherwise glyphs must do it.
  public func hasLevels(at depth: ColorDepth) -> Bool { depth >= .ansi256 && !levels.isEmpty }

  /// All colours from the least to the largest value; none where glyphs must do.
  func colors(at depth: ColorDepth) -> [RGB] {
    guard hasLevels(at: depth) else { return [] }
    return depth == .direct ? levels : palette.map(XtermPalette.rgb)
  }

  /// The colour of `value`, which is clamped; NaN counts as 0.
  ///
  /// `value`: 0…1, or −1…1 of a diverging ramp.
  /// - Returns: one of at most 24 colours; with sixteen colours only the sign's, with none
  ///   `.terminal`.
  public func color(_ value: Double, depth: ColorDepth = .direct) -> Color {
    let value = value.isNaN ? 0 : min(1, max(-1, value))
    switch depth {
    case .mono: return .terminal
    case .ansi16: return value < 0 ? ansi.negative : ansi.positive
    case .ansi256, .direct:
      guard !levels.isEmpty else { return .terminal }
      let count = depth == .direct ? levels.count : palette.count
      let index = isDiverging ? divergingIndex(value, count: count) : index(value, count: count)
      return depth == .direct ? levels[index].color : .palette(palette[index])
    }
  }

  private func index(_ value: Double, count: Int) -> Int {
    Int((max(0, value) * Double(count - 1)).rounded())
  }

  /// With an even count there is no neutral level, and 0 goes to the positive side.
  private func divergingIndex(_ value: Double, count: Int) -> Int {
    let half = count / 2
    if count % 2 == 1 { return half + Int((value * Double(half)).rounded()) }
    let step = min(half - 1, Int(abs(value) * Double(half)))
    return value < 0 ? half - 1 - step : half + step
  }
}

/// `count` colours at even distances along `stops`.
private func graded(_ stops: [RGB], count: Int) -> [RGB] {
  guard stops.count > 1, count > 1 else { return stops }
  let labs = stops.map { OKLab($0) }
  return (0..<count).map { level in
    let place = Double(level) / Double(count - 1) * Double(stops.count - 1)
    let first = min(Int(place), stops.count - 2)
    return labs[first].mixed(with: labs[first + 1], fraction: place - Double(first)).rgb
  }
}

extension Ramp {
  /// The built-in ramps by the names that theme files use.
  public static let builtIn: [String: Ramp] = [
    "viridis": viridis, "cividis": cividis, "magma": magma, "blue-orange-dark": divergingDark,
    "blue-orange-light": divergingLight, "none": glyphsOnly, "none-signed": glyphsOnlySigned,
  ]

  public static let viridis = Ramp(
    stops: hex([
      0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725,
    ]),
    palette: [53, 54, 24, 30, 36, 78, 148, 220])

  public static let cividis = Ramp(
    stops: hex([
      0x00224E, 0x123570, 0x3B496C, 0x575D6D, 0x707173, 0x8A8678, 0xA59C74, 0xC3B369, 0xE1CC55,
      0xFEE838,
    ]),
    palette: [235, 24, 60, 242, 245, 144, 185, 220])

  public static let magma = Ramp(
    stops: hex([
      0x000004, 0x180F3D, 0x440F76, 0x721F81, 0x9E2F7F, 0xCD4071, 0xF1605D, 0xFD9668, 0xFECA8D,
      0xFCFDBF,
    ]),
    palette: [16, 233, 53, 54, 90, 126, 168, 203, 209, 216, 222, 229])

  /// Blue to orange through a dark centre, which sinks into a dark background.
  public static let divergingDark = Ramp(
    stops: hex([
      0x8FC6FF, 0x5B9BD5, 0x3A6EA5, 0x234A73, 0x18283D, 0x16181D, 0x3D2A16, 0x73491F, 0xA86A28,
      0xDD9440, 0xFFC27A,
    ]),
    diverging: true, palette: [153, 67, 24, 236, 234, 234, 237, 94, 215, 222],
    ansi: (.palette(12), .palette(3)))

  /// Blue to red-orange through a light centre, for light backgrounds.
  public static let divergingLight = Ramp(
    stops: hex([
      0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D,
      0xB2182B, 0x67001F,
    ]),
    diverging: true, palette: [24, 32, 74, 117, 254, 231, 231, 224, 216, 167, 88, 52],
    ansi: (.palette(4), .palette(1)))

  private static func hex(_ values: [UInt32]) -> [RGB] { values.map(RGB.init(hex:)) }
}
