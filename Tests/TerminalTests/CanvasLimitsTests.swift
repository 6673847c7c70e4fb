import Testing

@testable import Terminal

struct CanvasLimitsTests {
  @Test func `in ASCII every character has a stand-in of its width`() {
    var canvas = Canvas(size: Size(columns: 40, rows: 2))
    canvas.write("┌─ η 0.60 · −0.5 ‹naïve› … ▸⏎ 日 e\u{301} ²─┐", x: 0, y: 0)
    canvas.write("█▌░ ±2 ⟨U+202E⟩ ␛ 🙂", x: 0, y: 1)
    var ascii = canvas
    ascii.restrict(to: .ascii)
    #expect(ascii.lines[0].hasPrefix("+- e 0.60 | -0.5 <naive> . >\\ ?? e 2-+"))
    #expect(ascii.lines[1].hasPrefix("##: ~2 <U+202E> ? ??"))
    canvas.restrict(to: .half)
    #expect(canvas.lines[0].hasPrefix("┌─ η"))
  }

  @Test func `no stand-in is itself outside ASCII, and none has two`() {
    for scalar in (0xA0...0x2FFF).compactMap(Unicode.Scalar.init) {
      var canvas = Canvas(size: Size(columns: 2, rows: 1))
      canvas.write(String(Character(scalar)), x: 0, y: 0)
      canvas.restrict(to: .ascii)
      #expect(canvas.lines[0].allSatisfy(\.isASCII) && canvas.lines[0].count == 2, "\(scalar)")
    }
  }

  @Test func `colours become those that a terminal has`() {
    var canvas = Canvas(size: Size(columns: 1, rows: 1))
    canvas.write("x", x: 0, y: 0, style: Style(foreground: .rgb(255, 0, 0), bold: true))
    canvas.restrict(to: .ansi256)
    #expect(canvas[0, 0].style == Style(foreground: .palette(196), bold: true))
    canvas.restrict(to: .mono)
    #expect(canvas[0, 0].style == Style(bold: true))
  }
}
