public import Foundation

/// Loads the model of a Hugging Face folder: `config.json` and `model.safetensors`, or its shards.
///
/// Weights in F32 are used where the file system keeps them, so this returns before they are read;
/// F16 and BF16 are widened here.
/// - Throws: `ModelError`, naming the file and what is wrong with it.
public func loadModel(folder: URL) throws(ModelError) -> any Transformer {
  let configuration = try Configuration(folder: folder)
  let type = try configuration.modelType
  guard let family = families[type] else {
    throw ModelError(
      path: configuration.path,
      problem: .unsupported(
        what: "the model family", found: type,
        supported: families.keys.sorted().joined(separator: ", ")))
  }
  let weights = try Weights(folder: folder)
  try weights.requireMemory(available: availableMemory())
  return try family(configuration, weights)
}

private typealias Family =
  @Sendable (Configuration, Weights) throws(ModelError) -> any Transformer

/// Every family by its `model_type`.
private let families: [String: Family] = [
  "bert": { (c, w) throws(ModelError) in try BERT(c, w) },
  "distilbert": { (c, w) throws(ModelError) in try DistilBERT(c, w) },
  "gpt2": { (c, w) throws(ModelError) in try GPT2(c, w) },
  "roberta": { (c, w) throws(ModelError) in try RoBERTa(c, w) },
  "t5": { (c, w) throws(ModelError) in try T5(c, w) },
]
