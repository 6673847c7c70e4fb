import Terminal
import Testing

struct ColorDepthTests {
  @Test(arguments: [
    (["NO_COLOR": "1", "COLORTERM": "truecolor"], nil, ColorDepth.mono),
    (["NO_COLOR": "", "TERM": "xterm"], 8, .ansi16),
    (["COLORTERM": "truecolor", "TERM": "xterm"], 8, .direct),
    (["COLORTERM": "24bit"], nil, .direct),
    (["TERM": "xterm-256color"], nil, .ansi256),
    (["TERM": "xterm-256color"], 256, .ansi256),
    (["TERM": "xterm-direct"], 16_777_216, .direct),
    (["TERM": "vt100"], nil, .mono),
    (["TERM": "dumb", "COLORTERM": "truecolor"], 256, .mono),
    ([:], nil, .mono),
    (["TERM": "linux"], 8, .ansi16),
    (["FORCE_COLOR": "2", "TERM": "dumb"], nil, .ansi256),
    (["FORCE_COLOR": "0", "COLORTERM": "truecolor"], nil, .mono),
    (["FORCE_COLOR": "3", "NO_COLOR": "1"], nil, .mono),
    (["FORCE_COLOR": "true", "TERM": "xterm-256color"], nil, .ansi256),
    (["CLICOLOR": "0", "TERM": "xterm-256color"], nil, .mono),
    (["CLICOLOR_FORCE": "1", "CLICOLOR": "0", "TERM": "vt100"], nil, .ansi16),
    (["CLICOLOR_FORCE": "0", "TERM": "vt100"], nil, .mono),
  ])
  func `the environment tells the depth`(
    _ environment: [String: String], _ colors: Int?, _ expected: ColorDepth
  ) {
    #expect(ColorDepth.detect(environment: environment, terminfoColors: colors) == expected)
  }

  @Test func `colours go to the nearest that is there`() {
    #expect(ColorDepth.ansi256.converted(.rgb(255, 0, 0)) == .palette(196))
    #expect(ColorDepth.ansi256.converted(.rgb(128, 128, 128)) == .palette(244))
    #expect(ColorDepth.ansi256.converted(.rgb(0x5F, 0x87, 0xAF)) == .palette(67))
    #expect(ColorDepth.ansi256.converted(.palette(3)) == .palette(3))
    #expect(ColorDepth.ansi16.converted(.rgb(250, 5, 5)) == .palette(9))
    #expect(ColorDepth.ansi16.converted(.palette(231)) == .palette(15))
    #expect(ColorDepth.mono.converted(.rgb(1, 2, 3)) == .terminal)
    #expect(ColorDepth.direct.converted(.rgb(1, 2, 3)) == .rgb(1, 2, 3))
    for depth in ColorDepth.allCases { #expect(depth.converted(.terminal) == .terminal) }
  }
}
