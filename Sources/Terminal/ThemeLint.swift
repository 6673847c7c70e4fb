/// Measures whether a theme can be read: contrast, opposites, classes, ramps, and what remains
/// without colour; by readers of every colour vision and with few colours too.
///
/// Contrast is the ratio of WCAG 2.2, because its bounds are a standard that anyone can look up;
/// APCA, which is better between dark colours, is still a draft. How far colours are apart is
/// measured in OKLab. The sixteen colours are the user's own, so they are measured as xterm has
/// them and with a lower bound.
public struct ThemeLint {
  public struct Bounds: Sendable {
    /// Contrast of text (WCAG 1.4.3).
    public var text = 4.5
    /// Contrast of charts and of text that only explains (WCAG 1.4.11).
    public var graphics = 3.0
    /// Contrast of borders, tracks and what cannot be used now.
    public var decoration = 1.25
    /// The most contrast that is asked for with the user's sixteen colours.
    public var ansi = 2.0
    /// Distance of opposites, such as the two signs.
    public var opposites = 0.12
    /// Distance of any two classes, or of any two lines of a chart.
    public var categories = 0.05

    /// What every theme must reach.
    public static let standard = Bounds()
    /// What a theme of high contrast must reach (WCAG 1.4.6).
    public static let enhanced = Bounds(text: 7, graphics: 4.5, decoration: 3)
  }

  let theme: Theme
  let bounds: Bounds

  public init(_ theme: Theme, bounds: Bounds = .standard) {
    self.theme = theme
    self.bounds = bounds
  }

  public var findings: [ThemeFinding] {
    grounds.flatMap { contrastFindings(on: $0) } + oppositeFindings + categoryFindings
      + attributeFindings + grounds.flatMap { rampFindings(on: $0) }
  }

  static let depths = [ColorDepth.direct, .ansi256, .ansi16]
}

// MARK: Colours

extension ThemeLint {
  /// What terminals have for a ground where a theme leaves it to them.
  private static let darkGround = RGB(hex: 0x1E1E1E)
  private static let lightGround = RGB(hex: 0xFAFAFA)

  private var grounds: [RGB] {
    if let ground = Self.rgb(theme.base.background, .direct) { return [ground] }
    switch theme.variant {
    case .dark: return [Self.darkGround]
    case .light: return [Self.lightGround]
    case .any: return [Self.darkGround, Self.lightGround]
    }
  }

  /// The colour that `depth` shows; nil for the terminal's own.
  static func rgb(_ color: Color, _ depth: ColorDepth) -> RGB? {
    switch depth.converted(color) {
    case .terminal: nil
    case .rgb(let r, let g, let b): RGB(r, g, b)
    case .palette(let index): XtermPalette.rgb(index)
    }
  }

  /// Whether a colour is one of the sixteen that users choose themselves.
  private static func isUsers(_ color: Color, _ depth: ColorDepth) -> Bool {
    if case .palette(0..<16) = depth.converted(color) { true } else { false }
  }

  /// Ink and paper of a style; nil where both are the terminal's own.
  private func colors(_ style: Style, on ground: RGB, _ depth: ColorDepth) -> (RGB, RGB)? {
    let (foreground, background) = (
      Self.rgb(style.foreground, depth), Self.rgb(style.background, depth)
    )
    if foreground == nil && background == nil { return nil }
    let isDark = CIELab(ground).lightness < 50
    let ink = foreground ?? (isDark ? Self.lightGround : Self.darkGround)
    let paper = background ?? ground
    return style.reverse ? (paper, ink) : (ink, paper)
  }

  /// The colour nearest to `color` in lightness for which `holds` is true.
  static func changed(_ color: RGB, until holds: (RGB) -> Bool) -> RGB? {
    let lab = OKLab(color)
    for step in 1...100 {
      for sign in [1.0, -1.0] {
        var lightness = lab.value
        lightness.x += sign * Double(step) / 100
        guard (0...1).contains(lightness.x) else { continue }
        let candidate = OKLab(value: lightness).rgb
        if holds(candidate) { return candidate }
      }
    }
    return nil
  }

  static func advice(_ color: RGB?) -> String {
    color.map { "write \($0.notation)" } ?? "change both"
  }
}

// MARK: Contrast

extension ThemeLint {
  private static let decoration: Set = [
    "border", "hint.disabled", "meter.empty", "slider.track", "tour.dim",
  ]
  private static let graphics: Set = [
    "axis", "axis.label", "bar", "bar.interval", "border.focus", "chart.chance", "chart.control",
    "chart.line", "hint.label", "input.placeholder", "meter", "neuron.unselected", "slider.fill",
    "slider.thumb", "tab", "text.dim",
  ]

  private func bound(_ role: String) -> Double {
    if Self.decoration.contains(role) { return bounds.decoration }
    let isGraphics = Self.graphics.contains(role) || role.hasPrefix("chart.line.")
    return isGraphics ? bounds.graphics : bounds.text
  }

  private func contrastFindings(on ground: RGB) -> [ThemeFinding] {
    var styles = theme.roles.map { ($0, theme[$0], bound($0)) }
    // The footer writes keys on its own ground.
    var key = theme["hint.key"]
    key.background = theme["status"].background
    styles.append(("hint.key on status", key, bounds.text))
    return styles.compactMap { contrastFinding($0, $1, bound: $2, on: ground) }
  }

  private func contrastFinding(
    _ role: String, _ style: Style, bound: Double, on ground: RGB
  ) -> ThemeFinding? {
    guard let lack = lack(style, bound: bound, on: ground) else { return nil }
    let better = Self.changed(Self.rgb(style.foreground, .direct) ?? lack.ink) {
      var style = style
      style.foreground = $0.color
      return self.lack(style, bound: bound, on: ground) == nil
    }
    return ThemeFinding(
      role, "contrast", lack.ink, lack.paper, figure: lack.ink.contrast(with: lack.paper),
      atLeast: lack.bound, condition: lack.depth.condition, suggestion: Self.advice(better))
  }

  /// The first depth at which a style cannot be read.
  private func lack(
    _ style: Style, bound: Double, on ground: RGB
  ) -> (depth: ColorDepth, ink: RGB, paper: RGB, bound: Double)? {
    for depth in Self.depths {
      guard let (ink, paper) = colors(style, on: ground, depth) else { continue }
      let isUsers = Self.isUsers(style.foreground, depth) || Self.isUsers(style.background, depth)
      let bound = isUsers ? min(bound, bounds.ansi) : bound
      if ink.contrast(with: paper) < bound { return (depth, ink, paper, bound) }
    }
    return nil
  }
}

// MARK: Distances

extension ThemeLint {
  private static let opposites = [
    ("token.positive", "token.negative"), ("neuron.positive", "neuron.negative"),
    ("class.0", "class.1"), ("good", "bad"),
  ]

  private var oppositeFindings: [ThemeFinding] {
    Self.opposites.compactMap { a, b in
      let (first, second) = (theme[a], theme[b])
      if first.foreground == .terminal, second.foreground == .terminal {
        guard first == second else { return nil }
        return ThemeFinding(
          place: "\(a) and \(b)", problem: "nothing tells them apart",
          suggestion: "make one bold and underline the other")
      }
      return distanceFinding(
        "\(a) and \(b)", first.foreground, second.foreground, bounds.opposites, Self.depths)
    }
  }

  /// Sixteen colours are too few for six that stay apart.
  private var categoryFindings: [ThemeFinding] {
    ["class.", "chart.line."].flatMap { prefix in
      let roles = theme.roles.filter { $0.hasPrefix(prefix) }
      return roles.indices.flatMap { i in
        roles[..<i].compactMap { other in
          distanceFinding(
            "\(other) and \(roles[i])", theme[other].foreground, theme[roles[i]].foreground,
            bounds.categories, [.direct])
        }
      }
    }
  }

  /// The first depth and kind of vision at which two colours are too much alike.
  ///
  /// With sixteen colours only normal vision counts: they are too few to stay apart for every reader.
  func distanceFinding(
    _ place: String, _ first: Color, _ second: Color, _ bound: Double, _ depths: [ColorDepth]
  ) -> ThemeFinding? {
    for depth in depths {
      for vision in depth == .ansi16 ? [ColorVision.normal] : ColorVision.allCases {
        guard let a = Self.rgb(first, depth), let b = Self.rgb(second, depth) else { continue }
        let seen = OKLab(vision.seen(b))
        let figure = OKLab(vision.seen(a)).distance(to: seen)
        guard figure < bound else { continue }
        let better = Self.changed(Self.rgb(first, .direct) ?? a) {
          let shown = Self.rgb($0.color, depth) ?? $0
          return OKLab(vision.seen(shown)).distance(to: seen) >= bound
        }
        let condition = [vision == .normal ? "" : vision.rawValue, depth.condition]
        return ThemeFinding(
          place, "distance", a, b, figure: figure, atLeast: bound,
          condition: condition.filter { !$0.isEmpty }.joined(separator: ", "),
          suggestion: Self.advice(better) + (better == nil ? "" : " for the first"))
      }
    }
    return nil
  }
}

// MARK: Without colour

extension ThemeLint {
  /// Roles that say where the user is.
  private static let marks = [
    "cursor.cell", "search.match", "selection", "selection.inactive", "tab.active",
  ]

  private var attributeFindings: [ThemeFinding] {
    Self.marks.compactMap { role in
      let style = theme[role]
      guard !style.bold, !style.underline, !style.reverse else { return nil }
      return ThemeFinding(
        place: role, problem: "cannot be seen without colours",
        suggestion: "add bold, underline or reverse")
    }
  }
}
