import Terminal
import Testing

struct BarChartTests {
  @Test func `bars grow in eighths`() {
    #expect(horizontalBar(fraction: 0, width: 4) == "    ")
    #expect(horizontalBar(fraction: 1, width: 4) == "████")
    #expect(horizontalBar(fraction: 0.5, width: 3) == "█▌ ")
    #expect(horizontalBar(fraction: 1.0 / 32, width: 4) == "▏   ")
    #expect(horizontalBar(fraction: 0.5, width: 4, glyphs: .ascii) == "##  ")
  }

  @Test func `signed bars keep to their side`() {
    #expect(signedBar(value: 1, limit: 1, halfWidth: 3) == "   │███")
    #expect(signedBar(value: -1, limit: 1, halfWidth: 3) == "███│   ")
    #expect(signedBar(value: -0.5, limit: 1, halfWidth: 3) == " ▐█│   ")
    #expect(signedBar(value: 0, limit: 1, halfWidth: 2) == "  │  ")
    #expect(signedBar(value: -9, limit: 1, halfWidth: 2, glyphs: .ascii) == "--|  ")
    #expect(signedBar(value: 9, limit: 1, halfWidth: 2, glyphs: .ascii) == "  |++")
  }

  @Test func `an interval stands behind its bar`() {
    #expect(
      accuracyBar(value: 0.7, low: 0.65, high: 0.85, range: 0.5...1, width: 20)
        == "████████├────┤      ")
    #expect(
      accuracyBar(value: 0.6, low: 0.55, high: 0.65, range: 0.5...1, width: 10, glyphs: .ascii)
        == "##|       ")
    #expect(accuracyBar(value: 2, low: 1, high: 3, range: 0...1, width: 4) == "████")
  }

  @Test func `the lower end of an interval is dim`() {
    var canvas = Canvas(size: Size(columns: 20, rows: 1))
    canvas.accuracyBar(
      value: 0.7, low: 0.6, high: 0.8, range: 0.5...1, in: canvas.rect, theme: .builtIn)
    #expect(!canvas[3, 0].style.dim && canvas[4, 0].style.dim && canvas[7, 0].style.dim)
  }

  @Test func `bars have exactly their width for any value`() {
    let values = [-1, 0, 0.03, 0.5, 0.99, 1, 7, .nan, .infinity, -.infinity]
    for glyphs in GlyphSet.allCases {
      for columns in 0...30 {
        for value in values {
          #expect(horizontalBar(fraction: value, width: columns, glyphs: glyphs).count == columns)
          #expect(
            signedBar(value: value, limit: 1, halfWidth: columns, glyphs: glyphs).count
              == 2 * columns + 1)
          let bar = accuracyBar(
            value: value, low: value - 0.1, high: value + 0.1, range: 0...1, width: columns,
            glyphs: glyphs)
          #expect(bar.count == columns)
        }
      }
    }
  }
}
