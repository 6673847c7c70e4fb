/// Why a tensor that a checkpoint holds is not read.
public enum LeftOver: String, Sendable, CaseIterable {
  /// Predicts words: of pretraining, and of models that write.
  case languageHead = "language head"
  /// Classifies, tags or answers: of another task, or of a class that the checkpoint does not name.
  case otherHead = "other head"
  /// BERT's layer on `[CLS]`, where no classifier reads it.
  case pooler = "pooler"
  /// Numbers that follow from the sizes: positions and masks.
  case buffer = "buffer"
  /// A further copy of the word embeddings.
  case copy = "embeddings again"
  /// Of early T5 checkpoints, without any use since.
  case relic = "old relic"
  /// Not known here: perhaps of another model.
  case unknown = "unknown"

  /// Tells from a tensor's name.
  public init(tensor name: String) {
    let name = String(Self.bare(name))
    let first = name.prefix { $0 != "." }
    if name.hasSuffix("EncDecAttention.relative_attention_bias.weight") {
      self = .relic
    } else if ["position_ids", ".attn.bias", ".attn.masked_bias"].contains(where: {
      name.hasSuffix($0)
    }) {
      self = .buffer
    } else if Self.copies.contains(name) {
      self = .copy
    } else {
      self = Self.modules[String(first)] ?? .unknown
    }
  }

  private static let copies = [
    "shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight",
  ]

  /// What transformers' classes call the parts that stand on a base model.
  private static let modules: [String: LeftOver] = [
    "cls": .languageHead, "lm_head": .languageHead, "vocab_transform": .languageHead,
    "vocab_layer_norm": .languageHead, "vocab_projector": .languageHead, "pooler": .pooler,
    "classifier": .otherHead, "pre_classifier": .otherHead, "score": .otherHead,
    "qa_outputs": .otherHead, "classification_head": .otherHead,
    "multiple_choice_head": .otherHead,
  ]

  private static func bare(_ name: String) -> Substring {
    for prefix in ["bert.", "roberta.", "distilbert.", "transformer."]
    where name.hasPrefix(prefix) {
      let rest = name.dropFirst(prefix.count)
      // DistilBERT's own blocks are called so too.
      return rest.hasPrefix("layer.") ? name[...] : rest
    }
    return name[...]
  }
}
