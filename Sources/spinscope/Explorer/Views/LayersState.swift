import Probing

/// What the screen of the layers remembers.
struct LayersState: Sendable, Equatable, Codable {
  /// Whether the scores are hidden, so that one can guess first.
  var isHidden = false
  /// Whether the poolings stand side by side, in place of the one that is shown.
  var showsPoolings = false
  /// How sure a depth must be to answer; nil for what validation chose.
  var threshold: Double?

  var settings: [(name: String, value: String)] {
    (isHidden ? [("hidden", "yes")] : []) + (showsPoolings ? [("poolings", "all")] : [])
      + (threshold.map { [("exit", "\($0)")] } ?? [])
  }

  mutating func read(_ name: String, _ value: String) -> Bool {
    switch name {
    case "hidden": isHidden = value == "yes"
    case "poolings": showsPoolings = value == "all"
    case "exit": threshold = Double(value).flatMap { $0.isFinite ? $0 : nil }
    default: return false
    }
    return true
  }
}

extension ExplorerState {
  /// What stopping early does to the validation texts, at the threshold that is shown; at one that the
  /// fit did not try, the nearest that it tried until the answer is there.
  var exitOutcome: ExitRule.Outcome? {
    let rule = run.scores.exitRule
    let wanted = look.views.layers.threshold ?? rule.threshold
    let nearest = rule.validation.min {
      abs($0.threshold - wanted) < abs($1.threshold - wanted)
    }
    return nearest?.threshold == wanted ? nearest : exitTrials?.outcome(at: wanted) ?? nearest
  }

  /// Whether the threshold that is shown is none of those that the fit tried.
  var hasOtherThreshold: Bool {
    guard let wanted = look.views.layers.threshold else { return false }
    return !run.scores.exitRule.validation.contains { $0.threshold == wanted }
  }

  /// To the next of the thresholds that were tried.
  mutating func moveThreshold(by step: Int) {
    let tried = run.scores.exitRule.validation.map(\.threshold)
    let here = look.views.layers.threshold ?? run.scores.exitRule.threshold
    let next =
      step < 0
      ? (tried.lastIndex { $0 < here } ?? 0) + step + 1
      : (tried.firstIndex { $0 > here } ?? tried.count - 1) + step - 1
    guard !tried.isEmpty else { return }
    look.views.layers.threshold = tried[min(max(0, next), tried.count - 1)]
  }

  /// To any threshold, on the screen that shows what it does: from the least that a depth can be sure to 1,
  /// which never stops early.
  mutating func setThreshold(_ value: Double) {
    look.views.layers.threshold = min(1, max(1 / Double(run.info.data.classes.count), value))
    if place.tab != .layers { show(.layers) }
  }
}
