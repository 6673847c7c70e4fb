import Terminal
import Testing

struct StyleTests {
  @Test func `a style laid over another keeps what it does not set`() {
    let base = Style(foreground: .rgb(1, 2, 3), background: .palette(4), dim: true)
    let over = Style(foreground: .palette(9), bold: true)
    #expect(
      base.adding(over)
        == Style(foreground: .palette(9), background: .palette(4), bold: true, dim: true))
    #expect(base.adding(Style()) == base)
  }
}
