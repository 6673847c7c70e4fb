/// What the run's screen remembers.
struct RunState: Sendable, Equatable, Codable {
  /// Rows of the confusion matrix, then the bins of the reliability curve, then the lines of what the
  /// run rests on.
  var row = 0
  var column = 0
  /// The folder of the run that this one is held against.
  var against: String?
  /// Whether the comparison is shown.
  var isCompared = false
  /// The cursor among the texts of which the two heads say different things.
  var flip = 0
}
