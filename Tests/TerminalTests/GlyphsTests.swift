import Terminal
import Testing

struct GlyphsTests {
  @Test func `only a locale that names another encoding asks for ascii`() {
    #expect(GlyphSet.detect(environment: [:]) == .half)
    #expect(GlyphSet.detect(environment: ["LANG": "en_US.UTF-8"]) == .half)
    #expect(GlyphSet.detect(environment: ["LANG": "C.utf8", "LC_ALL": ""]) == .half)
    #expect(GlyphSet.detect(environment: ["LC_ALL": "C", "LANG": "C.UTF-8"]) == .ascii)
  }

  @Test func `no shade stands for both signs, and all are one column wide`() {
    for glyphs in GlyphSet.allCases {
      let all = glyphs.positiveShades + glyphs.negativeShades
      #expect(Set(all).count == all.count && !all.contains(" "))
      #expect(all.allSatisfy { width(String($0)) == 1 })
    }
  }

  @Test func `numbers in titles are small where they can be`() {
    #expect(GlyphSet.half.superscript(10) == "¹⁰")
    #expect(GlyphSet.half.superscript(-2) == "⁻²")
    #expect(GlyphSet.ascii.superscript(10) == "10")
  }
}
