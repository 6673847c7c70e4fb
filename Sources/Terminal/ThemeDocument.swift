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

extension ThemeDocument {
  static let baseNames = ["background", "foreground", "accent", "good", "warn", "bad"]
  static let rampNames = ["accuracy", "salience", "signed"]

  /// The theme whose roles are all there are, and stand in for what another leaves out.
  static let defaultDark: ThemeDocument = {
    var reader = ThemeReader(id: "default-dark")
    // A test reads the file; were it broken, roles would be plain text.
    _ = try? reader.read(shipped: "default-dark")
    return reader.document
  }()
}
