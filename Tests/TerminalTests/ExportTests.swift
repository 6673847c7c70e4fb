import Terminal
import Testing

struct ExportTests {
  private func sample() -> Canvas {
    var canvas = Canvas(size: Size(columns: 6, rows: 2))
    canvas.write("a<b", x: 0, y: 0, style: Style(foreground: .rgb(1, 2, 3), bold: true))
    canvas.write("日", x: 0, y: 1, style: Style(background: .palette(9)))
    return canvas
  }

  @Test func `text has no trailing spaces`() {
    #expect(sample().text == "a<b\n日\n")
  }

  @Test func `ansi changes style only where it changes`() {
    #expect(
      sample().ansi(depth: .direct)
        == "\u{1B}[0;1;38;2;1;2;3ma<b\u{1B}[0m   \n\u{1B}[0;101m日\u{1B}[0m    \n")
    #expect(sample().ansi(depth: .mono) == "\u{1B}[0;1ma<b\u{1B}[0m   \n\u{1B}[0m日\u{1B}[0m    \n")
    #expect(Canvas(size: Size(columns: 0, rows: 1)).ansi(depth: .direct) == "\n")
  }
}
