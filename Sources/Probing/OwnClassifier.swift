public import Tensors
public import Tokenizers
public import Transformers

/// What a checkpoint's own head says of one text.
public struct OwnPrediction: Sendable, Equatable {
  public var text: String
  /// One a label, in the head's order: probabilities, or in a regression values; nil if the text
  /// does not have the token that the head reads.
  public var scores: [Double]?
  /// Whether the text was longer than the model reads, and was cut.
  public var truncated: Bool
  /// Tokens that were read.
  public var tokens: Int
}

/// Classifies texts with the head that a checkpoint brings with it.
public struct OwnClassifier: Sendable {
  public let head: ClassificationHead
  private let model: any Transformer
  private let tokenizer: Tokenizer

  /// Joins a head with the model and the tokenizer of the same folder.
  public init(head: ClassificationHead, model: any Transformer, tokenizer: Tokenizer) {
    self.head = head
    self.model = model
    self.tokenizer = tokenizer
  }

  /// Classifies texts, each for itself; all of the model's blocks are run.
  public func classify(
    _ texts: [String], workers: Int = availableWorkers()
  ) -> [OwnPrediction] {
    mapInParallel(count: texts.count, workers: workers) { index in
      let encoding = tokenizer.encode(texts[index], maxLength: model.shape.maxTokens)
      var workspace = Workspace()
      let logits = head.logits(of: encoding.ids, in: model, workspace: &workspace)
      return OwnPrediction(
        text: texts[index], scores: logits.map(head.scores), truncated: encoding.truncated,
        tokens: encoding.count)
    }
  }
}
