import Tensors
import Testing

@testable import Probing

@Suite("Twins that were not kept")
struct TwinsTests {
  @Test("the nearest twin is the one that numpy's correlations name")
  func oracle() throws {
    let fixture = try StatisticsFixture.shared.get().neurons
    let x = Matrix(
      rows: fixture.x.count, columns: 6, values: fixture.x.flatMap { $0.map(Float.init) })
    for kept in [Set([0]), [0, 4], []] {
      for (neuron, twin) in nearestTwins(of: [0, 1, 2, 3, 4], in: x, kept: kept).enumerated() {
        let r = fixture.correlation[neuron]
        let candidates = (0..<5).filter { $0 != neuron && !kept.contains($0) }
        let best = try #require(candidates.max { abs(r[$0]) < abs(r[$1]) })
        #expect(twin?.column == best)
        #expect(abs((twin?.correlation ?? 0) - r[best]) < 1e-5)
      }
    }
  }

  @Test("a constant neuron has no twin and is none")
  func constants() {
    let x = Matrix(rows: 4, columns: 3, values: [1, 5, 2, 2, 5, 4, 3, 5, 6, 4, 5, 8])
    let twins = nearestTwins(of: [0, 1, 2], in: x, kept: [0])
    #expect(twins[0]?.column == 2 && abs((twins[0]?.correlation ?? 0) - 1) < 1e-6)
    #expect(twins[1] == nil && twins[2] == nil)
  }

  @Test("the closest neurons are all of numpy's correlations, by size")
  func closest() throws {
    let fixture = try StatisticsFixture.shared.get().neurons
    let x = Matrix(
      rows: fixture.x.count, columns: 6, values: fixture.x.flatMap { $0.map(Float.init) })
    for neuron in 0..<5 {
      let r = fixture.correlation[neuron]
      let order = (0..<5).filter { $0 != neuron }.sorted { abs(r[$0]) > abs(r[$1]) }
      let found = closestNeurons(to: neuron, in: x, count: 4)
      #expect(found.map(\.index) == order)
      #expect(found.allSatisfy { abs($0.correlation - r[$0.index]) < 1e-5 })
      #expect(closestNeurons(to: neuron, in: x, count: 2).map(\.index) == Array(order.prefix(2)))
    }
  }

  @Test("a layer wider than a block is searched whole")
  func wide() {
    var noise = Noise(seed: 91)
    var x = noise.matrix(rows: 50, columns: 700)
    for row in 0..<50 { x[row, 699] = -2 * x[row, 10] + 1 }
    let twins = nearestTwins(of: [10, 699], in: x, kept: [10])
    #expect(twins[0]?.column == 699 && abs((twins[0]?.correlation ?? 0) + 1) < 1e-5)
    #expect(twins[1]?.column != 10 && twins[1] != nil)
  }
}
