import Testing

@testable import Terminal

struct RampTests {
  @Test(arguments: Ramp.builtIn.keys.sorted())
  func `ramps have few colours and take any number`(_ name: String) throws {
    let ramp = try #require(Ramp.builtIn[name])
    for depth in ColorDepth.allCases {
      let colors = (-200...200).map { ramp.color(Double($0) / 100, depth: depth) }
      #expect(Set(colors).count <= Ramp.levelLimit)
      #expect(ramp.color(.nan, depth: depth) == ramp.color(0, depth: depth))
    }
  }

  @Test(arguments: ["viridis", "cividis", "magma"])
  func `sequential ramps rise in lightness at every depth`(_ name: String) throws {
    let ramp = try #require(Ramp.builtIn[name])
    for depth in [ColorDepth.direct, .ansi256] {
      let rise = (0...100).map { lightness(ramp.color(Double($0) / 100, depth: depth)) }
      #expect(zip(rise, rise.dropFirst()).allSatisfy { $0 <= $1 + 0.01 })
    }
  }

  @Test func `ends of a ramp are its stops`() {
    #expect(Ramp.viridis.color(0) == .rgb(0x44, 0x01, 0x54))
    #expect(Ramp.viridis.color(1) == .rgb(0xFD, 0xE7, 0x25))
    #expect(Ramp.divergingDark.color(-1) == .rgb(0x8F, 0xC6, 0xFF))
    #expect(Ramp.divergingDark.color(0) == .rgb(0x16, 0x18, 0x1D))
    #expect(Ramp.divergingDark.color(-1, depth: .ansi256) == .palette(153))
    #expect(Ramp.divergingDark.color(1, depth: .ansi256) == .palette(222))
  }

  @Test func `sixteen colours tell the sign only`() {
    #expect(Ramp.divergingDark.color(-0.1, depth: .ansi16) == .palette(12))
    #expect(Ramp.divergingDark.color(0.9, depth: .ansi16) == .palette(3))
    #expect(!Ramp.divergingDark.hasLevels(at: .ansi16))
    #expect(!Ramp.glyphsOnly.hasLevels(at: .direct))
  }

  private func lightness(_ color: Color) -> Double {
    switch color {
    case .rgb(let r, let g, let b): CIELab(RGB(r, g, b)).lightness
    case .palette(let index): CIELab(XtermPalette.rgb(index)).lightness
    case .terminal: 0
    }
  }
}
