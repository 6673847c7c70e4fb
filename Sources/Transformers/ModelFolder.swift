public import Foundation

/// Loads the model of a Hugging Face folder: `config.json` and `model.safetensors`.
///
/// Weights in F32 are used where the file system keeps them, so this returns before they are read.
/// - Throws: `ModelError`, naming the file and what is wrong with it.
public func loadModel(folder: URL) throws(ModelError) -> any Transformer {
  let configuration = try Configuration(folder: folder)
  let weights = try Weights(folder: folder)
  switch try configuration.modelType {
  case "bert": return try BERT(configuration, weights)
  case let other:
    throw ModelError(
      path: configuration.path,
      problem: .unsupported(what: "the model family", found: other, supported: "bert"))
  }
}
