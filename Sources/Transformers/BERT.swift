import Tensors

/// BERT: bidirectional blocks with post-norm.
///
///     h₀ = LN(E[id] + S[0] + P[position])
///     a  = LN(h + W_o Attention(W_q h, W_k h, W_v h))
///     n  = act(W₁ a + b₁)                               the activations
///     h' = LN(a + W₂ n + b₂)
///
/// Source: Devlin et al. 2019, arXiv:1810.04805, section 3; exact as in transformers'
/// `modeling_bert.py`. Shapes: T tokens, C width, F feed-forward neurons, L blocks.
public struct BERT: Transformer {
  public let shape: ModelShape
  private let words: Parameter  // (vocabulary, C)
  private let positions: Parameter  // (maxTokens, C)
  private let segments: Parameter  // (types, C); a single text is segment 0 throughout
  private let embeddingNorm: LayerNorm
  private let blocks: [BERTBlock]

  init(_ configuration: Configuration, _ weights: Weights) throws(ModelError) {
    let activation = try configuration.activation("hidden_act", default: "gelu")
    try configuration.require("position_embedding_type", "absolute")
    try configuration.require("is_decoder", false)
    try configuration.require("add_cross_attention", false)
    shape = try ModelShape(
      family: "BERT", blocks: configuration.size("num_hidden_layers"),
      width: configuration.size("hidden_size"), neurons: configuration.size("intermediate_size"),
      heads: configuration.heads("num_attention_heads", width: "hidden_size"),
      maxTokens: configuration.size("max_position_embeddings", default: 512),
      vocabulary: configuration.size("vocab_size"))
    let epsilon = try configuration.number("layer_norm_eps", default: 1e-12)
    let c = shape.width
    let names = weights.stripping(prefix: "bert.", of: "embeddings.word_embeddings.weight")
    words = try names.matrix(
      "embeddings.word_embeddings.weight", rows: shape.vocabulary, columns: c)
    positions = try names.matrix(
      "embeddings.position_embeddings.weight", rows: shape.maxTokens, columns: c)
    segments = try names.matrix(
      "embeddings.token_type_embeddings.weight",
      rows: configuration.size("type_vocab_size", default: 2), columns: c)
    embeddingNorm = try LayerNorm(names, "embeddings.LayerNorm", width: c, epsilon: epsilon)
    var blocks: [BERTBlock] = []
    for l in 0..<shape.blocks {
      blocks.append(
        try BERTBlock(names, "encoder.layer.\(l)", shape, activation: activation, epsilon: epsilon))
    }
    self.blocks = blocks
  }

  public func forward(
    _ batch: Batch, blocks count: Int, workspace: inout Workspace, tap: inout some Tap
  ) {
    var h = workspace.take("h", rows: batch.tokenCount, columns: shape.width)
    embed(batch, into: &h)
    tap.hiddenState(0, h, of: batch)
    for (l, block) in blocks.prefix(count).enumerated() {
      block(&h, batch, &workspace) { rows, neurons in
        tap.activation(l, neurons, rows: rows, of: batch)
      }
      tap.hiddenState(l + 1, h, of: batch)
    }
    workspace.keep("h", h)
  }

  private func embed(_ batch: Batch, into h: inout Matrix) {
    for i in h.values.indices { h.values[i] = 0 }
    for text in 0..<batch.textCount {
      for (position, t) in batch.rows(of: text).enumerated() {
        add(row: Int(batch.ids[t]), of: words, to: &h, row: t)
        add(row: 0, of: segments, to: &h, row: t)
        add(row: position, of: positions, to: &h, row: t)
      }
    }
    embeddingNorm(&h)
  }
}

/// One block of BERT; the equations stand at `BERT`.
struct BERTBlock: Sendable {
  private let heads: Int
  private let query: Linear  // (C, C)
  private let key: Linear  // (C, C)
  private let value: Linear  // (C, C)
  private let attended: Linear  // (C, C)
  private let attentionNorm: LayerNorm
  private let expand: Linear  // (F, C)
  private let activation: Activation
  private let contract: Linear  // (C, F)
  private let outputNorm: LayerNorm

  /// Tokens whose activations are made, tapped and contracted at a time: 256 × 3,072 floats are
  /// 3 MB and stay in the cache, where all tokens of a batch would not.
  private static let tile = 256

  init(
    _ weights: Weights, _ name: String, _ shape: ModelShape, activation: Activation, epsilon: Float
  ) throws(ModelError) {
    let (c, f) = (shape.width, shape.neurons)
    heads = shape.heads
    query = try Linear(weights, "\(name).attention.self.query", out: c, in: c)
    key = try Linear(weights, "\(name).attention.self.key", out: c, in: c)
    value = try Linear(weights, "\(name).attention.self.value", out: c, in: c)
    attended = try Linear(weights, "\(name).attention.output.dense", out: c, in: c)
    attentionNorm = try LayerNorm(
      weights, "\(name).attention.output.LayerNorm", width: c, epsilon: epsilon)
    expand = try Linear(weights, "\(name).intermediate.dense", out: f, in: c)
    self.activation = activation
    contract = try Linear(weights, "\(name).output.dense", out: c, in: f)
    outputNorm = try LayerNorm(weights, "\(name).output.LayerNorm", width: c, epsilon: epsilon)
  }

  /// Replaces the `(T, C)` hidden state `h` by the block's output.
  ///
  /// - Parameters:
  ///   - h: the input, replaced by the output.
  ///   - batch: where its texts begin and end.
  ///   - workspace: scratch.
  ///   - record: receives the activations of some tokens, `(rows.count, F)`.
  func callAsFunction(
    _ h: inout Matrix, _ batch: Batch, _ workspace: inout Workspace,
    record: (_ rows: Range<Int>, _ neurons: Matrix) -> Void
  ) {
    let (t, c) = (h.rows, h.columns)
    var qkv = workspace.take("qkv", rows: t, columns: 3 * c)
    query(h, into: &qkv, column: 0)
    key(h, into: &qkv, column: c)
    value(h, into: &qkv, column: 2 * c)
    var context = workspace.take("context", rows: t, columns: c)
    attention(
      qkv: qkv, offsets: batch.offsets, heads: heads, scores: &workspace.scores, into: &context)
    var a = workspace.take("a", rows: t, columns: c)
    multiply(context, rows: 0..<t, attended.weight, into: &a)
    attentionNorm(&a, bias: attended.bias, residual: h)
    feedForward(a, into: &h, &workspace, record: record)
    workspace.keep("qkv", qkv)
    workspace.keep("context", context)
    workspace.keep("a", a)
  }

  /// `h ← LN(a + W₂ act(W₁ a + b₁) + b₂)`, tile by tile.
  private func feedForward(
    _ a: Matrix, into h: inout Matrix, _ workspace: inout Workspace,
    record: (_ rows: Range<Int>, _ neurons: Matrix) -> Void
  ) {
    // A batch without tokens has one tile without rows, so that every layer reaches the tap.
    for start in stride(from: 0, to: max(a.rows, 1), by: Self.tile) {
      let rows = start..<min(start + Self.tile, a.rows)
      var neurons = workspace.take("neurons", rows: rows.count, columns: expand.weight.rows)
      multiply(a, rows: rows, expand.weight, into: &neurons)
      activate(&neurons, bias: expand.bias, activation)
      record(rows, neurons)
      multiply(
        neurons, rows: 0..<rows.count, contract.weight, into: &h, row: rows.lowerBound)
      workspace.keep("neurons", neurons)
    }
    outputNorm(&h, bias: contract.bias, residual: a)
  }
}
