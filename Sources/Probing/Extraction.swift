public import Tensors
public import Tokenizers
public import Transformers

/// A piece of long work that reports how far it is.
public struct WorkProgress: Sendable, Equatable {
  /// What is being done, in words.
  public var phase: String
  public var done: Int
  public var total: Int

  /// Says how far a phase is.
  public init(_ phase: String, done: Int, total: Int) {
    self.phase = phase
    self.done = done
    self.total = total
  }
}

/// What a text brought to the model.
public struct TextFacts: Sendable, Equatable {
  /// Tokens that the model read, special tokens included.
  public var tokens: Int
  /// Whether the text was longer than the model reads, and was cut.
  public var truncated: Bool

  /// Keeps what is known of a text.
  public init(tokens: Int, truncated: Bool) {
    self.tokens = tokens
    self.truncated = truncated
  }
}

/// Runs a model over texts and pools every layer.
///
/// Texts are sorted by length and packed into batches of a token budget, one batch a worker at a
/// time. The packing depends on the texts alone, so the numbers do not depend on the workers.
public struct Extractor: Sendable {
  private let model: any Transformer
  private let tokenizer: Tokenizer
  private let poolings: [Pooling]
  private let workers: Int

  /// Tokens of a batch: large enough that products run at full speed, small enough that a
  /// worker's matrices stay below 40 MB at width 768.
  private static let budget = 2048
  /// Texts that a worker tokenizes at a time.
  private static let chunk = 256

  /// Joins a model with its tokenizer.
  public init(
    model: any Transformer, tokenizer: Tokenizer, poolings: [Pooling],
    workers: Int = availableWorkers()
  ) {
    self.model = model
    self.tokenizer = tokenizer
    self.poolings = poolings
    self.workers = workers
  }

  /// The pooled features of all texts, and what became of each text.
  ///
  /// - Parameters:
  ///   - texts: any number, of any length.
  ///   - progress: called after every batch; return `false` to stop.
  /// - Returns: nil if `progress` stopped the work.
  public func extract(
    _ texts: [String], progress: (WorkProgress) -> Bool
  ) -> (features: Features, facts: [TextFacts])? {
    let encodings = tokenize(texts)
    let facts = encodings.map { TextFacts(tokens: $0.ids.count, truncated: $0.truncated) }
    let jobs = batches(of: facts.map(\.tokens))
    let total = facts.reduce(0) { $0 + $1.tokens }
    var features = Features()
    var done = 0
    var stopped = !progress(WorkProgress("reading texts", done: 0, total: total))
    forEachInParallel(count: stopped ? 0 : jobs.count, workers: workers) {
      Workspace()
    } work: { job, workspace in
      var tap = PoolingTap(poolings)
      model.forward(
        Batch(jobs[job].map { encodings[$0].ids }), blocks: model.shape.blocks,
        workspace: &workspace, tap: &tap)
      return tap
    } consume: { job, tap in
      collect(tap, texts: jobs[job], of: texts.count, into: &features)
      done += jobs[job].reduce(0) { $0 + facts[$1].tokens }
      stopped = !progress(WorkProgress("reading texts", done: done, total: total))
      return !stopped
    }
    return stopped ? nil : (features, facts)
  }

  private func tokenize(_ texts: [String]) -> [Encoding] {
    let chunks = (texts.count + Self.chunk - 1) / Self.chunk
    return mapInParallel(count: chunks, workers: workers) { chunk in
      texts[chunk * Self.chunk..<min((chunk + 1) * Self.chunk, texts.count)].map {
        tokenizer.encode($0, maxLength: model.shape.maxTokens)
      }
    }.flatMap { $0 }
  }

  /// Positions of texts, longest first, in groups of at most `budget` tokens or one text.
  private func batches(of tokens: [Int]) -> [[Int]] {
    let order = tokens.indices.sorted { (tokens[$1], $0) < (tokens[$0], $1) }
    var batches: [[Int]] = []
    var room = 0
    for text in order {
      if batches.isEmpty || tokens[text] > room {
        batches.append([])
        room = Self.budget
      }
      batches[batches.count - 1].append(text)
      room -= tokens[text]
    }
    return batches
  }

  private func collect(
    _ tap: PoolingTap, texts: [Int], of count: Int, into features: inout Features
  ) {
    for representation in Representation.allCases {
      for layer in 0..<representation.layers(blocks: model.shape.blocks) {
        let pooled = tap.features(representation, layer: layer)
        for (pooling, matrix) in zip(poolings, pooled) {
          features.place(
            matrix, at: texts, of: count,
            key: FeatureKey(representation, layer: layer, pooling: pooling))
        }
      }
    }
  }
}
