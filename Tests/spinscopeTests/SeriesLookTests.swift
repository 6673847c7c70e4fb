import Testing

@testable import spinscope

@Suite("Looks of figures")
struct SeriesLookTests {
  /// Relative luminance of sRGB, from 0 to 1.
  ///
  /// Source: WCAG 2.2.
  private func luminance(_ ink: Ink) -> Double {
    func linear(_ component: Int) -> Double {
      let c = Double(component) / 255
      return c <= 0.04045
        ? c / 12.92
        : ((c + 0.055) / 1.055).squareRoot() * ((c + 0.055) / 1.055) * ((c + 0.055) / 1.055)
    }
    return 0.2126 * linear(ink.red) + 0.7152 * linear(ink.green) + 0.0722 * linear(ink.blue)
  }

  @Test("no two series share a marker or a dash, and all can be read on white")
  func series() {
    #expect(Set(SeriesLook.series.compactMap(\.marker)).count == SeriesLook.series.count)
    #expect(Set(SeriesLook.series.map(\.dash)).count == SeriesLook.series.count)
    for look in SeriesLook.series { #expect(1.05 / (luminance(look.color) + 0.05) >= 3) }
  }

  @Test("the ramp darkens all the way")
  func ramp() {
    let values = (0...20).map { luminance(.ramp(Double($0) / 20)) }
    for (a, b) in zip(values, values.dropFirst()) { #expect(a > b) }
  }
}
