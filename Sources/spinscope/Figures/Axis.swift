import Foundation

/// One direction of a panel: which values it spans, how they are spread, and where it is labelled.
struct Axis: Equatable {
  struct Tick: Equatable {
    var value: Double
    var label: String
  }

  var title: String
  var domain: ClosedRange<Double>
  var isLogarithmic = false
  var ticks: [Tick]

  /// Where a value lies: 0 at the lower end, 1 at the upper.
  func fraction(_ value: Double) -> Double {
    func place(_ value: Double) -> Double { isLogarithmic ? log(value) : value }
    let (low, high) = (place(domain.lowerBound), place(domain.upperBound))
    return high > low ? (place(value) - low) / (high - low) : 0.5
  }

  /// An even axis around some values, which ends at labelled ones and never beyond the limits.
  static func even(
    _ title: String, around values: [Double], limits: ClosedRange<Double>? = nil, count: Int = 6
  ) -> Axis {
    let high = values.max() ?? 1
    // One value alone still needs room.
    let lowest = values.min() ?? 0
    let low = high - lowest > 1e-6 ? lowest : high - 1
    let step = step(from: low, to: high, count: count)
    var domain = (low / step).rounded(.down) * step...(high / step).rounded(.up) * step
    if let limits { domain = domain.clamped(to: limits) }
    // Rounding must not lose a label at an end.
    let first = Int((domain.lowerBound / step - 1e-6).rounded(.up))
    let last = Int((domain.upperBound / step + 1e-6).rounded(.down))
    let places = step < 1 ? Int((-log10(step)).rounded(.up)) : 0
    return Axis(
      title: title, domain: domain,
      ticks: (first...max(first, last)).map {
        let value = Double($0) * step
        return Tick(value: value, label: decimals(value, places))
      })
  }

  /// The finest of 1, 2, 5, 10, 20 … (or 0.5, 0.2 …) that needs no more than `count` labels.
  private static func step(from low: Double, to high: Double, count: Int) -> Double {
    let ideal = (high - low) / Double(max(count - 1, 1))
    let power = pow(10, log10(ideal).rounded(.down))
    return power * ([1, 2, 5].first { power * $0 >= ideal * 0.999 } ?? 10)
  }

  /// An axis on which equal steps are equal ratios, around values above 0, labelled at 1, 2 and 5
  /// of every power of ten.
  static func logarithmic(_ title: String, around values: [Double]) -> Axis {
    let low = (values.min() ?? 1) * 0.8
    let high = (values.max() ?? 10) * 1.25
    let powers = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
    let wide = high / low > 300
    let ticks = powers.flatMap { power in
      (wide ? [1.0] : [1.0, 2, 5]).map { $0 * pow(10, Double(power)) }
    }
    return Axis(
      title: title, domain: low...high, isLogarithmic: true,
      ticks: ticks.filter { (low...high).contains($0) }.map {
        Tick(value: $0, label: $0 < 1 ? significant($0) : grouped(Int($0.rounded())))
      })
  }

  /// An axis of names, at the whole numbers from 0.
  static func names(_ title: String, _ names: [String]) -> Axis {
    Axis(
      title: title, domain: -0.4...Double(max(names.count, 1)) - 0.6,
      ticks: names.enumerated().map { Tick(value: Double($0), label: $1) })
  }
}
