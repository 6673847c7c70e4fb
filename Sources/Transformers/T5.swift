import Foundation
import Tensors

/// T5, T5 1.1, Flan-T5 and mT5: an encoder, and a decoder that reads the same text again.
///
/// The encoder's h₀ = E[id]; the decoder's is E of the text shifted right by one behind the start
/// token. With N a norm without mean:
///
///     a  = h + Attention(N(h) W_q, N(h) W_k, N(h) W_v; B) W_o       causal in the decoder
///     a' = a + Attention(N(a) W_q, final_encoder W_k, final_encoder W_v) W_o       decoder only
///     n  = relu(N(a') W_i)                                          T5 1.0
///     n  = act(N(a') W_i0) · (N(a') W_i1)                           gate · up = product
///     h' = a' + n W_o
///     final = N(h_L)
///
/// Scores are not scaled; B is learned for ranges of distances, see `RelativeBias`, and shared by a
/// stack's blocks. Nothing has a bias otherwise, and heads may be wider or narrower than C / H.
/// Source: Raffel et al. 2020, arXiv:1910.10683, section 2.1; Shazeer 2020, arXiv:2002.05202, for
/// the gate; exact as in transformers' `modeling_t5.py`.
public struct T5: Family {
  public let shape: ModelShape
  private let words: Parameter  // (vocabulary, C)
  private let encoder: T5Stack
  private let decoder: T5Stack?
  /// What the decoder reads before a text.
  private let start: Int32

  /// What a configuration means by leaving a key out.
  struct Defaults {
    var blocks = 6
    var neurons = 2048
    var heads = 8
    var vocabulary = 32128
    var feedForward = "relu"

    init(_ configuration: Configuration) throws(ModelError) {
      guard try configuration.modelType == "mt5" else { return }
      (blocks, neurons, heads, vocabulary, feedForward) = (8, 1024, 6, 250_112, "gated-gelu")
    }
  }

  init(_ configuration: Configuration, _ weights: Weights) throws(ModelError) {
    try configuration.require("is_decoder", false)
    let sizes = try T5Sizes(configuration, Defaults(configuration))
    let names = Self.base(weights)
    var shape = try Self.shape(configuration)
    // A checkpoint of the encoder alone has no tensor of a decoder, whatever it says of blocks.
    if !names.containsAny(startingWith: "decoder.block.") { shape.decoderBlocks = 0 }
    self.shape = shape
    let padding = try configuration.id("pad_token_id", default: 0, below: shape.vocabulary)
    let startKey = "decoder_start_token_id"
    start = Int32(
      configuration.isNull(startKey)
        ? padding : try configuration.id(startKey, default: padding, below: shape.vocabulary))
    // One table, of which a checkpoint may hold any of three copies.
    let table = ["shared", "encoder.embed_tokens", "decoder.embed_tokens"]
      .map { "\($0).weight" }.first(where: names.contains)
    words = try names.matrix(
      table ?? "shared.weight", rows: shape.vocabulary, columns: sizes.width)
    encoder = try T5Stack(names, .encoder, blocks: shape.blocks, sizes)
    decoder =
      shape.decoderBlocks == 0
      ? nil : try T5Stack(names, .decoder, blocks: shape.decoderBlocks, sizes)
  }

  /// The names of the stacks, where a classifier writes `transformer.` before them.
  static func base(_ weights: Weights) -> Weights {
    weights.stripping(
      prefix: "transformer.", of: "encoder.block.0.layer.0.SelfAttention.q.weight")
  }

  /// The sizes of both stacks.
  static func shape(_ configuration: Configuration) throws(ModelError) -> ModelShape {
    let defaults = try Defaults(configuration)
    let sizes = try T5Sizes(configuration, defaults)
    let blocks = try configuration.size(
      "num_layers", alias: "num_hidden_layers", default: defaults.blocks)
    return ModelShape(
      family: "T5", blocks: blocks, width: sizes.width, neurons: sizes.neurons,
      heads: sizes.heads, maxTokens: try configuration.size("n_positions", default: 512),
      vocabulary: try configuration.size("vocab_size", default: defaults.vocabulary),
      hasFinalNorm: true,
      isGated: sizes.isGated,
      decoderBlocks: configuration.isNull("num_decoder_layers")
        ? blocks : try configuration.size("num_decoder_layers"))
  }

  /// Every matrix is drawn so that its products keep their size: by 1/√in, queries by 1/√D more.
  ///
  /// Exact as in transformers' `modeling_t5.py`, `_init_weights`.
  static func untrained(
    _ configuration: Configuration, seed: UInt64
  ) throws(ModelError) -> UntrainedWeights {
    let sizes = try T5Sizes(configuration, Defaults(configuration))
    let factor = try configuration.number("initializer_factor", default: 1)
    let (c, d) = (sizes.width, sizes.headWidth)
    return UntrainedWeights(seed: seed) { name, _, inputs in
      if name.hasSuffix("shared.weight") || name.hasSuffix("embed_tokens.weight") { return factor }
      if name.hasSuffix("relative_attention_bias.weight") { return factor / Float(c).squareRoot() }
      return factor / Float(name.hasSuffix(".q.weight") ? inputs * d : inputs).squareRoot()
    }
  }

  public func forward(
    _ batch: Batch, from entry: Entry?, blocks count: Int, workspace: inout Workspace,
    tap: inout some Tap
  ) {
    var h = workspace.start(batch, width: shape.width, from: entry) { embed(batch, into: &$0) }
    encoder(&h, batch, reading: nil, from: entry, blocks: count, &workspace, &tap)
    if let decoder, count > shape.blocks, !tap.isDone {
      let memory = workspace.take(
        encoder.finalStates, rows: batch.tokenCount, columns: shape.width)
      let shifted = batch.shifted(behind: start)
      embed(shifted, into: &h)
      decoder(
        &h, shifted, reading: memory, from: nil, blocks: count - shape.blocks, &workspace, &tap)
      workspace.keep(encoder.finalStates, memory)
    }
    workspace.keep("h", h)
  }

  private func embed(_ batch: Batch, into h: inout Matrix) {
    for i in h.values.indices { h.values[i] = 0 }
    for (t, id) in batch.ids.enumerated() { add(row: Int(id), of: words, to: &h, row: t) }
  }
}

/// What all blocks of a T5 have in common.
private struct T5Sizes {
  let width: Int
  let neurons: Int
  let heads: Int
  let headWidth: Int
  let epsilon: Float
  let isGated: Bool
  let activation: Activation
  /// Ranges of distances, and the distance from which on they are one.
  let buckets: Int
  let maxDistance: Int

  init(_ configuration: Configuration, _ defaults: T5.Defaults) throws(ModelError) {
    width = try configuration.size("d_model", alias: "hidden_size", default: 512)
    neurons = try configuration.size("d_ff", default: defaults.neurons)
    heads = try configuration.size(
      "num_heads", alias: "num_attention_heads", default: defaults.heads)
    headWidth = try configuration.size("d_kv", alias: "head_dim", default: 64)
    epsilon = try configuration.number("layer_norm_epsilon", default: 1e-6)
    buckets = try configuration.size("relative_attention_num_buckets", default: 32)
    guard buckets >= 4 else {
      throw configuration.wrong("relative_attention_num_buckets", expected: "4 or more")
    }
    maxDistance = try configuration.size("relative_attention_max_distance", default: 128)
    guard maxDistance > buckets / 2 else {
      throw configuration.wrong(
        "relative_attention_max_distance", expected: "more than \(buckets / 2)")
    }
    let key = "feed_forward_proj"
    let words = try configuration.word(key, default: defaults.feedForward).split(
      separator: "-", omittingEmptySubsequences: false
    ).map(String.init)
    isGated = words.count == 2 && words[0] == "gated"
    guard isGated || words.count == 1 else {
      throw configuration.wrong(key, expected: "a non-linearity, or gated- and one")
    }
    // By "gated-gelu", and only there, the authors mean the other gelu.
    let name = isGated && words[1] == "gelu" ? "gelu_new" : words[words.count - 1]
    activation = try configuration.activation(named: name, by: key)
    // What follows from it, but transformers believes these keys where they are there.
    try configuration.require("dense_act_fn", name)
    try configuration.require("is_gated_act", isGated)
  }
}

/// One of the two stacks; the equations stand at `T5`.
private struct T5Stack: Sendable {
  let norm: RMSNorm
  private let stack: Site.Stack
  private let blocks: [T5Block]
  private let bias: RelativeBias

  init(
    _ weights: Weights, _ stack: Site.Stack, blocks count: Int, _ sizes: T5Sizes
  ) throws(ModelError) {
    self.stack = stack
    var blocks: [T5Block] = []
    for l in 0..<count {
      blocks.append(
        try T5Block(weights, "\(stack.rawValue).block.\(l)", sizes, isDecoder: stack == .decoder))
    }
    self.blocks = blocks
    bias = RelativeBias(
      table: try weights.matrix(
        "\(stack.rawValue).block.0.layer.0.SelfAttention.relative_attention_bias.weight",
        rows: sizes.buckets, columns: sizes.heads
      ).matrix.transposed,
      maxDistance: sizes.maxDistance, isCausal: stack == .decoder)
    norm = try RMSNorm(
      weights, "\(stack.rawValue).final_layer_norm", width: sizes.width, epsilon: sizes.epsilon)
  }

  /// The workspace's name of what the final norm puts out: what a decoder reads of the encoder.
  var finalStates: String { stack == .encoder ? "encoder's final" : "decoder's final" }

  /// Takes `h`, the `(T, C)` embeddings or an entry's hidden state, through the blocks below `count`.
  ///
  /// - Parameters:
  ///   - h: the embeddings, replaced by the last block's output, before the final norm.
  ///   - batch: what the stack reads.
  ///   - memory: the encoder's final states, `(T, C)`, of texts at the same offsets; nil in the
  ///     encoder.
  ///   - entry: where `h` comes from; nil if it is the embeddings.
  ///   - count: blocks from here on are not run.
  ///   - workspace: scratch.
  ///   - tap: receives hidden states, what the feed-forwards make, and the final states.
  func callAsFunction(
    _ h: inout Matrix, _ batch: Batch, reading memory: Matrix?, from entry: Entry?,
    blocks count: Int, _ workspace: inout Workspace, _ tap: inout some Tap
  ) {
    let all = 0..<h.rows
    let bias = bias.table(tokens: batch.longest)
    tap.visit(Site(.hidden, entry?.block ?? 0, of: stack), &h, rows: all, of: batch)
    for (l, block) in blocks.blocks(from: entry, to: count) where !tap.isDone {
      block.attend(&h, batch, bias: bias, &workspace)
      if let memory { block.read(memory, &h, batch, &workspace) }
      block.feedForward(&h, &workspace) { kind, rows, values in
        let site = Site(kind, l, of: stack)
        if kind == .activation {
          tap.visit(site, &values, rows: rows, of: batch)
        } else {
          tap.record(site, values, rows: rows, of: batch)
        }
      }
      tap.visit(Site(.hidden, l + 1, of: stack), &h, rows: all, of: batch)
    }
    guard count >= blocks.count, !tap.isDone else { return }
    var states = workspace.take(finalStates, rows: h.rows, columns: h.columns)
    norm(h, into: &states)
    tap.visit(Site(.final, blocks.count, of: stack), &states, rows: all, of: batch)
    workspace.keep(finalStates, states)
  }
}

/// One block of either stack; its three parts run one behind the other.
private struct T5Block: Sendable {
  private let own: T5Attention
  private let crossing: T5Attention?
  private let feedForwardNorm: RMSNorm
  private let gate: PackedWeights  // C to F; W_i where there is no gate
  private let up: PackedWeights?  // C to F
  private let contract: PackedWeights  // F to C
  private let activation: Activation

  init(
    _ weights: Weights, _ name: String, _ sizes: T5Sizes, isDecoder: Bool
  ) throws(ModelError) {
    let (c, f) = (sizes.width, sizes.neurons)
    own = try T5Attention(
      weights, "\(name).layer.0", "SelfAttention", sizes, isCausal: isDecoder)
    crossing =
      isDecoder
      ? try T5Attention(weights, "\(name).layer.1", "EncDecAttention", sizes, isCausal: false)
      : nil
    let last = "\(name).layer.\(isDecoder ? 2 : 1)"
    let dense = "\(last).DenseReluDense"
    feedForwardNorm = try RMSNorm(
      weights, "\(last).layer_norm", width: c, epsilon: sizes.epsilon)
    gate = try weights.packed(
      "\(dense).\(sizes.isGated ? "wi_0" : "wi").weight", out: f, in: c)
    up = sizes.isGated ? try weights.packed("\(dense).wi_1.weight", out: f, in: c) : nil
    contract = try weights.packed("\(dense).wo.weight", out: c, in: f)
    activation = sizes.activation
  }

  /// `h ← h + Attention(N(h) …; B) W_o`; `bias` is B, `(H, 2 R + 1)`.
  func attend(_ h: inout Matrix, _ batch: Batch, bias: Matrix, _ workspace: inout Workspace) {
    let (t, width) = (h.rows, own.form.width)
    var normed = workspace.take("normed", rows: t, columns: h.columns)
    own.norm(h, into: &normed)
    var qkv = workspace.take("qkv", rows: t, columns: 3 * width)
    multiply(normed, rows: 0..<t, own.query, into: &qkv, column: 0, team: workspace.team)
    multiply(normed, rows: 0..<t, own.key, into: &qkv, column: width, team: workspace.team)
    multiply(normed, rows: 0..<t, own.value, into: &qkv, column: 2 * width, team: workspace.team)
    var context = workspace.take("context", rows: t, columns: width)
    attention(
      qkv: qkv, offsets: batch.offsets, own.form, bias: bias, scores: &workspace.scores,
      into: &context, team: workspace.team)
    multiply(context, rows: 0..<t, own.attended, into: &h, adding: true, team: workspace.team)
    workspace.keep("normed", normed)
    workspace.keep("qkv", qkv)
    workspace.keep("context", context)
  }

  /// `h ← h + Attention(N(h) W_q, memory W_k, memory W_v) W_o`.
  func read(_ memory: Matrix, _ h: inout Matrix, _ batch: Batch, _ workspace: inout Workspace) {
    guard let crossing else { return }
    let (t, width) = (h.rows, crossing.form.width)
    var normed = workspace.take("normed", rows: t, columns: h.columns)
    crossing.norm(h, into: &normed)
    var queries = workspace.take("queries", rows: t, columns: width)
    multiply(normed, rows: 0..<t, crossing.query, into: &queries, team: workspace.team)
    var keysValues = workspace.take("keysValues", rows: memory.rows, columns: 2 * width)
    multiply(
      memory, rows: 0..<memory.rows, crossing.key, into: &keysValues, column: 0,
      team: workspace.team)
    multiply(
      memory, rows: 0..<memory.rows, crossing.value, into: &keysValues, column: width,
      team: workspace.team)
    var context = workspace.take("context", rows: t, columns: width)
    crossAttention(
      queries: queries, offsets: batch.offsets, keysValues: keysValues, keyOffsets: batch.offsets,
      crossing.form, scores: &workspace.scores, into: &context)
    multiply(context, rows: 0..<t, crossing.attended, into: &h, adding: true, team: workspace.team)
    workspace.keep("normed", normed)
    workspace.keep("queries", queries)
    workspace.keep("keysValues", keysValues)
    workspace.keep("context", context)
  }

  /// `h ← h + n W_o`, tile by tile; `visit` receives some tokens' n or gate, up and product.
  func feedForward(
    _ h: inout Matrix, _ workspace: inout Workspace,
    visit: (_ kind: Site.Kind, _ rows: Range<Int>, _ values: inout Matrix) -> Void
  ) {
    var normed = workspace.take("normed", rows: h.rows, columns: h.columns)
    feedForwardNorm(h, into: &normed)
    for rows in tiles(of: h.rows) {
      var neurons = workspace.take("neurons", rows: rows.count, columns: gate.outputs)
      multiply(normed, rows: rows, gate, into: &neurons, team: workspace.team)
      activate(&neurons, activation)
      visit(.activation, rows, &neurons)
      if let up {
        visit(.gate, rows, &neurons)
        var factors = workspace.take("factors", rows: rows.count, columns: up.outputs)
        multiply(normed, rows: rows, up, into: &factors, team: workspace.team)
        visit(.up, rows, &factors)
        scale(&neurons, by: factors)
        visit(.product, rows, &neurons)
        workspace.keep("factors", factors)
      }
      multiply(
        neurons, rows: 0..<rows.count, contract, into: &h, row: rows.lowerBound, adding: true,
        team: workspace.team)
      workspace.keep("neurons", neurons)
    }
    workspace.keep("normed", normed)
  }
}

/// The norm and the weights of one attention.
private struct T5Attention: Sendable {
  let form: AttentionForm
  let norm: RMSNorm
  let query: PackedWeights  // C to H D
  let key: PackedWeights  // C to H D
  let value: PackedWeights  // C to H D
  let attended: PackedWeights  // H D to C

  init(
    _ weights: Weights, _ layer: String, _ name: String, _ sizes: T5Sizes, isCausal: Bool
  ) throws(ModelError) {
    form = AttentionForm(
      heads: sizes.heads, headWidth: sizes.headWidth, scale: 1, isCausal: isCausal)
    norm = try RMSNorm(
      weights, "\(layer).layer_norm", width: sizes.width, epsilon: sizes.epsilon)
    let (c, d) = (sizes.width, form.width)
    query = try weights.packed("\(layer).\(name).q.weight", out: d, in: c)
    key = try weights.packed("\(layer).\(name).k.weight", out: d, in: c)
    value = try weights.packed("\(layer).\(name).v.weight", out: d, in: c)
    attended = try weights.packed("\(layer).\(name).o.weight", out: c, in: d)
  }
}

/// What T5 adds to a score for the distance between key and query.
///
/// Half of the learned values are for one distance each, from 0 on; the others for ranges that grow
/// with the logarithm up to `maxDistance`. An encoder has one set for keys before a query and one
/// for keys behind it.
/// Source: Raffel et al. 2020, arXiv:1910.10683, section 2.1; `_relative_position_bucket` in
/// transformers' `modeling_t5.py`, in single precision as there.
struct RelativeBias: Sendable {
  /// `(H, buckets)`.
  let table: Matrix
  let maxDistance: Int
  let isCausal: Bool

  /// `(H, 2 R + 1)` for texts of up to R + 1 `tokens`, a column for each distance from −R to R.
  func table(tokens: Int) -> Matrix {
    let reach = max(tokens, 1) - 1
    let buckets = (-reach...reach).map(bucket)
    var bias = Matrix(rows: table.rows, columns: buckets.count)
    for head in 0..<table.rows {
      for (column, bucket) in buckets.enumerated() { bias[head, column] = table[head, bucket] }
    }
    return bias
  }

  /// The column of `table` for a distance, key − query.
  func bucket(_ distance: Int) -> Int {
    if isCausal { return bucket(of: max(0, -distance), among: table.columns) }
    let half = table.columns / 2
    return (distance > 0 ? half : 0) + bucket(of: abs(distance), among: half)
  }

  private func bucket(of distance: Int, among count: Int) -> Int {
    let exact = count / 2
    guard distance >= exact else { return distance }
    let part = log(Float(distance) / Float(exact)) / Float(log(Double(maxDistance) / Double(exact)))
    return min(exact + Int(part * Float(count - exact)), count - 1)
  }
}
