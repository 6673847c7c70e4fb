import CBLAS
import CKernels

/// Multi-head attention over sequences that stand one behind the other, without padding.
///
///     S = softmax(Q Kᵀ / √D)   per sequence and head
///     O = S V
///
/// Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.2.
/// - Parameters:
///   - qkv: `(T, 3 C)`: queries, keys and values of all tokens, side by side.
///   - offsets: where each sequence starts, and T at the end.
///   - heads: H; a head is D = C / H wide.
///   - scores: scratch, grown to the longest sequence squared.
///   - out: `(T, C)`.
public func attention(
  qkv: Matrix, offsets: [Int], heads: Int, scores: inout [Float], into out: inout Matrix
) {
  let width = qkv.columns / 3
  precondition(qkv.columns == 3 * width && width % heads == 0, "\(qkv.columns) by \(heads) heads")
  precondition(out.rows == qkv.rows && out.columns == width, "out is \(out.rows) x \(out.columns)")
  precondition(offsets.first == 0 && offsets.last == qkv.rows, "offsets do not cover the tokens")
  _ = singleThreaded
  let longest = zip(offsets, offsets.dropFirst()).map { $1 - $0 }.max() ?? 0
  if scores.count < longest * longest {
    scores = [Float](repeating: 0, count: longest * longest)
  }
  unsafe qkv.values.withUnsafeBufferPointer { input in
    unsafe scores.withUnsafeMutableBufferPointer { scratch in
      unsafe out.values.withUnsafeMutableBufferPointer { output in
        guard let from = input.baseAddress, let s = scratch.baseAddress,
          let to = output.baseAddress
        else { return }
        for (start, end) in zip(offsets, offsets.dropFirst()) {
          for head in 0..<heads {
            // SAFETY: rows start ..< end and the head's columns lie inside qkv and out, and the
            // scratch holds the square of the longest sequence: all checked above.
            unsafe attend(
              from + start * 3 * width, tokens: end - start, width: width, head: head,
              headWidth: width / heads, scores: s, into: to + start * width)
          }
        }
      }
    }
  }
}

/// One head of one sequence; `qkv` and `out` point at its first token.
private func attend(
  _ qkv: UnsafePointer<Float>, tokens: Int, width: Int, head: Int, headWidth: Int,
  scores: UnsafeMutablePointer<Float>, into out: UnsafeMutablePointer<Float>
) {
  let (t, d, stride) = (Int32(tokens), Int32(headWidth), Int32(3 * width))
  // SAFETY: the caller checked that tokens rows and headWidth columns lie inside all buffers.
  let query = unsafe qkv + head * headWidth
  unsafe cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasTrans, t, t, d, 1, query, stride, query + width, stride, 0,
    scores, t)
  unsafe ck_softmax(scores, 1 / Float(headWidth).squareRoot(), tokens, tokens, tokens)
  unsafe cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, t, d, t, 1, scores, t, query + 2 * width, stride, 0,
    out + head * headWidth, Int32(width))
}
