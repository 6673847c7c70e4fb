import Tensors

/// GPT-2 in all sizes, and DistilGPT2: causal blocks with pre-norm.
///
///     h₀ = E[id] + P[position]
///     a  = h + Attention(LN(h) W + b) W_o + b_o         a token sees those before it
///     n  = act(LN(a) W₁ + b₁)                           the activations
///     h' = a + n W₂ + b₂
///     final = LN(h_L)
///
/// Scores are scaled by 1/√D, unless `scale_attn_weights` says no, and in some models by 1/(l + 1)
/// as well. Weights are `(in, out)`, and queries, keys and values are one matrix.
/// Source: Radford et al. 2019, "Language models are unsupervised multitask learners", section 2.3;
/// exact as in transformers' `modeling_gpt2.py`. Shapes: T tokens, C width, F feed-forward neurons.
public struct GPT2: Family, CausalTransformer {
  public let shape: ModelShape
  private let words: Parameter  // (vocabulary, C)
  private let positions: Parameter  // (maxTokens, C)
  private let blocks: [GPT2Block]
  private let finalNorm: LayerNorm

  init(_ configuration: Configuration, _ weights: Weights) throws(ModelError) {
    let activation = try configuration.activation("activation_function", default: "gelu_new")
    shape = try Self.shape(configuration)
    let c = shape.width
    let epsilon = try configuration.number("layer_norm_epsilon", default: 1e-5)
    let isScaled = try configuration.flag("scale_attn_weights", default: true)
    let isScaledByDepth = try configuration.flag("scale_attn_by_inverse_layer_idx", default: false)
    let names = weights.stripping(prefix: "transformer.", of: "wte.weight")
    words = try names.matrix("wte.weight", rows: shape.vocabulary, columns: c)
    positions = try names.matrix("wpe.weight", rows: shape.maxTokens, columns: c)
    var blocks: [GPT2Block] = []
    for l in 0..<shape.blocks {
      var form = AttentionForm(heads: shape.heads, headWidth: c / shape.heads, isCausal: true)
      if !isScaled { form.scale = 1 }
      if isScaledByDepth { form.scale /= Float(l + 1) }
      blocks.append(
        try GPT2Block(names, "h.\(l)", shape, form, activation: activation, epsilon: epsilon))
    }
    self.blocks = blocks
    finalNorm = try LayerNorm(names, "ln_f", width: c, epsilon: epsilon)
  }

  static func shape(_ configuration: Configuration) throws(ModelError) -> ModelShape {
    try configuration.require("add_cross_attention", false)
    let c = try configuration.size("n_embd", alias: "hidden_size", default: 768)
    return try ModelShape(
      family: "GPT-2",
      blocks: configuration.size("n_layer", alias: "num_hidden_layers", default: 12), width: c,
      neurons: configuration.isNull("n_inner") ? 4 * c : configuration.size("n_inner"),
      heads: configuration.heads("n_head", alias: "num_attention_heads", default: 12, width: c),
      maxTokens: configuration.size(
        "n_positions", alias: "max_position_embeddings", default: 1024),
      vocabulary: configuration.size("vocab_size", default: 50257), hasFinalNorm: true)
  }

  /// `GPT2ForSequenceClassification`: `W x` on the final state of the last token that is no padding.
  static func head(
    _ configuration: Configuration, _ weights: Weights
  ) throws(ModelError) -> ClassificationHead? {
    guard
      try configuration.isTextClassifier(hasHead: weights.contains("score.weight"))
    else { return nil }
    let shape = try shape(configuration)
    return try ClassificationHead(
      configuration, weights, "score", hasBias: false, at: Site(.final, shape.blocks),
      of: .last(padding: configuration.anyID("pad_token_id")), width: shape.width)
  }

  /// What is added to the residual stream is drawn smaller the deeper the model is.
  ///
  /// Source: Radford et al. 2019, section 2.3.
  static func untrained(
    _ configuration: Configuration, seed: UInt64
  ) throws(ModelError) -> UntrainedWeights {
    let deviation = try configuration.number("initializer_range", default: 0.02)
    let residual = try deviation / Float(2 * shape(configuration).blocks).squareRoot()
    return UntrainedWeights(seed: seed) { name, _, _ in
      name.hasSuffix("c_proj.weight") ? residual : deviation
    }
  }

  public func forward(
    _ batch: Batch, from entry: Entry?, blocks count: Int, workspace: inout Workspace,
    tap: inout some Tap
  ) {
    let h = workspace.start(batch, width: shape.width, from: entry) {
      embed(batch, at: 0, into: &$0)
    }
    run(h, batch, from: entry, blocks: count, &workspace, &tap) {
      qkv, _, form, workspace, context in
      attention(
        qkv: qkv, offsets: batch.offsets, form, scores: &workspace.scores, into: &context,
        team: workspace.team)
    }
  }

  public func forward(
    _ ids: [Int32], after cache: inout KeyValueCache, blocks count: Int,
    workspace: inout Workspace, tap: inout some Tap
  ) {
    let kept = cache.begin(ids, blocks: min(count, shape.blocks), width: shape.width)
    let batch = Batch([Array(ids[kept...])])
    let h = workspace.start(batch, width: shape.width, from: nil) {
      embed(batch, at: kept, into: &$0)
    }
    run(h, batch, from: nil, blocks: count, &workspace, &tap) { qkv, l, form, workspace, context in
      crossAttention(
        queries: qkv.selecting(columns: Array(0..<form.width)), offsets: batch.offsets,
        keysValues: cache.append(qkv, toBlock: l), keyOffsets: [0, ids.count], form,
        scores: &workspace.scores, into: &context)
    }
    // Blocks that a tap has stopped know nothing of these tokens.
    if tap.isDone { cache = KeyValueCache() }
  }

  /// Takes the embeddings `h`, or an entry's hidden state, through the blocks below `count`.
  ///
  /// `attend` makes the context of some tokens, `(T, C)`, of their `(T, 3 C)` queries, keys and values
  /// in block `l`.
  private func run(
    _ h: consuming Matrix, _ batch: Batch, from entry: Entry?, blocks count: Int,
    _ workspace: inout Workspace, _ tap: inout some Tap, attend: GPT2Block.Attend
  ) {
    let all = 0..<batch.tokenCount
    var h = h
    tap.visit(Site(.hidden, entry?.block ?? 0), &h, rows: all, of: batch)
    for (l, block) in blocks.blocks(from: entry, to: count) where !tap.isDone {
      block(&h, l, &workspace, attend: attend) { rows, neurons in
        tap.visit(Site(.activation, l), &neurons, rows: rows, of: batch)
      }
      tap.visit(Site(.hidden, l + 1), &h, rows: all, of: batch)
    }
    if count >= shape.blocks && !tap.isDone {
      var normed = workspace.take("normed", rows: all.count, columns: shape.width)
      finalNorm(h, into: &normed)
      tap.visit(Site(.final, shape.blocks), &normed, rows: all, of: batch)
      workspace.keep("normed", normed)
    }
    workspace.keep("h", h)
  }

  /// Texts that start at `position`.
  private func embed(_ batch: Batch, at position: Int, into h: inout Matrix) {
    for i in h.values.indices { h.values[i] = 0 }
    for text in 0..<batch.textCount {
      for (offset, t) in batch.rows(of: text).enumerated() {
        add(row: Int(batch.ids[t]), of: words, to: &h, row: t)
        add(row: position + offset, of: positions, to: &h, row: t)
      }
    }
  }
}

/// One block of GPT-2; the equations stand at `GPT2`.
struct GPT2Block: Sendable {
  private let form: AttentionForm
  private let attentionNorm: LayerNorm
  private let queryKeyValue: Linear  // (C, 3 C), as it lies
  private let attended: Linear  // (C, C)
  private let feedForwardNorm: LayerNorm
  private let expand: Linear  // (C, F)
  private let activation: Activation
  private let contract: Linear  // (F, C)

  init(
    _ weights: Weights, _ name: String, _ shape: ModelShape, _ form: AttentionForm,
    activation: Activation, epsilon: Float
  ) throws(ModelError) {
    let (c, f) = (shape.width, shape.neurons)
    self.form = form
    attentionNorm = try LayerNorm(weights, "\(name).ln_1", width: c, epsilon: epsilon)
    queryKeyValue = try Linear(weights, "\(name).attn.c_attn", out: 3 * c, in: c, layout: .inOut)
    attended = try Linear(weights, "\(name).attn.c_proj", out: c, in: c, layout: .inOut)
    feedForwardNorm = try LayerNorm(weights, "\(name).ln_2", width: c, epsilon: epsilon)
    expand = try Linear(weights, "\(name).mlp.c_fc", out: f, in: c, layout: .inOut)
    self.activation = activation
    contract = try Linear(weights, "\(name).mlp.c_proj", out: c, in: f, layout: .inOut)
  }

  /// The context of some tokens, `(T, C)`, of their `(T, 3 C)` queries, keys and values in block `l`.
  typealias Attend = (
    _ qkv: Matrix, _ l: Int, _ form: AttentionForm, _ workspace: inout Workspace,
    _ context: inout Matrix
  ) -> Void

  /// Replaces the `(T, C)` hidden state `h` by the block's output.
  ///
  /// - Parameters:
  ///   - h: the input, replaced by the output.
  ///   - l: the block's number.
  ///   - workspace: scratch.
  ///   - attend: see `Attend`.
  ///   - visit: receives the activations of some tokens, `(rows.count, F)`, and may change them.
  func callAsFunction(
    _ h: inout Matrix, _ l: Int, _ workspace: inout Workspace, attend: Attend,
    visit: (_ rows: Range<Int>, _ neurons: inout Matrix) -> Void
  ) {
    let (t, c) = (h.rows, h.columns)
    var normed = workspace.take("normed", rows: t, columns: c)
    attentionNorm(h, into: &normed)
    var qkv = workspace.take("qkv", rows: t, columns: 3 * c)
    let team = workspace.team
    queryKeyValue(normed, into: &qkv, team: team)
    var context = workspace.take("context", rows: t, columns: c)
    attend(qkv, l, form, &workspace, &context)
    attended.add(context, to: &h, team: team)
    feedForwardNorm(h, into: &normed)
    feedForward(normed, addingTo: &h, &workspace, visit: visit)
    workspace.keep("normed", normed)
    workspace.keep("qkv", qkv)
    workspace.keep("context", context)
  }

  /// `h ← h + act(x W₁ + b₁) W₂ + b₂`, tile by tile.
  private func feedForward(
    _ x: Matrix, addingTo h: inout Matrix, _ workspace: inout Workspace,
    visit: (_ rows: Range<Int>, _ neurons: inout Matrix) -> Void
  ) {
    for rows in tiles(of: x.rows) {
      var neurons = workspace.take("neurons", rows: rows.count, columns: expand.outputs)
      expand(x, rows: rows, into: &neurons, team: workspace.team)
      activate(&neurons, activation)
      visit(rows, &neurons)
      contract.add(neurons, to: &h, row: rows.lowerBound, team: workspace.team)
      workspace.keep("neurons", neurons)
    }
  }
}
