import Foundation
import Probing
import Terminal

/// Text from a file or a person, safe to print.
func shown(_ text: String) -> String { sanitized(text) }

/// `82.6`, in percent.
func percent(_ share: Double) -> String { decimals(share * 100, 1) }

/// `87.0 %`, and `> 99.9 %` for what would round to certainty.
func certainty(_ p: Double) -> String {
  p < 1 && p >= 0.9995 ? "> 99.9 %" : "\(percent(p)) %"
}

/// ` ± 3.3`: half of the 95 % interval, in percent; ` −5.7 +1.2` where the interval is lopsided.
func plusMinus(_ score: Score) -> String {
  // Rounding may put an end of the interval beside the number itself.
  let down = max(0, score.accuracy - score.low) * 100
  let up = max(0, score.high - score.accuracy) * 100
  guard abs(down - up) > 2 else { return " ± \(decimals(score.halfWidth * 100, 1))" }
  return " −\(decimals(down, 1)) +\(decimals(up, 1))"
}

/// `82.6 % [79.0, 85.7], n = 500`.
func score(_ score: Score) -> String {
  "\(percent(score.accuracy)) % [\(percent(score.low)), \(percent(score.high))], n = \(grouped(score.n))"
}

/// `78.8 [75.0, 82.1]`, in percent.
func share(_ estimate: Estimate) -> String {
  "\(percent(estimate.value)) [\(percent(estimate.low)), \(percent(estimate.high))]"
}

/// `+2.4 [−0.6, +5.4]`, in points: a difference of two shares.
func points(_ difference: Estimate) -> String {
  "\(signed(difference.value * 100, 1)) "
    + "[\(signed(difference.low * 100, 1)), \(signed(difference.high * 100, 1))]"
}

/// A number with a fixed count of decimals.
func decimals(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }

/// A number with three significant digits, and a power of ten where it is far from 1.
func significant(_ value: Double) -> String { String(format: "%.3g", value) }

/// What rounding leaves of a sum that should be 0: `< 1e-9`, or the number where it is more.
func remainder(_ value: Double) -> String { value < 1e-9 ? "< 1e-9" : significant(value) }

/// `1,536`.
func grouped(_ value: Int) -> String {
  var digits = String(abs(value))
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (value < 0 ? "−" : "") + ([digits] + groups).joined(separator: ",")
}

/// `1 neuron`, `138 neurons`.
func neurons(_ count: Int) -> String { "\(grouped(count)) neuron\(count == 1 ? "" : "s")" }

/// `+0.44` or `−0.19`: a signed number whose sign is always written.
func signed(_ value: Double, _ places: Int = 2) -> String {
  (value < 0 ? "−" : "+") + decimals(abs(value), places)
}

/// `3, 5, 9`, and of many the first five: `1, 2, 4, 6, 8 and 12 more`.
func listed(_ items: [String]) -> String {
  let first = items.prefix(5).joined(separator: ", ")
  return items.count > 5 ? "\(first) and \(grouped(items.count - 5)) more" : first
}
