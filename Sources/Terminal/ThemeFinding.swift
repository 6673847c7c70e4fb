/// One thing that makes a theme hard to read.
public struct ThemeFinding: Equatable, Sendable, CustomStringConvertible {
  /// The role, the two roles or the ramp.
  public var place: String
  /// What is wrong, with both colours, the figure and its bound.
  public var problem: String
  /// What to write instead.
  public var suggestion: String

  public var description: String { "\(place): \(problem); \(suggestion)" }
}

extension ThemeFinding {
  /// A figure of two colours that lies below its bound.
  ///
  /// - `measure`: what the figure is, such as `contrast`.
  /// - `condition`: where it was measured, such as `256 colours`; may be empty.
  init(
    _ place: String, _ measure: String, _ first: RGB, _ second: RGB, figure: Double,
    atLeast bound: Double, condition: String, suggestion: String
  ) {
    let problem =
      "\(measure) of \(first.notation) and \(second.notation) is \(fixed(figure)), "
      + "at least \(fixed(bound)) needed"
    self.init(
      place: place, problem: condition.isEmpty ? problem : "\(problem) (\(condition))",
      suggestion: suggestion)
  }
}

/// Two decimals, rounded towards what is worse, so that a figure never looks like its bound.
private func fixed(_ value: Double) -> String {
  let hundredths = Int((value * 100 + 1e-9).rounded(.down))
  let digits = String(abs(hundredths % 100))
  return
    "\(hundredths < 0 ? "-" : "")\(abs(hundredths / 100)).\(digits.count < 2 ? "0" : "")\(digits)"
}

extension ColorDepth {
  /// As findings name it; true colour is what they mean when they name none.
  var condition: String {
    switch self {
    case .mono: "no colours"
    case .ansi16: "16 colours"
    case .ansi256: "256 colours"
    case .direct: ""
    }
  }
}
