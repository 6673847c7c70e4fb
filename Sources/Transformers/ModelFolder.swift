public import Foundation

/// Loads the model of a Hugging Face folder: `config.json` and `model.safetensors`, or its shards.
///
/// Weights are used where the file system keeps them, so this returns before they are read; only
/// norms and biases in F16 or BF16 are widened here.
/// - Throws: `ModelError`, naming the file and what is wrong with it.
public func loadModel(folder: URL) throws(ModelError) -> any Transformer {
  let configuration = try Configuration(folder: folder)
  let family = try configuration.family
  let weights = try Weights(folder: folder)
  return try family.init(configuration, ready(weights, for: family.shape(configuration)))
}

/// The model of a folder as it would be before any training: same shapes, random weights.
///
/// - Throws: `ModelError`, as `loadModel` does.
public func untrainedModel(folder: URL, seed: UInt64) throws(ModelError) -> any Transformer {
  let configuration = try Configuration(folder: folder)
  let family = try configuration.family
  let weights = try Weights(folder: folder)
    .drawn(by: family.untrained(configuration, seed: seed))
  return try family.init(configuration, ready(weights, for: family.shape(configuration)))
}

/// - Throws: `ModelError` if there is no memory for what must be in it.
private func ready(_ weights: Weights, for shape: ModelShape) throws(ModelError) -> Weights {
  let available = availableMemory()
  try weights.requireMemory(for: shape, available: available)
  return weights.fitting(shape, into: available)
}

/// The sizes that a folder's `config.json` gives, of a decoder too where its weights have none.
public func modelShape(folder: URL) throws(ModelError) -> ModelShape {
  let configuration = try Configuration(folder: folder)
  return try configuration.family.shape(configuration)
}

/// Loads the classification head that the checkpoint of a folder brings with it.
///
/// - Returns: nil if it brings none.
/// - Throws: `ModelError`, naming the file and what is wrong with the head.
public func loadHead(folder: URL) throws(ModelError) -> ClassificationHead? {
  let configuration = try Configuration(folder: folder)
  return try configuration.family.head(configuration, Weights(folder: folder))
}
