import Tensors

/// DistilBERT: BERT with half the blocks and without segments.
///
///     h₀ = LN(E[id] + P[position])
///     hₗ₊₁ = block l of `PostNormStack`
///
/// Positions that were sinusoids when it was trained are stored weights all the same; ε is 10⁻¹²
/// whatever the configuration says.
/// Source: Sanh et al. 2019, arXiv:1910.01108; exact as in transformers' `modeling_distilbert.py`.
public struct DistilBERT: Family {
  public let shape: ModelShape
  private let embed: PostNormEmbeddings
  private let blocks: PostNormStack

  private static let epsilon: Float = 1e-12

  init(_ configuration: Configuration, _ weights: Weights) throws(ModelError) {
    let activation = try configuration.activation("activation", default: "gelu")
    shape = try Self.shape(configuration)
    let names = weights.stripping(prefix: "distilbert.", of: "embeddings.word_embeddings.weight")
    embed = try PostNormEmbeddings(
      names, shape, positions: shape.maxTokens, types: nil, epsilon: Self.epsilon)
    blocks = try PostNormStack(
      names, shape, activation: activation, epsilon: Self.epsilon, names: Self.names)
  }

  static func shape(_ configuration: Configuration) throws(ModelError) -> ModelShape {
    let width = try configuration.size("dim", alias: "hidden_size", default: 768)
    return try ModelShape(
      family: "DistilBERT",
      blocks: configuration.size("n_layers", alias: "num_hidden_layers", default: 6), width: width,
      neurons: configuration.size("hidden_dim", default: 3072),
      heads: configuration.heads(
        "n_heads", alias: "num_attention_heads", default: 12, width: width),
      maxTokens: configuration.size("max_position_embeddings", default: 512),
      vocabulary: configuration.size("vocab_size", default: 30522))
  }

  /// `DistilBertForSequenceClassification`: `W₂ relu(W₁ x + b₁) + b₂` on the state of `[CLS]`.
  static func head(
    _ configuration: Configuration, _ weights: Weights
  ) throws(ModelError) -> ClassificationHead? {
    guard
      try configuration.isTextClassifier(hasHead: weights.contains("pre_classifier.weight"))
    else { return nil }
    let shape = try shape(configuration)
    let c = shape.width
    return try ClassificationHead(
      configuration, weights, "classifier",
      after: .init(linear: Linear(weights, "pre_classifier", out: c, in: c), activation: .relu),
      at: Site(.hidden, shape.blocks), of: .first, width: c)
  }

  private static func names(_ l: Int) -> PostNormBlock.Names {
    let block = "transformer.layer.\(l)"
    return PostNormBlock.Names(
      query: "\(block).attention.q_lin", key: "\(block).attention.k_lin",
      value: "\(block).attention.v_lin", attended: "\(block).attention.out_lin",
      attentionNorm: "\(block).sa_layer_norm", expand: "\(block).ffn.lin1",
      contract: "\(block).ffn.lin2", outputNorm: "\(block).output_layer_norm")
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
