import CBLAS
import CKernels

/// How the heads of an attention layer look at tokens.
public struct AttentionForm: Sendable, Equatable {
  /// H.
  public var heads: Int
  /// D, the width of a head's queries, keys and values.
  public var headWidth: Int
  /// What scores are multiplied by before the softmax: 1/√D in most families, 1 in T5.
  public var scale: Float
  /// Whether a token sees only itself and what stands before it.
  public var isCausal: Bool

  /// Says how heads look; scores are scaled by 1/√D unless told otherwise.
  public init(heads: Int, headWidth: Int, scale: Float? = nil, isCausal: Bool = false) {
    self.heads = heads
    self.headWidth = headWidth
    self.scale = scale ?? 1 / Float(headWidth).squareRoot()
    self.isCausal = isCausal
  }

  /// H D, the width of all heads' queries.
  public var width: Int { heads * headWidth }
}

/// Multi-head attention of sequences to themselves; they stand one behind the other, without
/// padding.
///
///     S = softmax(scale · Q Kᵀ + B)   per sequence and head
///     O = S V
///
/// Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.2.
/// - Parameters:
///   - qkv: `(T, 3 H D)`: queries, keys and values of all tokens, side by side.
///   - offsets: where each sequence starts, and T at the end.
///   - form: H, D and how they look.
///   - bias: B as `(H, 2 R + 1)`, a column for each distance key − query from −R to R; no sequence
///     is longer than R + 1.
///   - scores: scratch, grown to what is needed.
///   - out: `(T, H D)`.
public func attention(
  qkv: Matrix, offsets: [Int], _ form: AttentionForm, bias: Matrix? = nil, scores: inout [Float],
  into out: inout Matrix
) {
  precondition(qkv.columns == 3 * form.width, "\(qkv.columns) columns for \(form)")
  precondition(out.rows == qkv.rows && out.columns == form.width, "out is \(out.rows) rows")
  precondition(offsets.first == 0 && offsets.last == qkv.rows, "offsets do not cover the tokens")
  let longest = longest(offsets)
  precondition(
    bias.map { $0.rows == form.heads && $0.columns % 2 == 1 && longest <= ($0.columns + 1) / 2 }
      ?? true,
    "a bias of \(bias?.rows ?? 0) x \(bias?.columns ?? 0) for \(longest) tokens and \(form)")
  grow(&scores, queries: longest, keys: longest)
  unsafe qkv.values.withUnsafeBufferPointer { input in
    unsafe (bias?.values ?? []).withUnsafeBufferPointer { table in
      unsafe scores.withUnsafeMutableBufferPointer { scratch in
        unsafe out.values.withUnsafeMutableBufferPointer { output in
          guard let from = input.baseAddress, let s = scratch.baseAddress,
            let to = output.baseAddress
          else { return }
          // SAFETY: the three thirds of qkv and out are as wide as all heads, offsets cover their
          // rows, the table reaches as far as the longest text, and the scratch holds a tile of it.
          let operands = unsafe Operands(
            query: from, queryStride: qkv.columns, key: from + form.width,
            value: from + 2 * form.width, keyStride: qkv.columns,
            bias: bias == nil ? nil : table.baseAddress, biasColumns: bias?.columns ?? 0,
            scores: s, out: to)
          unsafe attend(form, operands, offsets, offsets)
        }
      }
    }
  }
}

/// Multi-head attention of sequences to others: a decoder's texts to what the encoder made of them.
///
/// - Parameters:
///   - queries: `(T, H D)`.
///   - offsets: where each sequence of queries starts, and T at the end.
///   - keysValues: `(S, 2 H D)`: keys and values side by side.
///   - keyOffsets: where each sequence of keys starts, and S at the end; as many as of queries.
///   - form: H, D and how they look, which is not causal.
///   - scores: scratch, grown to what is needed.
///   - out: `(T, H D)`.
public func crossAttention(
  queries: Matrix, offsets: [Int], keysValues: Matrix, keyOffsets: [Int], _ form: AttentionForm,
  scores: inout [Float], into out: inout Matrix
) {
  precondition(!form.isCausal, "tokens of two texts have no order")
  precondition(queries.columns == form.width, "\(queries.columns) columns for \(form)")
  precondition(keysValues.columns == 2 * form.width, "\(keysValues.columns) columns for \(form)")
  precondition(out.rows == queries.rows && out.columns == form.width, "out is \(out.rows) rows")
  precondition(offsets.first == 0 && offsets.last == queries.rows, "offsets do not cover queries")
  precondition(
    keyOffsets.count == offsets.count && keyOffsets.first == 0
      && keyOffsets.last == keysValues.rows, "offsets do not cover keys")
  grow(&scores, queries: longest(offsets), keys: longest(keyOffsets))
  unsafe queries.values.withUnsafeBufferPointer { queries in
    unsafe keysValues.values.withUnsafeBufferPointer { input in
      unsafe scores.withUnsafeMutableBufferPointer { scratch in
        unsafe out.values.withUnsafeMutableBufferPointer { output in
          guard let query = queries.baseAddress, let key = input.baseAddress,
            let s = scratch.baseAddress, let to = output.baseAddress
          else { return }
          // SAFETY: queries, both halves of keysValues and out are as wide as all heads, offsets
          // cover their rows, and the scratch holds a tile of the longest pair.
          let operands = unsafe Operands(
            query: query, queryStride: form.width, key: key, value: key + form.width,
            keyStride: 2 * form.width, bias: nil, biasColumns: 0, scores: s, out: to)
          unsafe attend(form, operands, offsets, keyOffsets)
        }
      }
    }
  }
}

/// Queries that are scored at a time: their scores for 512 keys are 256 kB and stay in the second
/// cache, and a causal tile leaves out the keys behind it.
private let tile = 128

private func longest(_ offsets: [Int]) -> Int {
  zip(offsets, offsets.dropFirst()).map { $1 - $0 }.max() ?? 0
}

private func grow(_ scores: inout [Float], queries: Int, keys: Int) {
  let count = min(queries, tile) * keys
  if scores.count < count { scores = [Float](repeating: 0, count: count) }
}

/// The first token's numbers in every matrix of an attention.
@unsafe private struct Operands {
  let query: UnsafePointer<Float>
  let queryStride: Int
  let key: UnsafePointer<Float>
  let value: UnsafePointer<Float>
  let keyStride: Int
  let bias: UnsafePointer<Float>?
  let biasColumns: Int
  let scores: UnsafeMutablePointer<Float>
  let out: UnsafeMutablePointer<Float>
}

/// All heads of all sequences.
private func attend(
  _ form: AttentionForm, _ operands: Operands, _ offsets: [Int], _ keyOffsets: [Int]
) {
  _ = singleThreaded
  for text in 0..<max(0, offsets.count - 1) {
    let tokens = offsets[text]..<offsets[text + 1]
    let keys = keyOffsets[text]..<keyOffsets[text + 1]
    for head in 0..<form.heads {
      for first in stride(from: 0, to: tokens.count, by: tile) {
        let start = tokens.lowerBound + first
        let queries = start..<min(start + tile, tokens.upperBound)
        // SAFETY: the caller checked that all rows and all heads' columns lie inside all matrices.
        unsafe attend(form, operands, head: head, first: first, queries: queries, keys: keys)
      }
    }
  }
}

/// One head of one tile of queries, of which `first` is the place in its text.
private func attend(
  _ form: AttentionForm, _ operands: Operands, head: Int, first: Int, queries: Range<Int>,
  keys: Range<Int>
) {
  let seen = form.isCausal ? min(first + queries.count, keys.count) : keys.count
  precondition(seen > 0, "a text without tokens to look at")
  let (t, s, d) = (Int32(queries.count), Int32(seen), Int32(form.headWidth))
  let (queryStride, keyStride) = unsafe (Int32(operands.queryStride), Int32(operands.keyStride))
  let column = head * form.headWidth
  // SAFETY: the caller's ranges and the head's columns lie inside all matrices; column
  // biasColumns / 2 of the head's row is distance 0, from which every distance is in the row.
  let query = unsafe operands.query + queries.lowerBound * operands.queryStride + column
  let key = unsafe operands.key + keys.lowerBound * operands.keyStride + column
  let value = unsafe operands.value + keys.lowerBound * operands.keyStride + column
  let bias = unsafe operands.bias.map {
    unsafe $0 + head * operands.biasColumns + operands.biasColumns / 2
  }
  unsafe cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasTrans, t, s, d, 1, query, queryStride, key, keyStride, 0,
    operands.scores, s)
  unsafe ck_attention_softmax(
    operands.scores, form.scale, bias, form.isCausal ? 1 : 0, first, queries.count, seen)
  unsafe cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, t, d, s, 1, operands.scores, s, value, keyStride, 0,
    operands.out + queries.lowerBound * form.width + column, Int32(form.width))
}
