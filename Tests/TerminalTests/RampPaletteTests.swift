import Testing

@testable import Terminal

struct RampPaletteTests {
  private let magma = Ramp.magma.colors(at: .direct)

  private func lightness(_ indices: [UInt8]) -> [Double] {
    indices.map { CIELab(XtermPalette.rgb($0)).lightness }
  }

  @Test func `a scale keeps its order and its ends`() {
    for levels in [magma, magma.reversed(), Ramp.viridis.colors(at: .direct)] {
      let indices = RampPalette.indices(levels, diverging: false)
      #expect(indices.count == 12)
      #expect(indices.allSatisfy { $0 >= 16 })
      let shown = lightness(indices)
      let rises = levels == magma.reversed() ? shown.reversed() : shown
      #expect(zip(rises, rises.dropFirst()).allSatisfy { $0 + 2 <= $1 })
    }
  }

  @Test func `a signed scale has a centre and two sides of one length`() {
    let indices = RampPalette.indices(
      Ramp.divergingDark.colors(at: .direct), diverging: true)
    #expect(indices.count % 2 == 1)
    let shown = lightness(indices)
    let half = shown.count / 2
    #expect(shown[half...].elementsEqual(shown[half...].sorted()))
    #expect(shown[...half].reversed().elementsEqual(shown[...half].sorted()))
  }

  @Test func `a scale of one lightness rises all the same, and none stays none`() {
    let grey = RGB(128, 128, 128)
    let shown = lightness(RampPalette.indices([grey, grey], diverging: false))
    #expect(shown.count == 2 && shown[0] + 2 <= shown[1])
    #expect(RampPalette.indices([], diverging: true) == [])
  }
}
