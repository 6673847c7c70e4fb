import Tensors

/// RoBERTa, DistilRoBERTa, XLM-RoBERTa and CamemBERT: BERT whose positions count from behind the
/// padding's.
///
///     h₀ = LN(E[id] + S[0] + P[position])
///     hₗ₊₁ = block l of `PostNormStack`
///
/// With p the padding's id: the first token has position p + 1, and a token whose id is p, which a
/// `<pad>` in a text makes, has position p and does not count.
/// Source: Liu et al. 2019, arXiv:1907.11692; exact as in transformers' `modeling_roberta.py`.
public struct RoBERTa: Family {
  public let shape: ModelShape
  private let padding: Int
  private let embed: PostNormEmbeddings
  private let blocks: PostNormStack

  init(_ configuration: Configuration, _ weights: Weights) throws(ModelError) {
    let activation = try configuration.activation("hidden_act", default: "gelu")
    shape = try Self.shape(configuration)
    padding = try Self.padding(configuration)
    let epsilon = try configuration.number("layer_norm_eps", default: 1e-12)
    let names = weights.stripping(prefix: "roberta.", of: "embeddings.word_embeddings.weight")
    embed = try PostNormEmbeddings(
      names, shape, positions: shape.maxTokens + padding + 1,
      types: configuration.size("type_vocab_size", default: 2), epsilon: epsilon)
    blocks = try PostNormStack(
      names, shape, activation: activation, epsilon: epsilon, names: PostNormBlock.Names.bert)
  }

  private static func padding(_ configuration: Configuration) throws(ModelError) -> Int {
    try configuration.id(
      "pad_token_id", default: 1, below: configuration.size("vocab_size", default: 50265))
  }

  static func shape(_ configuration: Configuration) throws(ModelError) -> ModelShape {
    try configuration.require("position_embedding_type", "absolute")
    try configuration.require("is_decoder", false)
    try configuration.require("add_cross_attention", false)
    let width = try configuration.size("hidden_size", default: 768)
    let positions = try configuration.size("max_position_embeddings", default: 512)
    let padding = try padding(configuration)
    guard positions > padding + 1 else {
      throw configuration.wrong(
        "max_position_embeddings", expected: "more than pad_token_id + 1 = \(padding + 1)")
    }
    return try ModelShape(
      family: "RoBERTa", blocks: configuration.size("num_hidden_layers", default: 12), width: width,
      neurons: configuration.size("intermediate_size", default: 3072),
      heads: configuration.heads("num_attention_heads", default: 12, width: width),
      maxTokens: positions - padding - 1,
      vocabulary: configuration.size("vocab_size", default: 50265))
  }

  /// `RobertaForSequenceClassification`: `W₂ tanh(W₁ x + b₁) + b₂` on the state of `<s>`.
  static func head(
    _ configuration: Configuration, _ weights: Weights
  ) throws(ModelError) -> ClassificationHead? {
    guard
      try configuration.isTextClassifier(hasHead: weights.contains("classifier.dense.weight"))
    else { return nil }
    let shape = try shape(configuration)
    let c = shape.width
    return try ClassificationHead(
      configuration, weights, "classifier.out_proj",
      after: .init(linear: Linear(weights, "classifier.dense", out: c, in: c), activation: .tanh),
      at: Site(.hidden, shape.blocks), of: .first, width: c)
  }

  public func forward(
    _ batch: Batch, from entry: Entry?, blocks count: Int, workspace: inout Workspace,
    tap: inout some Tap
  ) {
    var h = workspace.start(batch, width: shape.width, from: entry) { h in
      embed(batch, into: &h, positions: positions)
    }
    blocks(&h, batch, from: entry, blocks: count, &workspace, &tap)
    workspace.keep("h", h)
  }

  private func positions(_ ids: ArraySlice<Int32>) -> [Int] {
    var last = padding
    return ids.map { id in
      if Int(id) == padding { return padding }
      last += 1
      return last
    }
  }
}
