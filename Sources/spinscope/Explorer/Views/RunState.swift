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
  /// The columns of the grid; nil for the usual ones, below 100 columns of none.
  var axes: GridAxes?
  /// The cursor among the texts of which the two heads say different things.
  var flip = 0

  var settings: [(name: String, value: String)] {
    axes.map { [("grid", $0.rawValue)] } ?? []
  }

  mutating func read(_ name: String, _ value: String) -> Bool {
    guard name == "grid", let known = GridAxes(rawValue: value) else { return false }
    axes = known
    return true
  }
}
