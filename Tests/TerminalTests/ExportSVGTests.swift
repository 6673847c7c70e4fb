import Foundation
import Testing

@testable import Terminal

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct ExportSVGTests {
  @Test func `special characters are escaped`() {
    var canvas = Canvas(size: Size(columns: 8, rows: 1))
    canvas.write("<&>\"", x: 0, y: 0)
    let svg = canvas.svg(title: "a & <b>\u{1B}")
    #expect(svg.contains("&lt;&amp;&gt;&quot;"))
    #expect(svg.contains("<title>a\u{A0}&amp;\u{A0}&lt;b&gt;␛</title>"))
  }

  @Test func `half blocks are rectangles, backgrounds run together`() {
    var canvas = Canvas(size: Size(columns: 4, rows: 1))
    let style = Style(foreground: .rgb(255, 0, 0), background: .rgb(0, 0, 255))
    canvas.write("▀▄", x: 1, y: 0, style: style)
    let svg = canvas.svg(title: "t")
    #expect(svg.contains("<rect x=\"8\" y=\"0\" width=\"16\" height=\"16\" fill=\"#0000ff\"/>"))
    #expect(svg.contains("<rect x=\"8\" y=\"0\" width=\"8\" height=\"8\" fill=\"#ff0000\"/>"))
    #expect(svg.contains("<rect x=\"16\" y=\"8\" width=\"8\" height=\"8\" fill=\"#ff0000\"/>"))
    #expect(!svg.contains("<text"))
  }

  @Test func `eighths have their part of a cell`() {
    #expect(BlockShape("▏")?.width == 0.125 && BlockShape("▉")?.width == 0.875)
    #expect(BlockShape("▁")?.height == 0.125 && BlockShape("▁")?.y == 0.875)
    #expect(BlockShape("█") != nil && BlockShape("▒")?.strength == 0.5)
    #expect(BlockShape("a") == nil && BlockShape("─") == nil)
  }

  @Test func `box lines reach the edges where their neighbours begin`() {
    let corner = LineShape("┌")
    #expect(corner?.right == true && corner?.down == true)
    #expect(corner?.left == false && corner?.up == false)
    #expect(LineShape("├")?.up == true && LineShape("x") == nil)
    var canvas = Canvas(size: Size(columns: 2, rows: 1))
    canvas.write("─│", x: 0, y: 0)
    let svg = canvas.svg(title: "t", foreground: .rgb(1, 1, 1))
    #expect(svg.contains("<rect x=\"0\" y=\"7.5\" width=\"8\" height=\"1\" fill=\"#010101\"/>"))
    #expect(svg.contains("<rect x=\"11.5\" y=\"0\" width=\"1\" height=\"16\" fill=\"#010101\"/>"))
  }

  @Test func `any canvas is well-formed`() throws {
    for columns in stride(from: 0, through: 12, by: 3) {
      for rows in 0...2 {
        var canvas = Canvas(size: Size(columns: columns, rows: rows))
        canvas.write("<日▒é\u{1B}\u{FFFE}&", x: 0, y: 0, style: Style(dim: true, reverse: true))
        let parser = XMLParser(data: Data(canvas.svg(title: "\u{0}x").utf8))
        #expect(parser.parse(), "\(columns)x\(rows)")
      }
    }
  }
}
