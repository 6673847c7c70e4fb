import Tensors

/// The blocks of BERT, RoBERTa and DistilBERT, one behind the other: each norm stands behind its
/// residual.
///
///     a  = LN(h + W_o Attention(W_q h, W_k h, W_v h))
///     n  = act(W₁ a + b₁)                               the activations
///     h' = LN(a + W₂ n + b₂)
///
/// Source: Devlin et al. 2019, arXiv:1810.04805, section 3; exact as in transformers'
/// `modeling_bert.py`. Shapes: T tokens, C width, F feed-forward neurons, L blocks.
struct PostNormStack: Sendable {
  private let blocks: [PostNormBlock]

  /// Reads the blocks that `names` names.
  init(
    _ weights: Weights, _ shape: ModelShape, activation: Activation, epsilon: Float,
    names: (Int) -> PostNormBlock.Names
  ) throws(ModelError) {
    var blocks: [PostNormBlock] = []
    for l in 0..<shape.blocks {
      blocks.append(
        try PostNormBlock(weights, names(l), shape, activation: activation, epsilon: epsilon))
    }
    self.blocks = blocks
  }

  /// Takes `h`, the `(T, C)` embeddings or an entry's hidden state, through the blocks below `count`.
  func callAsFunction(
    _ h: inout Matrix, _ batch: Batch, from entry: Entry?, blocks count: Int,
    _ workspace: inout Workspace, _ tap: inout some Tap
  ) {
    tap.visit(Site(.hidden, entry?.block ?? 0), &h, rows: 0..<h.rows, of: batch)
    for (l, block) in blocks.blocks(from: entry, to: count) where !tap.isDone {
      block(&h, batch, &workspace) { rows, neurons in
        tap.visit(Site(.activation, l), &neurons, rows: rows, of: batch)
      }
      tap.visit(Site(.hidden, l + 1), &h, rows: 0..<h.rows, of: batch)
    }
  }
}

/// One block; the equations stand at `PostNormStack`.
struct PostNormBlock: Sendable {
  /// What a family calls the tensors of one block.
  struct Names {
    var query: String
    var key: String
    var value: String
    var attended: String
    var attentionNorm: String
    var expand: String
    var contract: String
    var outputNorm: String

    /// Block `l` of BERT and RoBERTa.
    static func bert(_ l: Int) -> Names {
      let block = "encoder.layer.\(l)"
      return Names(
        query: "\(block).attention.self.query", key: "\(block).attention.self.key",
        value: "\(block).attention.self.value", attended: "\(block).attention.output.dense",
        attentionNorm: "\(block).attention.output.LayerNorm",
        expand: "\(block).intermediate.dense", contract: "\(block).output.dense",
        outputNorm: "\(block).output.LayerNorm")
    }
  }

  private let form: AttentionForm
  private let query: Linear  // (C, C)
  private let key: Linear  // (C, C)
  private let value: Linear  // (C, C)
  private let attended: Linear  // (C, C)
  private let attentionNorm: LayerNorm
  private let expand: Linear  // (F, C)
  private let activation: Activation
  private let contract: Linear  // (C, F)
  private let outputNorm: LayerNorm

  init(
    _ weights: Weights, _ names: Names, _ shape: ModelShape, activation: Activation, epsilon: Float
  ) throws(ModelError) {
    let (c, f) = (shape.width, shape.neurons)
    form = AttentionForm(heads: shape.heads, headWidth: c / shape.heads)
    query = try Linear(weights, names.query, out: c, in: c)
    key = try Linear(weights, names.key, out: c, in: c)
    value = try Linear(weights, names.value, out: c, in: c)
    attended = try Linear(weights, names.attended, out: c, in: c)
    attentionNorm = try LayerNorm(weights, names.attentionNorm, width: c, epsilon: epsilon)
    expand = try Linear(weights, names.expand, out: f, in: c)
    self.activation = activation
    contract = try Linear(weights, names.contract, out: c, in: f)
    outputNorm = try LayerNorm(weights, names.outputNorm, width: c, epsilon: epsilon)
  }

  /// Replaces the `(T, C)` hidden state `h` by the block's output.
  ///
  /// - Parameters:
  ///   - h: the input, replaced by the output.
  ///   - batch: where its texts begin and end.
  ///   - workspace: scratch.
  ///   - visit: receives the activations of some tokens, `(rows.count, F)`, and may change them.
  func callAsFunction(
    _ h: inout Matrix, _ batch: Batch, _ workspace: inout Workspace,
    visit: (_ rows: Range<Int>, _ neurons: inout Matrix) -> Void
  ) {
    let (t, c) = (h.rows, h.columns)
    var qkv = workspace.take("qkv", rows: t, columns: 3 * c)
    let team = workspace.team
    query(h, into: &qkv, column: 0, team: team)
    key(h, into: &qkv, column: c, team: team)
    value(h, into: &qkv, column: 2 * c, team: team)
    var context = workspace.take("context", rows: t, columns: c)
    attention(
      qkv: qkv, offsets: batch.offsets, form, scores: &workspace.scores, into: &context,
      team: team)
    var a = workspace.take("a", rows: t, columns: c)
    attended.product(context, into: &a, team: team)
    attentionNorm(&a, bias: attended.bias, residual: h)
    feedForward(a, into: &h, &workspace, visit: visit)
    workspace.keep("qkv", qkv)
    workspace.keep("context", context)
    workspace.keep("a", a)
  }

  /// `h ← LN(a + W₂ act(W₁ a + b₁) + b₂)`, tile by tile.
  private func feedForward(
    _ a: Matrix, into h: inout Matrix, _ workspace: inout Workspace,
    visit: (_ rows: Range<Int>, _ neurons: inout Matrix) -> Void
  ) {
    for rows in tiles(of: a.rows) {
      var neurons = workspace.take("neurons", rows: rows.count, columns: expand.outputs)
      expand(a, rows: rows, into: &neurons, team: workspace.team)
      activate(&neurons, activation)
      visit(rows, &neurons)
      contract.product(neurons, into: &h, row: rows.lowerBound, team: workspace.team)
      workspace.keep("neurons", neurons)
    }
    outputNorm(&h, bias: contract.bias, residual: a)
  }
}

/// The embeddings of BERT, RoBERTa and DistilBERT: `LN(E[id] + S[0] + P[position])`.
struct PostNormEmbeddings: Sendable {
  private let words: Parameter  // (vocabulary, C)
  private let positions: Parameter  // (positions, C)
  private let segments: Parameter?  // (types, C); a single text is segment 0 throughout
  private let norm: LayerNorm

  /// Reads the tables: `count` rows of positions and `types` rows of segments, nil where the
  /// family has none.
  init(
    _ weights: Weights, _ shape: ModelShape, positions count: Int, types: Int?, epsilon: Float
  ) throws(ModelError) {
    let c = shape.width
    words = try weights.matrix(
      "embeddings.word_embeddings.weight", rows: shape.vocabulary, columns: c)
    positions = try weights.matrix(
      "embeddings.position_embeddings.weight", rows: count, columns: c)
    if let types {
      segments = try weights.matrix(
        "embeddings.token_type_embeddings.weight", rows: types, columns: c)
    } else {
      segments = nil
    }
    norm = try LayerNorm(weights, "embeddings.LayerNorm", width: c, epsilon: epsilon)
  }

  /// `h`, `(T, C)`, becomes the embeddings of the batch's tokens; `rows` gives the row of the
  /// position table for each id of a text, in order.
  func callAsFunction(
    _ batch: Batch, into h: inout Matrix, positions rows: (ArraySlice<Int32>) -> [Int]
  ) {
    for i in h.values.indices { h.values[i] = 0 }
    for text in 0..<batch.textCount {
      let tokens = batch.rows(of: text)
      for (t, position) in zip(tokens, rows(batch.ids[tokens])) {
        add(row: Int(batch.ids[t]), of: words, to: &h, row: t)
        if let segments { add(row: 0, of: segments, to: &h, row: t) }
        add(row: position, of: positions, to: &h, row: t)
      }
    }
    norm(&h)
  }
}
