import Tensors
import Testing

@testable import Probing

@Suite("The sum of a row of features")
struct RowSumTests {
  private let key = FeatureKey(.activation, layer: 3, pooling: .max)

  @Test("changes with every bit, whatever the row's length", arguments: [2, 6, 8, 12, 30])
  func bits(count: Int) {
    var noise = Noise(seed: 5)
    let row = (0..<count).map { _ in UInt8(noise.below(256)) }
    var sums = [RowSum(key).of(row[...], text: 7)]
    for bit in 0..<count * 8 {
      var other = row
      other[bit / 8] ^= 1 << UInt8(bit % 8)
      sums.append(RowSum(key).of(other[...], text: 7))
    }
    #expect(Set(sums).count == count * 8 + 1)
  }

  @Test("knows two flips of high bits, which multiplication alone would cancel")
  func highBits() {
    let row = [UInt8](repeating: 0, count: 32)
    var other = row
    other[7] ^= 0x80
    other[15] ^= 0x80
    #expect(RowSum(key).of(row[...], text: 0) != RowSum(key).of(other[...], text: 0))
  }

  @Test("belongs to a text and a matrix, so that rows cannot change places")
  func place() {
    let row: [UInt8] = [1, 2, 3, 4, 0, 0, 0, 0]
    let others = [
      FeatureKey(.hidden, layer: 3, pooling: .max),
      FeatureKey(.activation, layer: 4, pooling: .max),
      FeatureKey(.activation, layer: 3, pooling: .mean),
    ]
    let sums =
      [RowSum(key).of(row[...], text: 0), RowSum(key).of(row[...], text: 1)]
      + others.map { RowSum($0).of(row[...], text: 0) }
    #expect(Set(sums).count == 5)
    #expect(RowSum(key).of(([9] + row)[1...], text: 0) == sums[0])
  }
}
