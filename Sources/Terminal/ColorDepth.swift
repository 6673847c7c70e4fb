/// How many colours a terminal shows.
public enum ColorDepth: Int, Comparable, CaseIterable, Sendable {
  /// Attributes only: bold, dim, underline, reverse.
  case mono
  /// The sixteen colours of the user's own palette.
  case ansi16
  /// The fixed xterm colours 16–255.
  case ansi256
  /// 24 bits.
  case direct

  public static func < (a: ColorDepth, b: ColorDepth) -> Bool { a.rawValue < b.rawValue }
}

extension ColorDepth {
  /// The depth that the environment and the terminal description promise.
  ///
  /// - `environment`: `NO_COLOR` (when not empty) wins, then `FORCE_COLOR` (0 to 3: none, 16, 256,
  ///   direct) and `CLICOLOR=0`; `COLORTERM` may raise, `TERM` tells the rest, and
  ///   `CLICOLOR_FORCE` says that there are at least sixteen.
  /// - `terminfoColors`: the `colors` capability, or nil when not known.
  public static func detect(
    environment: [String: String], terminfoColors: Int? = nil
  ) -> ColorDepth {
    if let value = environment["NO_COLOR"], !value.isEmpty { return .mono }
    if let level = environment["FORCE_COLOR"].flatMap({ Int($0) }),
      let forced = ColorDepth(rawValue: level)
    {
      return forced
    }
    let wanted = environment["CLICOLOR_FORCE"] ?? "0"
    let least = wanted == "0" || wanted.isEmpty ? ColorDepth.mono : .ansi16
    if environment["CLICOLOR"] == "0", least == .mono { return .mono }
    return max(least, described(environment: environment, terminfoColors: terminfoColors))
  }

  /// What the terminal's name and description say.
  private static func described(
    environment: [String: String], terminfoColors: Int?
  ) -> ColorDepth {
    let term = environment["TERM"] ?? ""
    if term == "dumb" { return .mono }
    if ["truecolor", "24bit"].contains(environment["COLORTERM"]) { return .direct }
    if term.hasSuffix("-direct") { return .direct }
    let colors = terminfoColors ?? guessedColors(term: term)
    switch colors {
    case ..<8: return .mono
    case ..<256: return .ansi16
    case 256...65_536: return .ansi256
    default: return .direct
    }
  }

  private static func guessedColors(term: String) -> Int {
    if term.contains("256color") { return 256 }
    return term.isEmpty || term.hasPrefix("vt") ? 0 : 8
  }

  /// The colour that this depth shows for `color`.
  public func converted(_ color: Color) -> Color {
    switch (self, color) {
    case (_, .terminal), (.direct, _): color
    case (.mono, _): .terminal
    case (.ansi256, .rgb(let r, let g, let b)): .palette(XtermPalette.nearest(to: RGB(r, g, b)))
    case (.ansi256, .palette): color
    case (.ansi16, .rgb(let r, let g, let b)): .palette(XtermPalette.nearestAnsi(to: RGB(r, g, b)))
    case (.ansi16, .palette(let index)):
      index < 16 ? color : .palette(XtermPalette.nearestAnsi(to: XtermPalette.rgb(index)))
    }
  }
}

/// The colours that xterm gives to its 256 indices.
enum XtermPalette {
  private static let ansi: [UInt32] = [
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
    0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
  ]
  private static let cubeSteps: [UInt8] = [0, 95, 135, 175, 215, 255]
  private static let labs: [CIELab] = (0...255).map { CIELab(rgb(UInt8($0))) }

  static func rgb(_ index: UInt8) -> RGB {
    switch index {
    case 0..<16: return RGB(hex: ansi[Int(index)])
    case 16..<232:
      let i = Int(index) - 16
      return RGB(cubeSteps[i / 36], cubeSteps[i / 6 % 6], cubeSteps[i % 6])
    default:
      let grey = 8 + 10 * (index - 232)
      return RGB(grey, grey, grey)
    }
  }

  /// The nearest of 16–255 in CIELAB; 0–15 are left out because users change them.
  static func nearest(to rgb: RGB) -> UInt8 { nearest(to: rgb, in: 16...255) }

  static func nearestAnsi(to rgb: RGB) -> UInt8 { nearest(to: rgb, in: 0...15) }

  private static func nearest(to rgb: RGB, in range: ClosedRange<Int>) -> UInt8 {
    let lab = CIELab(rgb)
    let index = range.min { lab.squaredDistance(to: labs[$0]) < lab.squaredDistance(to: labs[$1]) }
    return UInt8(index ?? 0)
  }
}
