import Terminal

/// A picture's styles as text that is short and can be read: a legend of letters, then a line a row
/// with how many cells in a row have which style, such as `2a14b64a`.
///
/// A row whose characters are not those of the picture without colour, as in a map, has them behind it.
struct StyleMap {
  private var letters: [Style: String] = [:]
  private var legend: [String] = []
  private var pictures: [String] = []

  /// All pictures below their legend.
  var text: String { (legend + pictures).joined(separator: "\n") + "\n" }

  /// Adds a picture in the colours that a terminal of some depth shows.
  mutating func add(_ canvas: Canvas, title: String, plain: Canvas) {
    pictures.append("== \(title)")
    let (rows, plainRows) = (canvas.lines, plain.lines)
    for y in 0..<canvas.size.rows {
      let own = rows[y] == plainRows[y] ? "" : " |\(rows[y])|"
      pictures.append(runs(canvas, y) + own)
    }
  }

  private mutating func runs(_ canvas: Canvas, _ y: Int) -> String {
    var runs: [(letter: String, count: Int)] = []
    for x in 0..<canvas.size.columns {
      let letter = letter(canvas[x, y].style)
      if runs.last?.letter == letter {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((letter, 1))
      }
    }
    return runs.map { "\($0.count)\($0.letter)" }.joined()
  }

  private mutating func letter(_ style: Style) -> String {
    if let known = letters[style] { return known }
    let letter = Self.name(letters.count)
    letters[style] = letter
    legend.append("\(letter) \(Self.words(style))")
    return letter
  }

  /// From `a` to `Z`, then `aa` and on.
  private static func name(_ number: Int) -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    let last = String(alphabet[number % alphabet.count])
    return number < alphabet.count ? last : name(number / alphabet.count - 1) + last
  }

  private static func words(_ style: Style) -> String {
    let attributes = [
      (style.bold, "bold"), (style.dim, "dim"), (style.italic, "italic"),
      (style.underline, "underline"), (style.reverse, "reverse"),
    ]
    return
      ([color(style.foreground), "on \(color(style.background))"]
      + attributes.filter(\.0).map(\.1)).joined(separator: " ")
  }

  private static func color(_ color: Color) -> String {
    switch color {
    case .terminal: "own"
    case .palette(let index): "\(index)"
    case .rgb(let r, let g, let b):
      "#"
        + [r, g, b].map { part in
          let digits = String(part, radix: 16)
          return digits.count < 2 ? "0" + digits : digits
        }.joined()
    }
  }
}
