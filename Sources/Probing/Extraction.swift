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
  private let stacks: Stacks
  private let workers: Int

  /// Tokens of a batch, or one text's: enough that products run at full speed, few enough that
  /// what a layer makes of them is still in the cache when the next reads it.
  public static let budget = 512
  /// Texts that a worker tokenizes at a time.
  private static let chunk = 256

  /// Joins a model with its tokenizer.
  ///
  /// - Parameters:
  ///   - model: whose layers are pooled.
  ///   - tokenizer: the model's.
  ///   - poolings: how.
  ///   - readsDecoder: whether a decoder that follows the encoder is read too.
  ///   - workers: threads at most; the numbers do not depend on them.
  public init(
    model: any Transformer, tokenizer: Tokenizer, poolings: [Pooling], readsDecoder: Bool = true,
    workers: Int = availableWorkers()
  ) {
    stacks = model.shape.stacks(readingDecoder: readsDecoder)
    self.model = model
    self.tokenizer = tokenizer
    self.poolings = poolings
    self.workers = workers
  }

  /// The pooled features of all texts in memory, and what became of each text.
  ///
  /// - Parameters:
  ///   - texts: any number, of any length.
  ///   - progress: called after every batch; return `false` to stop.
  /// - Returns: nil if `progress` stopped the work.
  public func extract(
    _ texts: [String], progress: (WorkProgress) -> Bool
  ) -> (features: Features, facts: [TextFacts])? {
    let prepared = prepare(texts)
    var matrices: [FeatureKey: Matrix] = [:]
    let isWhole = extract(
      prepared, batches: Array(prepared.batches.indices),
      into: { batch in
        for (key, pooled) in batch.pooled {
          if matrices[key] == nil {
            matrices[key] = Matrix(rows: texts.count, columns: pooled.columns)
          }
          for (row, text) in batch.texts.enumerated() {
            matrices[key]?.setRow(text, to: pooled.row(row))
          }
        }
      }, progress: progress)
    var features = Features()
    for (key, matrix) in matrices { features[key] = StoredMatrix(matrix) }
    return isWhole ? (features, prepared.facts) : nil
  }

  /// Texts as token ids, packed into batches.
  public struct PreparedTexts: Sendable {
    /// What each text brings to the model.
    public let facts: [TextFacts]
    /// Positions of texts; the packing depends on the texts alone.
    public let batches: [[Int]]
    fileprivate let ids: [[Int32]]

    /// Tokens of some batches.
    public func tokens(of batches: some Sequence<Int>) -> Int {
      batches.reduce(0) { $0 + self.batches[$1].reduce(0) { $0 + facts[$1].tokens } }
    }
  }

  /// The pooled features of the texts of one batch.
  public struct PooledBatch: Sendable {
    /// Its place among all batches.
    public var number: Int
    /// Positions of its texts.
    public var texts: [Int]
    /// One `(texts, width)` matrix a layer and pooling.
    public var pooled: [(key: FeatureKey, matrix: Matrix)]
  }

  /// Tokenizes and packs texts.
  public func prepare(_ texts: [String]) -> PreparedTexts {
    let encodings = tokenize(texts)
    let facts = encodings.map { TextFacts(tokens: $0.ids.count, truncated: $0.truncated) }
    return PreparedTexts(
      facts: facts, batches: batches(of: facts.map(\.tokens)), ids: encodings.map(\.ids))
  }

  /// Hands over the pooled features of some batches, in the order in which they are done.
  ///
  /// - Parameters:
  ///   - prepared: all texts.
  ///   - wanted: places in `prepared.batches`.
  ///   - sink: takes a batch; called by one thread at a time.
  ///   - progress: called after every batch, in tokens of all texts; return `false` to stop.
  /// - Returns: whether the work was done to its end.
  /// - Throws: what `sink` throws, which ends the work.
  public func extract<Fault: Error>(
    _ prepared: PreparedTexts, batches wanted: [Int],
    into sink: (PooledBatch) throws(Fault) -> Void, progress: (WorkProgress) -> Bool
  ) throws(Fault) -> Bool {
    let total = prepared.tokens(of: prepared.batches.indices)
    var read = total - prepared.tokens(of: wanted)
    var stopped = !progress(WorkProgress("reading texts", done: read, total: total))
    var fault: Fault?
    forEachInParallel(count: stopped ? 0 : wanted.count, workers: workers) {
      Workspace()
    } work: { job, workspace in
      var tap = PoolingTap(poolings)
      model.forward(
        Batch(prepared.batches[wanted[job]].map { prepared.ids[$0] }), blocks: stacks.allBlocks,
        workspace: &workspace, tap: &tap)
      return tap
    } consume: { job, tap in
      let texts = prepared.batches[wanted[job]]
      do throws(Fault) {
        try sink(PooledBatch(number: wanted[job], texts: texts, pooled: pooled(tap)))
      } catch {
        fault = error
        return false
      }
      read += prepared.tokens(of: [wanted[job]])
      stopped = !progress(WorkProgress("reading texts", done: read, total: total))
      return !stopped
    }
    if let fault { throw fault }
    return !stopped
  }

  private func pooled(_ tap: PoolingTap) -> [(key: FeatureKey, matrix: Matrix)] {
    var pooled: [(key: FeatureKey, matrix: Matrix)] = []
    for representation in Representation.allCases {
      for layer in 0..<representation.layers(of: stacks) {
        for (pooling, matrix) in zip(poolings, tap.features(representation, layer: layer)) {
          pooled.append((FeatureKey(representation, layer: layer, pooling: pooling), matrix))
        }
      }
    }
    return pooled
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
}
