import Foundation
import Testing

@testable import Tensors

@Suite("Attention agrees with the textbook loop")
struct AttentionTests {
  private func values(_ count: Int) -> [Float] {
    (0..<count).map { Float($0 * 37 % 101 - 50) / 20 }
  }

  /// softmax(Q Kᵀ / √D) V of each sequence and head, in double precision.
  private func textbook(_ qkv: Matrix, _ offsets: [Int], heads: Int) -> Matrix {
    let width = qkv.columns / 3
    let d = width / heads
    var out = Matrix(rows: qkv.rows, columns: width)
    for (start, end) in zip(offsets, offsets.dropFirst()) {
      for head in 0..<heads {
        for i in start..<end {
          let scores = (start..<end).map { j in
            (0..<d).reduce(0.0) {
              $0 + Double(qkv[i, head * d + $1]) * Double(qkv[j, width + head * d + $1])
            } / Double(d).squareRoot()
          }
          let largest = scores.max() ?? 0
          let weights = scores.map { exp($0 - largest) }
          let total = weights.reduce(0, +)
          for c in 0..<d {
            out[i, head * d + c] = Float(
              (start..<end).reduce(0.0) {
                $0 + weights[$1 - start] / total * Double(qkv[$1, 2 * width + head * d + c])
              })
          }
        }
      }
    }
    return out
  }

  @Test(
    "sequences of several lengths attend to themselves alone",
    arguments: [
      ([1], 1, 1), ([3], 2, 4), ([1, 7, 2], 3, 5), ([9, 33, 1, 8], 2, 16),
      ([0, 2, 0, 0, 3, 0], 2, 3), ([], 2, 3),
    ])
  func textbook(lengths: [Int], heads: Int, headWidth: Int) {
    let offsets = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let (tokens, width) = (offsets[offsets.count - 1], heads * headWidth)
    let qkv = Matrix(rows: tokens, columns: 3 * width, values: values(3 * tokens * width))
    // What scratch and result held before must not matter.
    var scores: [Float] = [.nan, .nan]
    var out = Matrix(rows: tokens, columns: width, repeating: .nan)
    let form = AttentionForm(heads: heads, headWidth: headWidth)
    attention(qkv: qkv, offsets: offsets, form, scores: &scores, into: &out)
    let expected = textbook(qkv, offsets, heads: heads)
    for (a, b) in zip(out.values, expected.values) { #expect(abs(a - b) < 2e-6) }
  }

  @Test("scores far apart do not overflow")
  func large() {
    let qkv = Matrix(rows: 2, columns: 3, values: [100, 100, 1, -100, -100, 2])
    var scores: [Float] = []
    var out = Matrix(rows: 2, columns: 1)
    let form = AttentionForm(heads: 1, headWidth: 1)
    attention(qkv: qkv, offsets: [0, 2], form, scores: &scores, into: &out)
    #expect(out.values == [1, 2])
  }
}
