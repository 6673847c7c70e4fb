import Terminal
import Testing

struct SparklineTests {
  @Test func `values become heights`() {
    #expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], width: 8) == "▁▂▃▄▅▆▇█")
    #expect(sparkline([0, 0], width: 5) == "▁▁")
    #expect(sparkline([-1, 0, 1], width: 3) == "▁▅█")
    #expect(sparkline([0.5, 1], width: 2, range: 0.5...1, glyphs: .ascii) == "_@")
  }

  @Test func `the largest of a column survives`() {
    #expect(sparkline([0, 0, 0, 7, 0, 0, 0, 0], width: 4) == "▁█▁▁")
  }

  @Test func `bad numbers leave gaps and nothing traps`() {
    #expect(sparkline([1, .nan, 1], width: 3) == "█ █")
    #expect(sparkline([.nan], width: 3) == " ")
    #expect(sparkline([], width: 3) == "")
    for count in 0...12 {
      for columns in 0...30 {
        let line = sparkline((0..<count).map(Double.init), width: columns)
        #expect(line.count == min(count, columns))
      }
    }
  }
}
