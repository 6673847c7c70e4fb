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
///   - team: shares the heads, where one text alone leaves cores idle.
public func attention(
  qkv: Matrix, offsets: [Int], _ form: AttentionForm, bias: Matrix? = nil, scores: inout [Float],
  into out: inout Matrix, team: Team? = nil
) {
  precondition(qkv.columns == 3 * form.width, "\(qkv.columns) columns for \(form)")
  precondition(out.rows == qkv.rows && out.columns == form.width, "out is \(out.rows) rows")
  precondition(offsets.first == 0 && offsets.last == qkv.rows, "offsets do not cover the tokens")
  let longest = longest(offsets)
  precondition(
    bias.map { $0.rows == form.heads && $0.columns % 2 == 1 && longest <= ($0.columns + 1) / 2 }
      ?? true,
    "a bias of \(bias?.rows ?? 0) x \(bias?.columns ?? 0) for \(longest) tokens and \(form)")
  let parts = parts(of: form.heads, unit: 1, for: team)
  let room = Scratch(form, queries: longest, keys: longest).count
  grow(&scores, to: parts.count * room)
  unsafe qkv.values.withUnsafeBufferPointer { input in
    unsafe (bias?.values ?? []).withUnsafeBufferPointer { table in
      unsafe scores.withUnsafeMutableBufferPointer { scratch in
        unsafe out.values.withUnsafeMutableBufferPointer { output in
          guard let from = input.baseAddress, let s = scratch.baseAddress,
            let to = output.baseAddress
          else { return }
          // SAFETY: the three thirds of qkv and out are as wide as all heads, offsets cover their
          // rows, the table reaches as far as the longest text, the scratch was grown for it, once a
          // part, and no two parts have a head in common.
          let operands = unsafe Operands(
            query: from, queryStride: qkv.columns, key: from + form.width,
            value: from + 2 * form.width, keyStride: qkv.columns,
            bias: bias == nil ? nil : table.baseAddress, biasColumns: bias?.columns ?? 0,
            scores: s, out: to)
          let attendPart = { (part: Int) in
            var own = unsafe operands
            unsafe own.scores += part * room
            unsafe attend(form, own, heads: parts[part], offsets, offsets)
          }
          if let team, parts.count > 1 {
            team.share(parts.count, attendPart)
          } else {
            attendPart(0)
          }
        }
      }
    }
  }
}

/// Multi-head attention of sequences to others: a decoder's texts to what the encoder made of them, or
/// the last tokens of causal sequences to all of them.
///
/// - Parameters:
///   - queries: `(T, H D)`.
///   - offsets: where each sequence of queries starts, and T at the end.
///   - keysValues: `(S, 2 H D)`: keys and values side by side.
///   - keyOffsets: where each sequence of keys starts, and S at the end; as many as of queries.
///   - form: H, D and how they look; where causal, the queries are those of the last keys.
///   - scores: scratch, grown to what is needed.
///   - out: `(T, H D)`.
public func crossAttention(
  queries: Matrix, offsets: [Int], keysValues: Matrix, keyOffsets: [Int], _ form: AttentionForm,
  scores: inout [Float], into out: inout Matrix
) {
  precondition(queries.columns == form.width, "\(queries.columns) columns for \(form)")
  precondition(keysValues.columns == 2 * form.width, "\(keysValues.columns) columns for \(form)")
  precondition(out.rows == queries.rows && out.columns == form.width, "out is \(out.rows) rows")
  precondition(offsets.first == 0 && offsets.last == queries.rows, "offsets do not cover queries")
  precondition(
    keyOffsets.count == offsets.count && keyOffsets.first == 0
      && keyOffsets.last == keysValues.rows, "offsets do not cover keys")
  grow(
    &scores, to: Scratch(form, queries: longest(offsets), keys: longest(keyOffsets)).count)
  unsafe queries.values.withUnsafeBufferPointer { queries in
    unsafe keysValues.values.withUnsafeBufferPointer { input in
      unsafe scores.withUnsafeMutableBufferPointer { scratch in
        unsafe out.values.withUnsafeMutableBufferPointer { output in
          guard let query = queries.baseAddress, let key = input.baseAddress,
            let s = scratch.baseAddress, let to = output.baseAddress
          else { return }
          // SAFETY: queries, both halves of keysValues and out are as wide as all heads, offsets
          // cover their rows, and the scratch was grown for the longest pair.
          let operands = unsafe Operands(
            query: query, queryStride: form.width, key: key, value: key + form.width,
            keyStride: 2 * form.width, bias: nil, biasColumns: 0, scores: s, out: to)
          unsafe attend(form, operands, heads: 0..<form.heads, offsets, keyOffsets)
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

/// The parts of an attention's scratch for texts of up to some keys.
private struct Scratch {
  /// Keys, as many as fill panels.
  let scoreStride: Int
  /// Floats of one head's keys, and of its values, in panels.
  let keyPanels: Int
  let valuePanels: Int
  let count: Int

  init(_ form: AttentionForm, queries: Int, keys: Int) {
    scoreStride = panelled(keys)
    keyPanels = scoreStride * form.headWidth
    valuePanels = panelled(form.headWidth) * keys
    count = keyPanels + valuePanels + min(queries, tile) * scoreStride
  }
}

private func grow(_ scores: inout [Float], to count: Int) {
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
  var scores: UnsafeMutablePointer<Float>
  let out: UnsafeMutablePointer<Float>
}

/// Some heads of all sequences.
private func attend(
  _ form: AttentionForm, _ operands: Operands, heads: Range<Int>, _ offsets: [Int],
  _ keyOffsets: [Int]
) {
  for text in 0..<max(0, offsets.count - 1) {
    let tokens = offsets[text]..<offsets[text + 1]
    let keys = keyOffsets[text]..<keyOffsets[text + 1]
    guard !tokens.isEmpty else { continue }
    precondition(!keys.isEmpty, "a text without tokens to look at")
    precondition(!form.isCausal || tokens.count <= keys.count, "more queries than tokens")
    for head in heads {
      // SAFETY: the caller checked that all rows and all heads' columns lie inside all matrices.
      unsafe attend(form, operands, head: head, tokens: tokens, keys: keys)
    }
  }
}

/// One head of one text, a tile of queries at a time.
private func attend(
  _ form: AttentionForm, _ operands: Operands, head: Int, tokens: Range<Int>, keys: Range<Int>
) {
  let (d, s) = (form.headWidth, keys.count)
  let before = form.isCausal ? s - tokens.count : 0
  let column = head * d
  let scratch = Scratch(form, queries: tokens.count, keys: s)
  // SAFETY: the caller's ranges and the head's columns lie inside all matrices, and the scratch was
  // grown for no less; column biasColumns / 2 of the head's row is distance 0, from which every
  // distance is in the row.
  let keyPanels = unsafe operands.scores
  let valuePanels = unsafe keyPanels + scratch.keyPanels
  let scores = unsafe valuePanels + scratch.valuePanels
  let first = unsafe keys.lowerBound * operands.keyStride + column
  unsafe ck_pack(
    productLanes, ck_f32, keyPanels, operands.key + first, operands.keyStride, 1, s, d)
  unsafe ck_pack(
    productLanes, ck_f32, valuePanels, operands.value + first, operands.keyStride, 0, d, s)
  let bias = unsafe operands.bias.map {
    unsafe $0 + head * operands.biasColumns + operands.biasColumns / 2
  }
  for start in stride(from: 0, to: tokens.count, by: tile) {
    let count = min(tile, tokens.count - start)
    let seen = form.isCausal ? before + start + count : s
    let row = tokens.lowerBound + start
    unsafe ck_product(
      productLanes, ck_f32, scores, scratch.scoreStride,
      operands.query + row * operands.queryStride + column, operands.queryStride, count, keyPanels,
      d, panelled(seen), d, nil, 0)
    unsafe ck_attention_softmax(
      scores, scratch.scoreStride, form.scale, bias, form.isCausal ? 1 : 0, before + start, count,
      seen)
    unsafe ck_product(
      productLanes, ck_f32, operands.out + row * form.width + column, form.width, scores,
      scratch.scoreStride, count, valuePanels, s, d, seen, nil, 0)
  }
}
