import Terminal
import Testing

struct BoxTests {
  private func draw(
    _ columns: Int, _ rows: Int, trailing: String? = nil, subtitle: String? = nil,
    glyphs: GlyphSet = .half
  ) -> [String] {
    var canvas = Canvas(size: Size(columns: columns, rows: rows))
    canvas.box(
      canvas.rect, title: "Layers", number: 1, subtitle: subtitle, trailing: trailing,
      theme: .builtIn, glyphs: glyphs)
    return canvas.lines
  }

  @Test func `title, subtitle and trailing text stand on the border`() {
    #expect(
      draw(40, 3, trailing: "31/3072", subtitle: "validation") == [
        "┌¹ Layers ── validation ────── 31/3072 ┐",
        "│                                      │",
        "└──────────────────────────────────────┘",
      ])
  }

  @Test func `what does not fit is left out`() {
    #expect(draw(24, 2, trailing: "31/3072", subtitle: "val")[0] == "┌¹ Layers ── val ──────┐")
    #expect(draw(21, 2, trailing: "31/3072")[0] == "┌¹ Layers ─ 31/3072 ┐")
    #expect(draw(20, 2, trailing: "31/3072")[0] == "┌¹ Layers ─────────┐")
    #expect(draw(8, 2)[0] == "┌¹ La… ┐")
    #expect(draw(4, 2)[0] == "┌¹─┐")
  }

  @Test func `ascii has no other characters`() {
    #expect(
      draw(16, 3, subtitle: "x", glyphs: .ascii) == [
        "+1 Layers -- x +", "|              |", "+--------------+",
      ])
  }

  @Test func `every size is safe and stays inside`() {
    for columns in 0...30 {
      for rows in 0...12 {
        var canvas = Canvas(size: Size(columns: columns + 2, rows: rows + 2))
        let area = Rect(x: 1, y: 1, width: columns, height: rows)
        let inner = canvas.box(
          area, title: "日本 layers", number: 12, subtitle: "sub", trailing: "9/9", theme: .builtIn,
          focused: true)
        #expect(inner.width <= max(0, columns - 2) && inner.height <= max(0, rows - 2))
        for y in 0..<canvas.size.rows {
          for x in 0..<canvas.size.columns where !area.contains(x: x, y: y) {
            #expect(canvas[x, y] == Cell())
          }
        }
      }
    }
  }
}
