import Testing

@testable import Probing

@Suite("Neuron addresses")
struct NeuronAddressTests {
  @Test(
    "are read back as they are written",
    arguments: ["A7.1203", "H3.88", "A0.0", "H12.767", "DA7.1203", "DH3.88"])
  func roundTrip(text: String) throws {
    #expect(try #require(NeuronAddress(text)).description == text)
  }

  @Test("name representation, layer and neuron, in either case")
  func parts() {
    #expect(NeuronAddress("A7.1203") == NeuronAddress(.activation, layer: 7, index: 1203))
    #expect(NeuronAddress("h3.88") == NeuronAddress(.hidden, layer: 3, index: 88))
    #expect(NeuronAddress("dh3.88") == NeuronAddress(.decoderHidden, layer: 3, index: 88))
    #expect(NeuronAddress("DA0.1") == NeuronAddress(.decoderActivation, layer: 0, index: 1))
  }

  @Test(
    "are refused in any other form",
    arguments: [
      "", "A", "7.3", "A7", "A7.", "A.3", "A7.3.1", "A7,3", "B7.3", "D7.3", "AD7.3", "DDA7.3",
      "HA7.3", "A-1.3", "A1.-3",
      "A-0.3", "A+7.3", "A7.+3", "A 7.3", "A7.3 ", "A7.٣", "A7.0x3", "A7.1e3",
      "A99999999999999999999.1",
    ])
  func refused(text: String) { #expect(NeuronAddress(text) == nil) }

  @Test("layers are counted with the embedding output for hidden states")
  func layers() {
    func layers(_ stacks: Stacks) -> [Int] { Representation.allCases.map { $0.layers(of: stacks) } }
    #expect(layers(Stacks(blocks: 12)) == [13, 12, 0, 0])
    #expect(layers(Stacks(blocks: 12, decoderBlocks: 3)) == [13, 12, 4, 3])
  }
}
