/// Which characters pictures may be drawn with.
public enum GlyphSet: String, CaseIterable, Sendable {
  /// Half blocks, eighth blocks and box drawing; every UTF-8 terminal has them.
  case half
  /// Printable ASCII only.
  case ascii
}

extension GlyphSet {
  /// The set that the locale of `environment` allows: ASCII only where it names another encoding.
  ///
  /// An unset locale is common in containers and says nothing about the terminal, so it counts as
  /// UTF-8.
  public static func detect(environment: [String: String]) -> GlyphSet {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      guard let value = environment[name]?.lowercased(), !value.isEmpty else { continue }
      return value.contains("utf-8") || value.contains("utf8") ? .half : .ascii
    }
    return .half
  }

  /// Characters that grow to the right, from one eighth to a whole cell.
  var rightEighths: [Character] { self == .half ? Array("▏▎▍▌▋▊▉█") : Array("#") }
  /// Characters that grow upward, from one eighth to a whole cell.
  var upEighths: [Character] { self == .half ? Array("▁▂▃▄▅▆▇█") : Array("_.-=+*#@") }
  /// Magnitudes of positive values, from small to large.
  public var positiveShades: [Character] { self == .half ? Array("░▒▓█") : Array(":+*#") }
  /// Magnitudes of negative values, from small to large; none is also a positive one.
  public var negativeShades: [Character] { self == .half ? Array("-=≡▤") : Array("~-=%") }

  var horizontal: Character { self == .half ? "─" : "-" }
  var vertical: Character { self == .half ? "│" : "|" }
  /// Top left, top right, bottom left, bottom right.
  var corners: [Character] { self == .half ? Array("┌┐└┘") : Array("++++") }
  /// The heavy line in the place of each line of a box.
  var heavy: [Character: Character] {
    self == .half
      ? ["─": "━", "│": "┃", "┌": "┏", "┐": "┓", "└": "┗", "┘": "┛"]
      : ["-": "=", "|": "#", "+": "#"]
  }
  /// The left end, the line and the right end of an interval.
  var whisker: (left: Character, line: Character, right: Character) {
    self == .half ? ("├", "─", "┤") : ("|", "-", "|")
  }

  /// A small number to stand in a title: superscript where there is one.
  public func superscript(_ number: Int) -> String {
    guard self == .half else { return String(number) }
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return String(String(number).map { $0.wholeNumberValue.map { digits[$0] } ?? "⁻" })
  }
}
