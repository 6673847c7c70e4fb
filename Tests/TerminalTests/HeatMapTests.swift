import Terminal
import Testing

struct HeatMapTests {
  @Test func `pooling keeps the largest magnitude with sign and place`() {
    let pooled = maxPool([0.1, -0.9, 0.3, 0.2, 0.8, -0.1], bins: 2)
    #expect(pooled.map(\.value) == [-0.9, 0.8])
    #expect(pooled.map(\.index) == [1, 4])
    #expect(maxPool([1, 2], bins: 9).map(\.index) == [0, 1])
    #expect(maxPool([], bins: 3).isEmpty)
    #expect(maxPool([.nan, 0.5], bins: 1)[0].value == 0.5)
  }

  @Test func `pooling covers every value once`() {
    for count in 0...20 {
      for bins in 1...24 {
        let values = (0..<count).map { Float($0) }
        let pooled = maxPool(values, bins: bins)
        #expect(pooled.count == min(count, bins))
        if count > 0 { #expect(pooled.last?.index == count - 1) }
      }
    }
  }

  @Test func `two rows share a row of half blocks`() {
    let theme = Theme.builtIn
    let map = HeatMap(values: [[1, 0], [-1, 0], [1, 1]], ramp: theme.ramp("signed"))
    var canvas = Canvas(size: Size(columns: 2, rows: 2))
    map.draw(into: &canvas, area: canvas.rect, theme: theme)
    #expect(map.height(theme: theme) == 2)
    #expect(canvas.lines == ["▀▀", "▀▀"])
    let ramp = theme.ramp("signed")
    #expect(canvas[0, 0].style == Style(foreground: ramp.color(1), background: ramp.color(-1)))
    #expect(canvas[0, 1].style.background == .terminal)
  }

  @Test func `without colours the glyph tells sign and magnitude`() {
    var theme = Theme.builtIn
    theme.depth = .mono
    let map = HeatMap(values: [[1, 0.5, 0, -0.5, -1]], ramp: theme.ramp("signed"))
    var canvas = Canvas(size: Size(columns: 5, rows: 1))
    map.draw(into: &canvas, area: canvas.rect, theme: theme)
    #expect(canvas.lines == ["█▒ =▤"])
    theme.glyphs = .ascii
    map.draw(into: &canvas, area: canvas.rect, theme: theme)
    #expect(canvas.lines == ["#+ -%"])
  }

  @Test func `the cursor stands out and leaves its neighbour`() {
    let theme = Theme.builtIn
    let values: [[Float]] = [[0, 1, 0, 0], [0, 0.5, 0, 0]]
    var map = HeatMap(values: values, ramp: theme.ramp("salience"), cursor: (1, 1))
    var canvas = Canvas(size: Size(columns: 4, rows: 1))
    map.draw(into: &canvas, area: canvas.rect, theme: theme)
    #expect(canvas.lines == ["[▄]▀"])
    #expect(canvas[1, 0].style.background == theme.ramp("salience").color(1))
    map.cursor = (7, 7)
    map.draw(into: &canvas, area: canvas.rect, theme: theme)
    #expect(canvas.lines == ["▀▀▀▀"])
  }

  @Test func `the legend names both ends`() {
    let theme = Theme.builtIn
    let map = HeatMap(values: [[0.8]], ramp: theme.ramp("signed"))
    var canvas = Canvas(size: Size(columns: 24, rows: 1))
    #expect(map.drawLegend(into: &canvas, x: 0, y: 0, maxWidth: 24, theme: theme) == 21)
    #expect(canvas.lines == ["−0.80 █████████ +0.80   "])
  }

  @Test func `every size is safe and stays inside`() {
    for depth in ColorDepth.allCases {
      var theme = Theme.builtIn
      theme.depth = depth
      for columns in stride(from: 0, through: 30, by: 3) {
        for rows in 0...12 {
          let values = (0..<7).map { row in (0..<row * 3).map { Float($0) - 4 } } + [[.nan]]
          let map = HeatMap(values: values, ramp: theme.ramp("signed"), cursor: (3, 2))
          var canvas = Canvas(size: Size(columns: columns + 2, rows: rows + 2))
          let area = Rect(x: 1, y: 1, width: columns, height: rows)
          map.draw(into: &canvas, area: area, theme: theme)
          for y in 0..<canvas.size.rows {
            for x in 0..<canvas.size.columns where !area.contains(x: x, y: y) {
              #expect(canvas[x, y] == Cell())
            }
          }
        }
      }
    }
  }
}
