/// What the temperature did to the chosen head's probabilities: the same texts as it was fitted,
/// and at the temperature that validation chose.
///
/// Of the validation texts the second is a little too good, for they chose the temperature; the
/// test texts had no part in it.
public struct Recalibration: Sendable, Equatable {
  public var split: Split
  public var before: Evaluation
  public var after: Evaluation

  /// Evaluates a run's head on one of its splits.
  ///
  /// - Returns: nil if no text is of the split.
  public init?(_ run: Run, on split: Split) {
    let (labels, scheme) = (run.labels, run.head.fitted.classifier.scheme)
    let places = run.texts.indices.filter { run.texts[$0].split == split }
    guard !places.isEmpty else { return nil }
    func evaluation(_ temperature: Double) -> Evaluation {
      Evaluation(
        probabilities: places.map { place in
          LinearClassifier.probabilities(
            logits: run.logits[place].map { $0 / temperature }, scheme: scheme)
        }, truth: places.map { labels[$0] })
    }
    self.split = split
    before = evaluation(1)
    after = evaluation(run.scores.temperature.value)
  }
}
