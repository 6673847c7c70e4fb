import Terminal
import Testing

struct MeterTests {
  @Test func `the ends are for certainty`() {
    #expect(meter(fraction: 0, width: 5) == "▯▯▯▯▯")
    #expect(meter(fraction: 0.01, width: 5) == "▮▯▯▯▯")
    #expect(meter(fraction: 0.6, width: 5) == "▮▮▮▯▯")
    #expect(meter(fraction: 0.99, width: 5) == "▮▮▮▮▯")
    #expect(meter(fraction: 1, width: 5) == "▮▮▮▮▮")
    #expect(meter(fraction: .nan, width: 3, glyphs: .ascii) == "...")
    for columns in -1...30 {
      #expect(meter(fraction: 0.4, width: columns).count == max(0, columns))
    }
  }

  @Test func `a slider shows its place, and a click finds it again`() {
    var canvas = Canvas(size: Size(columns: 11, rows: 1))
    canvas.slider(fraction: 0.5, in: canvas.rect, theme: .builtIn)
    #expect(canvas.lines == ["◁━━━━●────▷"])
    #expect(Canvas.sliderFraction(x: 5, in: canvas.rect) == 0.5)
    #expect(Canvas.sliderFraction(x: 0, in: canvas.rect) == 0)
    #expect(Canvas.sliderFraction(x: 99, in: canvas.rect) == 1)
    for columns in 0...30 {
      for fraction in [-1, 0, 0.3, 1, 2, .nan] {
        var canvas = Canvas(size: Size(columns: columns + 1, rows: 1))
        let rect = Rect(x: 0, y: 0, width: columns, height: 1)
        canvas.slider(fraction: fraction, in: rect, theme: .builtIn)
        #expect(canvas[columns, 0] == Cell())
      }
    }
  }
}
