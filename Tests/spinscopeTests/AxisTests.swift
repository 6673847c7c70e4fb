import Testing

@testable import spinscope

@Suite("Axes")
struct AxisTests {
  @Test(
    "an even axis ends at round values around its own",
    arguments: [
      ([51.2, 79.4], 50.0...80.0, ["50", "60", "70", "80"]),
      ([0.61, 0.64], 0.61...0.64, ["0.61", "0.62", "0.63", "0.64"]),
      ([0, 3], 0...3, ["0", "1", "2", "3"]),
    ] as [([Double], ClosedRange<Double>, [String])])
  func even(values: [Double], domain: ClosedRange<Double>, labels: [String]) {
    let axis = Axis.even("", around: values, count: 5)
    #expect(abs(axis.domain.lowerBound - domain.lowerBound) < 1e-9)
    #expect(abs(axis.domain.upperBound - domain.upperBound) < 1e-9)
    #expect(axis.ticks.map(\.label) == labels)
    #expect(
      axis.fraction(axis.domain.lowerBound) == 0 && axis.fraction(axis.domain.upperBound) == 1)
  }

  @Test("no values, or one, still make an axis", arguments: [[], [7], [7, 7]] as [[Double]])
  func degenerate(values: [Double]) {
    let axis = Axis.even("", around: values)
    #expect(axis.domain.lowerBound < axis.domain.upperBound && axis.ticks.count >= 2)
    #expect(values.allSatisfy(axis.domain.contains))
    let ratio = Axis.logarithmic("", around: values)
    #expect(ratio.domain.lowerBound < ratio.domain.upperBound)
  }

  @Test("limits hold")
  func limits() {
    #expect(Axis.even("", around: [3, 99.9], limits: 0...100).domain == 0...100)
  }

  @Test("equal ratios are equal steps on a logarithmic axis")
  func logarithmic() {
    let axis = Axis.logarithmic("", around: [3, 1_200])
    let steps = [10.0, 100, 1000].map(axis.fraction)
    #expect(abs((steps[1] - steps[0]) - (steps[2] - steps[1])) < 1e-12)
    #expect(axis.ticks.map(\.label) == ["10", "100", "1,000"])
    #expect(axis.ticks.allSatisfy { axis.domain.contains($0.value) })
    #expect(
      Axis.logarithmic("", around: [8, 90]).ticks.map(\.label) == ["10", "20", "50", "100"])
  }
}
