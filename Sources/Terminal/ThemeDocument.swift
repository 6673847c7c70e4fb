/// A theme file's content before names are resolved.
///
/// Files are merged as documents, so that a theme that changes the palette of its parent changes
/// the roles which the parent draws with it.
struct ThemeDocument: Equatable, Sendable {
  /// A role as it is written: another role or colour by name, or colours and attributes one by one.
  struct Role: Equatable, Sendable {
    var reference: String?
    var foreground: String?
    var background: String?
    var bold: Bool?
    var dim: Bool?
    var underline: Bool?
    var reverse: Bool?
    var italic: Bool?
  }

  struct RampSpec: Equatable, Sendable {
    /// A built-in ramp.
    var map: String?
    /// Colours from the least to the largest value, or from the most negative to the most positive.
    var stops: [String] = []
    var diverging = false
    /// Indices of the 256-colour palette in the same order.
    var palette: [UInt8] = []
    /// What 16 colours show of the sign.
    var ansi: [String] = []
  }

  var id = ""
  var name: String?
  var variant: Theme.Variant?
  var inherits: String?
  var palette: [String: String] = [:]
  var base: [String: String] = [:]
  var roles: [String: Role] = [:]
  var ramps: [String: RampSpec] = [:]
  var glyphs: GlyphSet?

  /// This document with what it lacks taken from `parent`.
  func merged(over parent: ThemeDocument) -> ThemeDocument {
    var result = self
    result.variant = variant ?? parent.variant
    result.glyphs = glyphs ?? parent.glyphs
    result.palette.merge(parent.palette) { mine, _ in mine }
    result.base.merge(parent.base) { mine, _ in mine }
    result.roles.merge(parent.roles) { mine, _ in mine }
    result.ramps.merge(parent.ramps) { mine, _ in mine }
    return result
  }
}

extension ThemeDocument.Role: ExpressibleByStringLiteral {
  init(stringLiteral value: String) { self.init(reference: value) }
}

extension ThemeDocument {
  static let baseNames = ["background", "foreground", "accent", "good", "warn", "bad"]
  static let rampNames = ["accuracy", "salience", "signed"]

  static let defaultDark = ThemeDocument(
    id: "default-dark", name: "Default dark", variant: .dark,
    palette: [
      "ink": "#d7dae0", "grey": "#8b93a5", "line": "#4a5163", "panel": "#232836",
      "sky": "#5ec4ff", "amber": "#ffb454", "cornflower": "#6cb6ff",
    ],
    base: [
      "background": "default", "foreground": "ink", "accent": "sky", "good": "#62d6c0",
      "warn": "#e3b341", "bad": "#f0706a",
    ],
    roles: standardRoles,
    ramps: [
      "accuracy": RampSpec(map: "viridis"), "salience": RampSpec(map: "magma"),
      "signed": RampSpec(map: "blue-orange-dark"),
    ])

  /// The roles of the default theme.
  ///
  /// They name colours only by palette and base, so they also stand in for what a theme leaves out.
  static let standardRoles: [String: Role] = textRoles.merging(chartRoles) { first, _ in first }

  private static let textRoles: [String: Role] = [
    "text": "foreground",
    "text.dim": "grey",
    "text.strong": Role(bold: true),
    "border": "line",
    "border.focus": Role(foreground: "accent", bold: true),
    "title": "foreground",
    "title.focus": Role(foreground: "foreground", bold: true),
    "title.number": "accent",
    "tab": "text.dim",
    "tab.active": Role(foreground: "accent", bold: true, underline: true),
    "status": Role(foreground: "foreground", background: "panel"),
    "status.mode": Role(foreground: "panel", background: "accent", bold: true),
    "hint.key": Role(foreground: "accent", bold: true),
    "hint.label": "text.dim",
    "hint.disabled": Role(foreground: "line", dim: true),
    "selection": Role(reverse: true),
    "selection.inactive": Role(underline: true),
    "cursor.cell": Role(foreground: "warn", bold: true, reverse: true),
    "search.match": Role(background: "#4a3f12", underline: true),
    "input": "foreground",
    "input.placeholder": Role(foreground: "grey", italic: true),
    "slider.track": "line",
    "slider.fill": "accent",
    "slider.thumb": Role(foreground: "accent", bold: true),
    "toast.info": "accent",
    "toast.warn": "warn",
    "toast.error": Role(foreground: "bad", bold: true),
    "tour.spot": Role(foreground: "accent", bold: true),
    "tour.dim": Role(foreground: "line", dim: true),
    "good": "good",
    "warn": "warn",
    "bad": "bad",
  ]

  private static let chartRoles: [String: Role] = [
    "axis": "text.dim",
    "axis.label": "text.dim",
    "legend": "foreground",
    "bar": "cornflower",
    "bar.best": Role(foreground: "good", bold: true),
    "bar.interval": "grey",
    "chart.line": "sky",
    // Okabe and Ito's colours, which stay apart for colour-blind readers.
    "chart.line.1": "#56b4e9",
    "chart.line.2": "#e69f00",
    "chart.line.3": "#009e73",
    "chart.line.4": "#f0e442",
    "chart.line.5": "#cc79a7",
    "chart.line.6": "#d55e00",
    "chart.best": Role(foreground: "good", bold: true),
    "chart.chance": "text.dim",
    "chart.control": "text.dim",
    "meter": "accent",
    "meter.empty": "line",
    "neuron": "foreground",
    "neuron.salient": Role(bold: true),
    "neuron.unselected": Role(dim: true),
    "neuron.positive": "amber",
    "neuron.negative": "cornflower",
    "token": "foreground",
    "token.positive": "amber",
    "token.negative": "cornflower",
    "class": "foreground",
    "class.0": "cornflower",
    "class.1": "amber",
  ]
}
