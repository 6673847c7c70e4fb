import Tensors

/// BERT: bidirectional blocks with post-norm.
///
///     h₀ = LN(E[id] + S[0] + P[position])
///     hₗ₊₁ = block l of `PostNormStack`
///
/// Source: Devlin et al. 2019, arXiv:1810.04805, section 3; exact as in transformers'
/// `modeling_bert.py`.
public struct BERT: Family {
  public let shape: ModelShape
  private let embed: PostNormEmbeddings
  private let blocks: PostNormStack

  init(_ configuration: Configuration, _ weights: Weights) throws(ModelError) {
    let activation = try configuration.activation("hidden_act", default: "gelu")
    shape = try Self.shape(configuration)
    let epsilon = try configuration.number("layer_norm_eps", default: 1e-12)
    let names = Self.base(weights)
    embed = try PostNormEmbeddings(
      names, shape, positions: shape.maxTokens,
      types: configuration.size("type_vocab_size", default: 2), epsilon: epsilon)
    blocks = try PostNormStack(
      names, shape, activation: activation, epsilon: epsilon, names: PostNormBlock.Names.bert)
  }

  static func shape(_ configuration: Configuration) throws(ModelError) -> ModelShape {
    try configuration.require("position_embedding_type", "absolute")
    try configuration.require("is_decoder", false)
    try configuration.require("add_cross_attention", false)
    return try ModelShape(
      family: "BERT", blocks: configuration.size("num_hidden_layers", default: 12),
      width: configuration.size("hidden_size", default: 768),
      neurons: configuration.size("intermediate_size", default: 3072),
      heads: configuration.heads(
        "num_attention_heads", default: 12, width: configuration.size("hidden_size", default: 768)),
      maxTokens: configuration.size("max_position_embeddings", default: 512),
      vocabulary: configuration.size("vocab_size", default: 30522))
  }

  /// `BertForSequenceClassification`: `W₂ tanh(W₁ x + b₁) + b₂` on the state of `[CLS]`, of which
  /// the first half is BERT's pooler.
  static func head(
    _ configuration: Configuration, _ weights: Weights
  ) throws(ModelError) -> ClassificationHead? {
    guard
      try configuration.isTextClassifier(hasHead: weights.contains("classifier.weight"))
    else { return nil }
    let shape = try shape(configuration)
    let c = shape.width
    return try ClassificationHead(
      configuration, weights, "classifier",
      after: .init(
        linear: Linear(base(weights), "pooler.dense", out: c, in: c), activation: .tanh),
      at: Site(.hidden, shape.blocks), of: .first, width: c)
  }

  private static func base(_ weights: Weights) -> Weights {
    weights.stripping(prefix: "bert.", of: "embeddings.word_embeddings.weight")
  }

  public func forward(
    _ batch: Batch, from entry: Entry?, blocks count: Int, workspace: inout Workspace,
    tap: inout some Tap
  ) {
    var h = workspace.start(batch, width: shape.width, from: entry) { h in
      embed(batch, into: &h) { Array(0..<$0.count) }
    }
    blocks(&h, batch, from: entry, blocks: count, &workspace, &tap)
    workspace.keep("h", h)
  }
}
