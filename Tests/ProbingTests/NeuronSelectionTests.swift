import Foundation
import Testing

@testable import Probing

@Suite("What a head may read, and what is kept of it")
struct NeuronSelectionTests {
  @Test("layers come in the order in which they are computed, and a smaller depth reads the first")
  func layers() {
    let stacks = Stacks(blocks: 3)
    #expect(names(.hidden, 2, of: stacks) == "H0 H1 H2")
    #expect(names(.activation, 1, of: stacks) == "A0 A1")
    #expect(names(.both, 2, of: stacks) == "H0 A0 H1 A1 H2")
    for source in HeadSource.allCases {
      #expect(source.depths(of: stacks) == (source == .activation ? 3 : 4))
      checkDepths(source, stacks)
      for depth in 0..<source.depths(of: stacks) {
        let blocks = source == .activation ? depth + 1 : depth
        #expect(source.blocksNeeded(depth: depth, of: stacks) == blocks)
      }
    }
  }

  @Test("a decoder's layers come after the encoder's")
  func decoder() {
    let stacks = Stacks(blocks: 2, decoderBlocks: 1)
    #expect(names(.hidden, 4, of: stacks) == "H0 H1 H2 DH0 DH1")
    #expect(names(.activation, 2, of: stacks) == "A0 A1 DA0")
    #expect(names(.both, 4, of: stacks) == "H0 A0 H1 A1 H2 DH0 DA0 DH1")
    #expect(HeadSource.allCases.map { $0.depths(of: stacks) } == [5, 3, 5])
    for source in HeadSource.allCases { checkDepths(source, stacks) }
    let blocks = (0..<5).map { HeadSource.both.blocksNeeded(depth: $0, of: stacks) }
    #expect(blocks == [0, 1, 2, 3, 3])
    #expect(HeadSource.both.range(to: 2, of: stacks) == "H0–2")
    #expect(HeadSource.both.range(to: 4, of: stacks) == "H0–DH1")
    #expect(HeadSource.activation.range(to: 2, of: stacks) == "A0–DA0")
  }

  private func names(_ source: HeadSource, _ depth: Int, of stacks: Stacks) -> String {
    source.layers(depth: depth, of: stacks).map(\.description).joined(separator: " ")
  }

  private func checkDepths(_ source: HeadSource, _ stacks: Stacks) {
    let deepest = source.layers(depth: source.depths(of: stacks) - 1, of: stacks)
    for depth in 0..<source.depths(of: stacks) {
      let layers = source.layers(depth: depth, of: stacks)
      #expect(deepest.starts(with: layers))
      #expect(layers.last == source.lastLayer(depth: depth, of: stacks))
      #expect(
        layers.allSatisfy {
          stacks.blocksNeeded($0) <= source.blocksNeeded(depth: depth, of: stacks)
        })
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
    #expect(settings.depths == .all && settings.representations == Representation.allCases)
    #expect(settings.isPossible)
  }
}
