import Testing

@testable import Terminal

struct ColorVisionTests {
  @Test(arguments: ColorVision.allCases)
  func `greys look the same to every reader`(_ vision: ColorVision) {
    for grey: UInt8 in [0, 40, 128, 255] {
      let seen = vision.seen(RGB(grey, grey, grey))
      for component in [seen.red, seen.green, seen.blue] {
        #expect(abs(Int(component) - Int(grey)) <= 1)
      }
    }
  }

  @Test func `red and green of one lightness are hard to tell apart without the green receptor`() {
    let (red, green) = (RGB(hex: 0xD05040), RGB(hex: 0x6E8B1E))
    func distance(_ vision: ColorVision) -> Double {
      OKLab(vision.seen(red)).distance(to: OKLab(vision.seen(green)))
    }
    #expect(distance(.normal) > 0.2)
    #expect(distance(.deuteranopia) < 0.06)
    #expect(distance(.tritanopia) > 0.15)
  }
}
