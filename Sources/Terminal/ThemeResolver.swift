/// Turns the names of a merged theme document into styles and ramps.
struct ThemeResolver {
  private let document: ThemeDocument
  private let fallback = ThemeDocument.defaultDark
  private var base = Theme.Base()
  private var styles: [String: Style] = [:]
  /// What was not understood, with the key; the rest of the theme holds.
  private(set) var warnings: [String] = []

  private var ramps: [String: Ramp] = [:]

  init(document: ThemeDocument) {
    self.document = document
    resolveBase()
    for name in Set(document.roles.keys).union(fallback.roles.keys).sorted() {
      styles[name] = style(of: name, depth: 0)
      if !isKnown(name) {
        warnings.append("roles.\"\(sanitized(name))\": no part of the screen has this role")
      }
    }
    ramps = resolvedRamps()
  }

  /// Roles and what they begin with are known; classes and lines may have any number.
  private func isKnown(_ role: String) -> Bool {
    role.hasPrefix("class.") || role.hasPrefix("chart.line.")
      || fallback.roles.keys.contains { $0 == role || $0.hasPrefix("\(role).") }
  }

  /// Roles that neither the theme nor its parents set, nor a role with fewer dotted parts.
  var missing: [String] { fallback.roles.keys.filter { own($0) == nil }.sorted() }

  var theme: Theme {
    Theme(
      id: document.id, name: document.name ?? document.id, variant: document.variant ?? .any,
      base: base, glyphs: document.glyphs ?? .half, styles: styles, ramps: ramps)
  }
}

// Roles that point at each other in a circle end here.
private let depthLimit = 8

extension ThemeResolver {
  private mutating func resolveBase() {
    base.background = baseColor("background")
    base.foreground = baseColor("foreground")
    base.accent = baseColor("accent")
    base.good = baseColor("good")
    base.warn = baseColor("warn")
    base.bad = baseColor("bad")
  }

  private mutating func baseColor(_ name: String) -> Color {
    guard let text = document.base[name] else { return .terminal }
    if let color = paletteColor(text) { return color }
    warnings.append(
      "base.\(sanitized(name)): “\(sanitized(text))” is no colour and no name in [palette]")
    return .terminal
  }

  /// A colour by value or palette name.
  private func paletteColor(_ text: String, depth: Int = 0) -> Color? {
    if let color = Color(notation: text) { return color }
    guard depth < depthLimit, let value = document.palette[text] else { return nil }
    return paletteColor(value, depth: depth + 1)
  }

  private func color(_ text: String) -> Color? {
    switch text {
    case "background": base.background
    case "foreground": base.foreground
    case "accent": base.accent
    case "good": base.good
    case "warn": base.warn
    case "bad": base.bad
    default: paletteColor(text)
    }
  }

  private var plain: Style { Style(foreground: base.foreground, background: base.background) }

  /// The style of a role: its own, else the one without the last dotted part, else the built-in
  /// one.
  private mutating func style(of name: String, depth: Int) -> Style {
    if let own = own(name) { return style(own.role, name: own.name, depth: depth) }
    guard let role = fallback.roles[name] else { return plain }
    return standIn(role)
  }

  /// The document's role of this name, or of the name without its last dotted parts.
  private func own(_ name: String) -> (name: String, role: ThemeDocument.Role)? {
    var part = name[...]
    while true {
      if let role = document.roles[String(part)] { return (String(part), role) }
      guard let dot = part.lastIndex(of: ".") else { return nil }
      part = part[..<dot]
    }
  }

  private mutating func style(_ role: ThemeDocument.Role, name: String, depth: Int) -> Style {
    var style = plain
    if let reference = role.reference {
      // A role may be named like a colour, as `good` is; then the colour is meant.
      if let color = color(reference) {
        style.foreground = color
      } else if depth < depthLimit, reference != name,
        document.roles[reference] != nil || fallback.roles[reference] != nil
      {
        style = self.style(of: reference, depth: depth + 1)
      } else {
        warnings.append(
          "roles.\"\(sanitized(name))\": “\(sanitized(reference))” is no colour, palette name or role"
        )
      }
    }
    for (text, path) in [
      (role.foreground, \Style.foreground), (role.background, \Style.background),
    ] {
      guard let text else { continue }
      if let color = color(text) {
        style[keyPath: path] = color
      } else {
        warnings.append(
          "roles.\"\(sanitized(name))\": “\(sanitized(text))” is no colour and no palette name")
      }
    }
    setAttributes(of: role, on: &style)
    return style
  }

  private func setAttributes(of role: ThemeDocument.Role, on style: inout Style) {
    style.bold = role.bold ?? style.bold
    style.dim = role.dim ?? style.dim
    style.underline = role.underline ?? style.underline
    style.reverse = role.reverse ?? style.reverse
    style.italic = role.italic ?? style.italic
  }

  /// A built-in role drawn with this theme's base colours: the default theme's own colours might
  /// not be readable here, so that what is neither base nor attribute becomes plain or dim text.
  private mutating func standIn(_ role: ThemeDocument.Role) -> Style {
    var style = plain
    if let name = role.reference ?? role.foreground {
      if ThemeDocument.baseNames.contains(name) {
        style.foreground = color(name) ?? style.foreground
      } else {
        style.dim = ["grey", "line", "text.dim"].contains(name)
      }
    }
    setAttributes(of: role, on: &style)
    return style
  }

  private var standInRamp: Ramp { document.variant == .light ? .divergingLight : .divergingDark }

  private mutating func resolvedRamps() -> [String: Ramp] {
    var result = ["accuracy": Ramp.viridis, "salience": .viridis, "signed": standInRamp]
    for (name, spec) in document.ramps.sorted(by: { $0.key < $1.key }) {
      if let ramp = ramp(spec, name: name) { result[name] = ramp }
    }
    return result
  }

  private mutating func ramp(_ spec: ThemeDocument.RampSpec, name: String) -> Ramp? {
    if let map = spec.map {
      let wanted = map == "none" && name == "signed" ? "none-signed" : map
      if let ramp = Ramp.builtIn[wanted] { return ramp }
      let known = Ramp.builtIn.keys.sorted().joined(separator: ", ")
      warnings.append(
        "ramps.\(sanitized(name)): there is no map “\(sanitized(map))”; write one of \(known)")
      return nil
    }
    let stops = spec.stops.compactMap { text -> RGB? in
      switch color(text) {
      case .rgb(let r, let g, let b): return RGB(r, g, b)
      case .palette(let index): return XtermPalette.rgb(index)
      case .terminal, nil:
        warnings.append(
          "ramps.\(sanitized(name)): “\(sanitized(text))” is no colour with a fixed value")
        return nil
      }
    }
    guard stops.count >= 2 else {
      warnings.append("ramps.\(sanitized(name)): needs “map” or at least two “stops”")
      return nil
    }
    let ansi = spec.ansi.compactMap { color($0) }
    return Ramp(
      stops: stops, diverging: spec.diverging, palette: spec.palette,
      ansi: ansi.count == 2 ? (ansi[0], ansi[1]) : standInRamp.ansi)
  }
}

extension Color {
  private static let ansiNames = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
  ]

  /// Reads `#rgb`, `#rrggbb`, `ansi:blue`, `ansi:bright-blue`, `256:67` or `default`.
  public init?(notation text: String) {
    if text == "default" {
      self = .terminal
    } else if text.hasPrefix("#") {
      guard let rgb = Color.hex(text.dropFirst()) else { return nil }
      self = rgb.color
    } else if text.hasPrefix("256:") {
      guard let index = UInt8(text.dropFirst(4)) else { return nil }
      self = .palette(index)
    } else if text.hasPrefix("ansi:") {
      let bright = text.hasPrefix("ansi:bright-")
      let name = String(text.dropFirst(bright ? 12 : 5))
      guard let index = Color.ansiNames.firstIndex(of: name) else { return nil }
      self = .palette(UInt8(index + (bright ? 8 : 0)))
    } else {
      return nil
    }
  }

  private static func hex(_ digits: Substring) -> RGB? {
    guard digits.allSatisfy(\.isHexDigit) else { return nil }
    let six = digits.count == 3 ? digits.map { "\($0)\($0)" }.joined() : String(digits)
    return six.count == 6 ? UInt32(six, radix: 16).map(RGB.init(hex:)) : nil
  }
}
