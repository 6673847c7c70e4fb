import Testing

@testable import Tensors

@Suite("SHA-256's compression")
struct SHA256BlocksTests {
  @Test("is the same by the processor's instructions and without them")
  func instructions() {
    var generator = SplitMix64(seed: 5)
    let bytes = (0..<64 * 50).map { _ in UInt8.random(in: 0...255, using: &generator) }
    var states = [[UInt32](repeating: 7, count: 8), [UInt32](repeating: 7, count: 8)]
    compressSHA256(&states[0], bytes[...])
    compressSHA256(&states[1], bytes[...], portable: true)
    #expect(states[0] == states[1])
    #expect(states[0] != [UInt32](repeating: 7, count: 8))
  }

  @Test("of no blocks changes nothing")
  func none() {
    var state: [UInt32] = [1, 2, 3, 4, 5, 6, 7, 8]
    compressSHA256(&state, [])
    #expect(state == [1, 2, 3, 4, 5, 6, 7, 8])
  }
}
