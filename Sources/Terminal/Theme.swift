/// What a screen looks like: a style for every role, and ramps for pictures.
///
/// Views ask for roles by meaning, such as `theme["text.dim"]`, never for colours.
public struct Theme: Equatable, Sendable {
  /// The colours that every theme has and roles derive from.
  public struct Base: Equatable, Sendable {
    public var background = Color.terminal
    public var foreground = Color.terminal
    public var accent = Color.terminal
    public var good = Color.terminal
    public var warn = Color.terminal
    public var bad = Color.terminal

    public init() {}
  }

  public enum Variant: String, Sendable {
    case dark
    case light
    /// Fits any background.
    case any
  }

  /// The file name without its ending.
  public var id: String
  /// The name to show in a picker.
  public var name: String
  public var variant: Variant
  public var base: Base
  /// What pictures and borders are drawn with.
  public var glyphs: GlyphSet
  /// How many colours pictures may use; the caller sets it to what the screen has.
  public var depth: ColorDepth
  private var styles: [String: Style]
  private var ramps: [String: Ramp]

  init(
    id: String, name: String, variant: Variant, base: Base, glyphs: GlyphSet,
    styles: [String: Style], ramps: [String: Ramp]
  ) {
    self.id = id
    self.name = name
    self.variant = variant
    self.base = base
    self.glyphs = glyphs
    self.styles = styles
    self.ramps = ramps
    depth = .direct
  }

  /// The style of a role: the role's own, else that of the role without its last dotted part, else
  /// the base style.
  public subscript(role: String) -> Style {
    var name = role[...]
    while true {
      if let style = styles[String(name)] { return style }
      guard let dot = name.lastIndex(of: ".") else { break }
      name = name[..<dot]
    }
    return Style(foreground: base.foreground, background: base.background)
  }

  /// The ramp of a kind of picture; `signed` is diverging, `salience` and `accuracy` are not.
  public func ramp(_ name: String) -> Ramp { ramps[name] ?? ramps["salience"] ?? .viridis }

  /// The roles that have a style of their own, in order; among them all of `default-dark`.
  var roles: [String] { styles.keys.sorted() }

  /// `themes/default-dark.toml`.
  public static let builtIn = ThemeResolver(document: .defaultDark).theme

  /// Every role that views may rely on, in order.
  public static let roles: [String] = ThemeDocument.defaultDark.roles.keys.sorted()
}
