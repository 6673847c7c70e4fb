/// A colour as a theme names it; what a terminal can show of it is decided by `ColorDepth`.
public enum Color: Equatable, Hashable, Sendable {
  /// The terminal's own foreground or background, whichever place it stands in.
  case terminal
  case rgb(UInt8, UInt8, UInt8)
  /// An index of the xterm palette: 0–15 are the user's own colours, 16–255 are fixed.
  case palette(UInt8)
}

/// How a cell is drawn.
public struct Style: Equatable, Hashable, Sendable {
  public var foreground: Color
  public var background: Color
  public var bold: Bool
  public var dim: Bool
  public var underline: Bool
  public var reverse: Bool
  public var italic: Bool

  public init(
    foreground: Color = .terminal, background: Color = .terminal, bold: Bool = false,
    dim: Bool = false, underline: Bool = false, reverse: Bool = false, italic: Bool = false
  ) {
    self.foreground = foreground
    self.background = background
    self.bold = bold
    self.dim = dim
    self.underline = underline
    self.reverse = reverse
    self.italic = italic
  }

  /// This style with `other` laid over it: the other's colours where it has any, the attributes of
  /// both.
  public func adding(_ other: Style) -> Style {
    Style(
      foreground: other.foreground == .terminal ? foreground : other.foreground,
      background: other.background == .terminal ? background : other.background,
      bold: bold || other.bold, dim: dim || other.dim, underline: underline || other.underline,
      reverse: reverse || other.reverse, italic: italic || other.italic)
  }
}
