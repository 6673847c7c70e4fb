import Testing

@testable import Tensors

@Suite("The generator of random numbers")
struct SplitMix64Tests {
  @Test("is the published one")
  func sequence() {
    // The values of the reference implementation for this seed: xoshiro.di.unimi.it/splitmix64.c.
    var generator = SplitMix64(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
    ]
    #expect(expected.map { _ in generator.next() } == expected)
  }

  @Test("starts elsewhere for another name or seed, and at the same place for the same")
  func names() {
    func first(_ seed: UInt64, _ name: String) -> UInt64 {
      var generator = SplitMix64(seed: seed, for: name)
      return generator.next()
    }
    let starts = [first(1, "a"), first(2, "a"), first(1, "b"), first(1, "")]
    #expect(Set(starts).count == 4)
    #expect(first(1, "a") == starts[0])
  }
}
