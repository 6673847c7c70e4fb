import Foundation
import Testing

@testable import Tensors

@Suite("Attention agrees with the textbook loop")
struct AttentionTests {
  private func values(_ count: Int) -> [Float] {
    (0..<count).map { Float($0 * 37 % 101 - 50) / 20 }
  }

  /// softmax(scale Q Kᵀ + B) V of each sequence and head, in double precision.
  private func textbook(
    queries: Matrix, keysValues: Matrix, _ offsets: [Int], _ keyOffsets: [Int],
    _ form: AttentionForm, bias: (_ head: Int, _ distance: Int) -> Double = { _, _ in 0 }
  ) -> Matrix {
    let d = form.headWidth
    var out = Matrix(rows: queries.rows, columns: form.width)
    for text in 0..<offsets.count - 1 {
      for head in 0..<form.heads {
        for i in offsets[text]..<offsets[text + 1] {
          let query = i - offsets[text]
          let count = keyOffsets[text + 1] - keyOffsets[text]
          let keys = 0..<(form.isCausal ? query + 1 : count)
          let scores = keys.map { key in
            let j = keyOffsets[text] + key
            let product = (0..<d).reduce(0.0) {
              $0 + Double(queries[i, head * d + $1]) * Double(keysValues[j, head * d + $1])
            }
            return product * Double(form.scale) + bias(head, key - query)
          }
          let largest = scores.max() ?? 0
          let weights = scores.map { exp($0 - largest) }
          let total = weights.reduce(0, +)
          for c in 0..<d {
            let column = form.width + head * d + c
            out[i, head * d + c] = Float(
              keys.reduce(0.0) {
                $0 + weights[$1] / total * Double(keysValues[keyOffsets[text] + $1, column])
              })
          }
        }
      }
    }
    return out
  }

  private func offsets(_ lengths: [Int]) -> [Int] {
    lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  static let cases: [([Int], Int, Int)] = [
    ([1], 1, 1), ([3], 2, 4), ([1, 7, 2], 3, 5), ([9, 33, 1, 8], 2, 16), ([], 2, 3),
    ([0, 2, 0, 0, 3, 0], 2, 3), ([128], 1, 3), ([129, 4], 2, 3), ([300], 1, 7),
  ]

  @Test(
    "sequences of several lengths attend to themselves alone, whole or causal, biased or not",
    arguments: cases, [(false, false), (true, false), (false, true), (true, true)])
  func own(shape: ([Int], Int, Int), kind: (isCausal: Bool, isBiased: Bool)) {
    let (lengths, heads, headWidth) = shape
    let offsets = offsets(lengths)
    let form = AttentionForm(
      heads: heads, headWidth: headWidth, scale: kind.isBiased ? 1 : nil, isCausal: kind.isCausal)
    let (tokens, width) = (offsets[offsets.count - 1], form.width)
    let qkv = Matrix(rows: tokens, columns: 3 * width, values: values(3 * tokens * width))
    let reach = lengths.max() ?? 0
    let bias = Matrix(
      rows: heads, columns: 2 * reach + 1, values: values(heads * (2 * reach + 1)).map { $0 / 2 })
    // What scratch and result held before must not matter.
    var scores: [Float] = [.nan, .nan]
    var out = Matrix(rows: tokens, columns: width, repeating: .nan)
    attention(
      qkv: qkv, offsets: offsets, form, bias: kind.isBiased ? bias : nil, scores: &scores,
      into: &out)
    let expected = textbook(
      queries: qkv.selecting(columns: Array(0..<width)),
      keysValues: qkv.selecting(columns: Array(width..<3 * width)), offsets, offsets, form
    ) { head, distance in kind.isBiased ? Double(bias[head, distance + reach]) : 0 }
    for (a, b) in zip(out.values, expected.values) { #expect(abs(a - b) < 1e-5) }
  }

  @Test("texts of a decoder attend to those of an encoder, text by text")
  func crossing() {
    let form = AttentionForm(heads: 3, headWidth: 5, scale: 1)
    let (offsets, keyOffsets) = (offsets([2, 1, 0, 150]), offsets([7, 3, 2, 9]))
    let queries = Matrix(rows: 153, columns: 15, values: values(153 * 15))
    let keysValues = Matrix(rows: 21, columns: 30, values: values(21 * 30))
    var scores: [Float] = []
    var out = Matrix(rows: 153, columns: 15, repeating: .nan)
    crossAttention(
      queries: queries, offsets: offsets, keysValues: keysValues, keyOffsets: keyOffsets, form,
      scores: &scores, into: &out)
    let expected = textbook(
      queries: queries, keysValues: keysValues, offsets, keyOffsets, form)
    for (a, b) in zip(out.values, expected.values) { #expect(abs(a - b) < 1e-5) }
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
