import Testing

@testable import Terminal

struct ColorSpaceTests {
  @Test func `OKLab goes there and back`() {
    for red in stride(from: 0, through: 255, by: 51) {
      for green in stride(from: 0, through: 255, by: 51) {
        for blue in stride(from: 0, through: 255, by: 51) {
          let rgb = RGB(UInt8(red), UInt8(green), UInt8(blue))
          #expect(OKLab(rgb).rgb == rgb)
        }
      }
    }
  }

  @Test func `lightness runs from 0 to 100`() {
    #expect(abs(CIELab(RGB(0, 0, 0)).lightness) < 0.01)
    #expect(abs(CIELab(RGB(255, 255, 255)).lightness - 100) < 0.01)
    #expect(abs(CIELab(RGB(hex: 0x777777)).lightness - 50.03) < 0.1)
  }

  @Test func `contrast is that of WCAG`() {
    let (black, white, grey) = (RGB(0, 0, 0), RGB(255, 255, 255), RGB(hex: 0x767676))
    #expect(abs(black.contrast(with: white) - 21) < 1e-9)
    #expect(white.contrast(with: white) == 1)
    // The lightest grey that may stand for text on white.
    #expect(abs(grey.contrast(with: white) - 4.54) < 0.005)
    #expect(RGB(hex: 0x0A0B0C).notation == "#0a0b0c")
  }
}
