import Foundation
import Probing
import Tokenizers
import Transformers

/// A model and its tokenizer, loaded and checked against each other.
struct LoadedModel: Sendable {
  var folder: URL
  var model: any Transformer
  var tokenizer: Tokenizer

  /// Loads a model folder.
  ///
  /// `normsLast` says whether the last hidden state is taken after the model's final norm.
  init(folder: URL, normsLast: Bool = false) throws(Failure) {
    self.folder = folder
    let (model, tokenizer) = try explaining {
      (try loadModel(folder: folder), try Tokenizer(folder: folder))
    }
    try Self.check(tokenizer, model.shape, folder)
    self.model = normsLast ? NormedLast.wrapping(model) : model
    self.tokenizer = tokenizer
  }

  /// Refuses a tokenizer that could give the model an id without an embedding.
  static func check(
    _ tokenizer: Tokenizer, _ shape: ModelShape, _ folder: URL
  ) throws(Failure) {
    guard tokenizer.vocabularySize <= shape.vocabulary else {
      throw Failure(
        .input,
        "\(folder.path): the tokenizer has \(tokenizer.vocabularySize) ids, the model "
          + "\(shape.vocabulary) embeddings; they belong to different models")
    }
  }

  /// Loads the model of a run, from where it was or a known model from where it is now.
  ///
  /// Its weights must be those of the run: numbers of another model would look no less true.
  init(of run: Run) throws(Failure) {
    let model = run.info.model
    guard !model.isElsewhere else {
      throw Failure(
        .input,
        "the features of this run were made elsewhere; there is no model here to read texts with")
    }
    let normsLast = run.info.settings.normsLast ?? false
    let there = URL(fileURLWithPath: model.path)
    if FileManager.default.fileExists(atPath: there.path) {
      try self.init(folder: there, normsLast: normsLast)
    } else if model.name == DemoModel.name
      || KnownModel.all.contains(where: { $0.name == model.name })
    {
      try self.init(folder: ModelFetcher().locate(model.name), normsLast: normsLast)
    } else {
      throw Failure(.input, "\(model.path): the run's model is gone; bring it back there")
    }
    guard try weightsSum() == model.sha256 else {
      throw Failure(.input, "\(folder.path): not the weights that the run was fitted on")
    }
  }

  /// The classification head that the checkpoint brings with it.
  ///
  /// - Throws: `Failure` where it brings none.
  func ownClassifier() throws(Failure) -> OwnClassifier {
    guard let head = try explaining({ try loadHead(folder: folder) }) else {
      throw Failure(
        .input,
        "\(folder.path): the model has no classification head of its own; choose a checkpoint that "
          + "was fine-tuned to classify texts")
    }
    return OwnClassifier(head: head, model: model, tokenizer: tokenizer)
  }

  /// The SHA-256 of the weights.
  func weightsSum() throws(Failure) -> String { try Self.weightsSum(folder) }

  /// The SHA-256 of the weights of a model folder.
  static func weightsSum(_ folder: URL) throws(Failure) -> String {
    try explaining { try SHA256.ofFiles(WeightFiles(folder: folder).paths) }
  }
}
