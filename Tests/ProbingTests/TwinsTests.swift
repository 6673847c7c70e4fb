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

  @Test("neurons that rise and fall together, or against each other, are one cluster")
  func clustering() {
    // Columns 0, 1 and 3 are one line (3 upside down), 2 goes its own way, 4 is constant.
    let x = Matrix(
      rows: 4, columns: 5,
      values: [1, 2, 5, -1, 7, 2, 4, 1, -2, 7, 3, 6, 1, -3, 7, 4, 8, 5, -4, 7])
    #expect(clusters(of: [2, 3, 0, 4, 1], in: x) == [[2], [3, 0, 1], [4]])
    #expect(clusters(of: [0, 1], in: x, least: 1.1) == [[0], [1]])
  }
}
