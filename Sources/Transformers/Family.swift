/// A family of models: how its configuration and its checkpoints are read.
protocol Family: Transformer {
  /// Reads the weights of a checkpoint.
  init(_ configuration: Configuration, _ weights: Weights) throws(ModelError)

  /// The sizes that a configuration gives; those of a decoder even where the checkpoint has none.
  static func shape(_ configuration: Configuration) throws(ModelError) -> ModelShape

  /// The checkpoint's own classification head; nil where it has none.
  static func head(
    _ configuration: Configuration, _ weights: Weights
  ) throws(ModelError) -> ClassificationHead?

  /// How the family's matrices are drawn before training: the standard deviation by name and shape.
  static func untrained(
    _ configuration: Configuration, seed: UInt64
  ) throws(ModelError) -> UntrainedWeights
}

extension Family {
  /// All matrices alike, as transformers starts BERT and its kin.
  static func untrained(
    _ configuration: Configuration, seed: UInt64
  ) throws(ModelError) -> UntrainedWeights {
    let deviation = try configuration.number("initializer_range", default: 0.02)
    return UntrainedWeights(seed: seed) { _, _, _ in deviation }
  }
}

/// Every family by its `model_type`; some have several names.
private let families: [String: any Family.Type] = [
  "bert": BERT.self, "camembert": RoBERTa.self, "distilbert": DistilBERT.self, "gpt2": GPT2.self,
  "mt5": T5.self, "roberta": RoBERTa.self, "t5": T5.self, "xlm-roberta": RoBERTa.self,
]

extension Configuration {
  /// The family that `model_type` names.
  var family: any Family.Type {
    get throws(ModelError) {
      let type = try modelType
      guard let family = families[type] else {
        throw ModelError(
          path: path,
          problem: .unsupported(
            what: "the model family", found: type,
            supported: families.keys.sorted().joined(separator: ", ")))
      }
      return family
    }
  }
}
