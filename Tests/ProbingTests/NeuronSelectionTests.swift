import Foundation
import Testing

@testable import Probing

@Suite("What a head may read, and what is kept of it")
struct NeuronSelectionTests {
  @Test("layers come in the order in which they are computed, and a smaller depth reads the first")
  func layers() {
    #expect(HeadSource.hidden.layers(depth: 2).map(\.description) == ["H0", "H1", "H2"])
    #expect(HeadSource.activation.layers(depth: 1).map(\.description) == ["A0", "A1"])
    #expect(
      HeadSource.both.layers(depth: 2).map(\.description) == ["H0", "A0", "H1", "A1", "H2"])
    for source in HeadSource.allCases {
      #expect(source.depths(blocks: 3) == (source == .activation ? 3 : 4))
      let deepest = source.layers(depth: source.depths(blocks: 3) - 1)
      for depth in 0..<source.depths(blocks: 3) {
        #expect(deepest.starts(with: source.layers(depth: depth)))
        #expect(source.layers(depth: depth).last == source.lastLayer(depth: depth))
        #expect(source.blocksNeeded(depth: depth) == (source == .activation ? depth + 1 : depth))
      }
    }
  }

  @Test("selections are written and read back", arguments: [NeuronSelection.eta(0.25), .top(50)])
  func coding(selection: NeuronSelection) throws {
    let bytes = try JSONEncoder().encode([selection])
    #expect(try JSONDecoder().decode([NeuronSelection].self, from: bytes) == [selection])
  }

  @Test("the paper's grid is the authors'")
  func paper() {
    let settings = FitSettings.paper
    #expect(settings.etas.count == 10 && settings.etas.first == 0.001 && settings.etas.last == 0.8)
    #expect(settings.cGrid == .values([0.1, 0.2, 1, 10, 100]))
    #expect(settings.classifier.scaling == .none && settings.saliency == .squared)
    #expect(settings.depths == .all && settings.representations == [.hidden, .activation])
    #expect(settings.isPossible)
  }
}
