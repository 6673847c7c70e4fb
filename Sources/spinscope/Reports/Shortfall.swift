import Probing

/// The probes and heads of a run that stopped short of the duality gap that was asked for.
struct Shortfall {
  /// How many stopped short, of how many.
  let count: Int
  let fits: Int
  /// The largest relative gap among them, and the most Newton steps that one of them made.
  let gap: Double
  let steps: Int?
  private let settings: ClassifierSettings

  /// Single precision carries margins to about this; a gap below it is luck.
  private static let finest = 1e-7

  /// Looks for fits that stopped short; nil if there is none.
  init?(_ run: Run) {
    let all =
      run.probes.map { ($0.fitted.converged, $0.fitted.relativeGap, Int?($0.fitted.iterations)) }
      + run.configurations.map { ($0.converged, $0.relativeGap, $0.iterations) }
    let short = all.filter { !$0.0 }
    guard !short.isEmpty else { return nil }
    count = short.count
    fits = all.count
    gap = short.map(\.1).max() ?? 0
    steps = short.compactMap(\.2).max()
    settings = run.info.settings.classifier
  }

  /// How many, how far, after how many steps, and what to change.
  var line: String {
    "\(grouped(count)) of \(grouped(fits)) fits stopped short of a relative gap of "
      + "\(settings.tolerance): at most \(significant(gap))"
      + (steps.map { " after up to \(grouped($0)) steps" } ?? "") + "; \(advice)"
  }

  private var advice: String {
    if settings.tolerance < Self.finest {
      return "that is as far as single precision goes: ask for --tolerance 1e-6"
    }
    return settings.scaling == .standard
      ? "try a smaller C: --multiples or --c"
      : "scale the features (--scaling standard) or try a smaller C"
  }
}
