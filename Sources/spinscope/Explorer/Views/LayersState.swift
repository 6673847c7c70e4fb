import Probing

/// What the screen of the layers remembers.
struct LayersState: Sendable, Equatable, Codable {
  /// Whether the scores are hidden, so that one can guess first.
  var isHidden = false
  /// How sure a depth must be to answer; nil for what validation chose.
  var threshold: Double?

  var settings: [(name: String, value: String)] {
    (isHidden ? [("hidden", "yes")] : []) + (threshold.map { [("exit", "\($0)")] } ?? [])
  }

  mutating func read(_ name: String, _ value: String) -> Bool {
    switch name {
    case "hidden": isHidden = value == "yes"
    case "exit": threshold = Double(value).flatMap { $0.isFinite ? $0 : nil }
    default: return false
    }
    return true
  }
}

extension ExplorerState {
  /// What stopping early does to the validation texts, at the threshold that is shown.
  var exitOutcome: ExitRule.Outcome? {
    let rule = run.scores.exitRule
    let wanted = look.views.layers.threshold ?? rule.threshold
    return rule.validation.min { abs($0.threshold - wanted) < abs($1.threshold - wanted) }
  }

  mutating func moveThreshold(by step: Int) {
    let tried = run.scores.exitRule.validation.map(\.threshold)
    guard let here = exitOutcome.flatMap({ tried.firstIndex(of: $0.threshold) }) else { return }
    look.views.layers.threshold = tried[min(max(0, here + step), tried.count - 1)]
  }

  /// To the nearest of the thresholds that were tried, on the screen that shows what it does.
  mutating func setThreshold(_ value: Double) {
    look.views.layers.threshold = value
    look.views.layers.threshold = exitOutcome?.threshold
    if place.tab != .layers { show(.layers) }
  }
}
