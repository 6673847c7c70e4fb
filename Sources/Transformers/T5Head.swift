import Tensors

extension T5 {
  /// `T5ForSequenceClassification`: `W₂ tanh(W₁ x + b₁) + b₂` on the decoder's final state at the
  /// place of the last `</s>` of the text, where the decoder, one behind, reads the word before it.
  static func head(
    _ configuration: Configuration, _ weights: Weights
  ) throws(ModelError) -> ClassificationHead? {
    guard
      try configuration.isTextClassifier(
        hasHead: weights.contains("classification_head.dense.weight"))
    else { return nil }
    let shape = try shape(configuration)
    let c = shape.width
    // Without a decoder there is nothing to read.
    _ = try base(weights).vector("decoder.final_layer_norm.weight", count: c)
    let end = try configuration.id("eos_token_id", default: 1, below: shape.vocabulary)
    return try ClassificationHead(
      configuration, weights, "classification_head.out_proj",
      after: .init(
        linear: Linear(weights, "classification_head.dense", out: c, in: c), activation: .tanh),
      at: Site(.final, shape.decoderBlocks, of: .decoder), of: .lastEnd(Int32(end)), width: c)
  }
}
