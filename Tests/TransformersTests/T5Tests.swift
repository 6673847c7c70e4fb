import Tensors
import Testing

@testable import Transformers

@Suite("What only T5 has")
struct T5Tests {
  private func bias(buckets: Int, isCausal: Bool) -> RelativeBias {
    RelativeBias(
      table: Matrix(rows: 1, columns: buckets, values: (0..<buckets).map(Float.init)),
      maxDistance: 128, isCausal: isCausal)
  }

  /// The distances at which the bucket changes in transformers, printed from its own function.
  @Test("distances fall into the ranges of transformers")
  func buckets() {
    let encoder = bias(buckets: 32, isCausal: false)
    let borders = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91]
    let decoder = bias(buckets: 32, isCausal: true)
    let causal =
      Array(1...15) + [16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113]
    for distance in 0...600 {
      let before = borders.filter { $0 <= distance }.count
      #expect(encoder.bucket(-distance) == before)
      if distance > 0 { #expect(encoder.bucket(distance) == 16 + before) }
      #expect(decoder.bucket(-distance) == causal.filter { $0 <= distance }.count)
      #expect(decoder.bucket(distance) == 0)
    }
  }

  @Test("the table has a column for every distance of the longest text")
  func table() {
    let bias = bias(buckets: 32, isCausal: false)
    #expect(bias.table(tokens: 0).values == [0])
    #expect(bias.table(tokens: 1).values == [0])
    #expect(bias.table(tokens: 3).values == [2, 1, 0, 17, 18])
  }

  @Test("every text is shifted by itself")
  func shift() {
    let batch = Batch([[4, 5, 6], [], [7], [8, 9]]).shifted(behind: 1)
    #expect(batch == Batch([[1, 4, 5], [], [1], [1, 8]]))
  }
}
