import Foundation
import Probing
import Tensors
import Tokenizers
import Transformers

/// A model and the texts of a fit, ready to be read: tokenized, packed, and known by their sums.
struct TextReading {
  let loaded: LoadedModel
  let weightsSum: String
  let plan: FeaturePlan
  let extractor: Extractor
  let prepared: Extractor.PreparedTexts
  let identity: FeatureIdentity
  /// How many texts of each class are cut, in words; nil if none are.
  let truncation: String?

  /// Loads the model and tokenizes the texts.
  ///
  /// - Parameters:
  ///   - folder: the model's.
  ///   - data: the texts.
  ///   - poolings: to pool by; nil takes the paper's for the model's family.
  ///   - readsDecoder: whether the decoder that follows an encoder is read too.
  ///   - normsLast: whether the last hidden state is taken after the model's final norm.
  ///   - isHalf: whether features are kept as F16.
  ///   - workers: threads at most.
  /// - Throws: `Failure` if the model cannot be used, or has no token for some text.
  init(
    _ folder: URL, _ data: DataSet, poolings: [Pooling]?, readsDecoder: Bool = true,
    normsLast: Bool = false, isHalf: Bool, workers: Int
  ) throws(Failure) {
    loaded = try LoadedModel(folder: folder, normsLast: normsLast)
    let shape = loaded.model.shape
    plan = FeaturePlan(
      texts: data.texts.count, shape: shape, poolings: poolings ?? Pooling.usual(for: shape),
      readsDecoder: readsDecoder, isHalf: isHalf)
    extractor = Extractor(
      model: loaded.model, tokenizer: loaded.tokenizer, poolings: plan.poolings,
      readsDecoder: readsDecoder, workers: shape.readers(workers))
    let texts = data.texts.map(\.text)
    prepared = extractor.prepare(texts)
    if let empty = prepared.facts.firstIndex(where: { $0.tokens == 0 }) {
      throw Failure(
        .input, "text \(empty + 1) of the data has no token for this model; remove its row")
    }
    truncation = truncationLine(
      data.truncated(prepared.facts), classes: data.classes,
      limit: loaded.tokenizer.limit(shape.maxTokens))
    weightsSum = try loaded.weightsSum()
    identity = FeatureIdentity(
      folder, weightsSum: weightsSum, texts: texts, batches: prepared.batches, plan: plan,
      normsLast: normsLast && shape.hasFinalNorm)
  }

  /// The texts of some batches, in ascending order.
  func texts(of batches: [Int]) -> [Int] { batches.flatMap { prepared.batches[$0] }.sorted() }
}
