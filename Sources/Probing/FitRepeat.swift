/// A fit on training and validation texts that were drawn anew: how much of a result is luck.
public struct FitRepeat: Sendable, Codable, Equatable {
  /// What one rule of choice took, and how it does on the test texts.
  public struct Outcome: Sendable, Codable, Equatable {
    public var source: HeadSource
    public var pooling: Pooling
    public var selection: NeuronSelection
    public var neurons: Int
    public var validation: Score
    public var test: Score
  }

  public var seed: UInt64
  /// The choice by validation loss, by validation accuracy, and the one-standard-error choice.
  public var byLoss: Outcome
  public var byAccuracy: Outcome
  public var oneStandardError: Outcome
  /// The last hidden state alone, and the one layer that validates best, on the test texts.
  public var base: Score
  public var bestLayer: Score
  /// What keeping more brings on this draw, of the source and pooling that the repeated fit chose; nil in
  /// runs of earlier versions.
  public var curve: [CurvePoint]?

  /// How well the best depth does where so much of each layer is kept.
  public struct CurvePoint: Sendable, Codable, Equatable {
    public var selection: NeuronSelection
    public var neurons: Int
    /// On the draw's own validation texts.
    public var validation: Score
  }
}

extension FitRepeat: FitUnit {}

extension SpinFit {
  /// Fits on `count` other draws; test texts stay what they are, and are read once a draw.
  ///
  /// - Returns: nil if `progress` stopped the work.
  static func repeats(
    _ work: FitWork, of head: Head, count: Int, progress: (WorkProgress) -> Bool
  ) throws(DataError) -> [FitRepeat]? {
    var repeats: [FitRepeat] = []
    for seed in 0..<UInt64(max(0, count)) {
      let drawn = work.resplit(seed: seed)
      let fitted = try SpinFit(drawn).run { step in
        progress(
          WorkProgress(
            "repeat \(seed + 1) of \(count), \(step.phase)", done: step.done, total: step.total))
      }
      guard let fitted else { return nil }
      repeats.append(Assessment(drawn, fitted).repeated(seed: seed, like: head))
    }
    return repeats
  }
}
