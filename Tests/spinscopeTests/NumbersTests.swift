import Testing

@testable import spinscope

@Suite("Numbers read as people write them")
struct NumbersTests {
  @Test("thousands are grouped")
  func groups() {
    #expect(grouped(0) == "0")
    #expect(grouped(999) == "999")
    #expect(grouped(1000) == "1,000")
    #expect(grouped(1_234_567) == "1,234,567")
    #expect(grouped(-1234) == "−1,234")
  }

  @Test("a sign is always written")
  func signs() {
    #expect(signed(0.444) == "+0.44")
    #expect(signed(-0.5, 1) == "−0.5")
  }
}
