import Terminal
import Testing

struct CanvasTests {
  @Test func `text is clipped at the edges`() {
    var canvas = Canvas(size: Size(columns: 4, rows: 2))
    #expect(canvas.write("neuron", x: 1, y: 0) == 3)
    #expect(canvas.write("neuron", x: 0, y: 2) == 0)
    #expect(canvas.write("neuron", x: 9, y: 0) == 0)
    #expect(canvas.write("neuron", x: 0, y: -1) == 0)
    canvas.write("neuron", x: -4, y: 1)
    #expect(canvas.lines == [" neu", "on  "])
  }

  @Test func `maxWidth limits a text`() {
    var canvas = Canvas(size: Size(columns: 6, rows: 1))
    #expect(canvas.write("abcdef", x: 1, y: 0, maxWidth: 3) == 3)
    #expect(canvas.write("x", x: 0, y: 0, maxWidth: 0) == 0)
    #expect(canvas.write("x", x: 0, y: 0, maxWidth: -1) == 0)
    #expect(canvas.lines == [" abc  "])
  }

  @Test func `a wide character is whole or absent`() {
    var canvas = Canvas(size: Size(columns: 5, rows: 1))
    #expect(canvas.write("日本語", x: 0, y: 0) == 4)
    #expect(canvas.lines == ["日本 "])
    #expect(canvas[0, 0].width == 2 && canvas[1, 0].width == 0)
    canvas.write("x", x: 1, y: 0)
    #expect(canvas.lines == [" x本 "])
    canvas.write("日", x: 3, y: 0)
    #expect(canvas.lines == [" x 日"])
    canvas.fill(Rect(x: 4, y: 0, width: 1, height: 1), with: "#")
    #expect(canvas.lines == [" x  #"])
  }

  @Test func `control characters never reach a cell`() {
    var canvas = Canvas(size: Size(columns: 12, rows: 1))
    canvas.write("a\u{1B}[2J\u{202E}", x: 0, y: 0)
    #expect(canvas.lines == ["a␛[2J⟨U+202E"])
    canvas.fill(canvas.rect, with: "\u{1B}")
    #expect(canvas[0, 0].text == "␛")
  }

  @Test func `restyle leaves the text`() {
    var canvas = Canvas(size: Size(columns: 3, rows: 1))
    canvas.write("abc", x: 0, y: 0)
    canvas.restyle(Rect(x: 1, y: 0, width: 9, height: 9)) { $0.reverse = true }
    #expect(canvas.lines == ["abc"])
    #expect(!canvas[0, 0].style.reverse && canvas[2, 0].style.reverse)
  }

  @Test func `one canvas is drawn into another`() {
    var inner = Canvas(size: Size(columns: 4, rows: 1))
    inner.write("a日b", x: 0, y: 0)
    var canvas = Canvas(size: Size(columns: 3, rows: 1))
    canvas.draw(inner, x: 1, y: 0)
    #expect(canvas.lines == [" a "])
    canvas.draw(inner, x: -1, y: 0)
    #expect(canvas.lines == ["日b"])
  }

  @Test func `every size and place is safe`() {
    for columns in 0...6 {
      for rows in 0...3 {
        var canvas = Canvas(size: Size(columns: columns, rows: rows))
        for x in -3...8 {
          for y in -2...4 {
            canvas.write("日a本", x: x, y: y)
            canvas.fill(Rect(x: x, y: y, width: 3, height: 2), with: "#")
          }
        }
        #expect(canvas.lines.allSatisfy { width($0) == columns })
      }
    }
  }
}
