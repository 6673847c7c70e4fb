import Foundation

extension Canvas {
  /// Replaces every character that `glyphs` does not have by one that it has, cell for cell.
  ///
  /// Views write what reads best; this is the one place that makes a screen ASCII.
  public mutating func restrict(to glyphs: GlyphSet) {
    guard glyphs == .ascii else { return }
    for y in 0..<size.rows {
      for x in 0..<size.columns {
        let cell = self[x, y]
        guard cell.width > 0, !cell.text.isASCII else { continue }
        let stand = String(asciiStandIn(for: cell.text))
        write(String(repeating: stand, count: Int(cell.width)), x: x, y: y, style: cell.style)
      }
    }
  }

  /// Replaces every colour that `depth` does not have by the nearest that it has, as a terminal of
  /// that depth shows it.
  public mutating func restrict(to depth: ColorDepth) {
    restyle(rect) { style in
      style.foreground = depth.converted(style.foreground)
      style.background = depth.converted(style.background)
    }
  }
}

/// The ASCII character that looks or reads most like another; a question mark if none does.
private func asciiStandIn(for character: Character) -> Character {
  if let known = standIns[character] { return known }
  // The letter below an accent.
  let plain = String(character).decomposedStringWithCanonicalMapping.unicodeScalars.first
  guard let plain, (0x21...0x7E).contains(plain.value) else { return "?" }
  return Character(plain)
}

private let standIns: [Character: Character] = {
  let table: [(Character, String)] = [
    ("-", "−–—‐─━╌┄┈⁻₋"), ("|", "│┃║·┤├▏╎"), (":", "┊┆╏░"), ("+", "┌┐└┘┼┬┴╭╮╰╯▒"),
    ("<", "‹«←◀◂◁⟨⟦≤"), (">", "›»→▶▸▷⟩⟧≥➤"), ("^", "↑▲△⇧"), ("$", "◆"), ("v", "↓▼▽"), ("\\", "⏎↵"),
    (".", "…◦"), ("~", "±≈∼"), ("x", "×✗✘✕"), ("=", "≡"), ("%", "▤"), ("\"", "“”„▀"),
    ("'", "‘’‚′"), ("*", "•●★✓✔▓"), ("o", "○◇☆"), ("#", "█▮■▉▊▋▌▇"), ("_", "▁▯□▄"),
    ("e", "ηε"), ("s", "σΣ"), ("D", "Δδ"), ("l", "λ"), ("u", "μ"), ("8", "∞"), (" ", "\u{A0}"),
    ("0", "⁰₀"), ("1", "¹₁"), ("2", "²₂"), ("3", "³₃"), ("4", "⁴₄"), ("5", "⁵₅"), ("6", "⁶₆"),
    ("7", "⁷₇"), ("8", "⁸₈"), ("9", "⁹₉"),
  ]
  return Dictionary(
    table.flatMap { stand, characters in characters.map { ($0, stand) } }, uniquingKeysWith: { $1 })
}()
