import Foundation
import Terminal

/// One figure of `spinscope bench`, and how near it comes to what bounds it.
struct Measurement: Encodable, Equatable {
  var part: String
  var value: Double
  var unit: String
  /// What was done or read, in few words.
  var detail: String
  /// The share of `ceiling` that is reached, or that is used up of a limit; nil where none is known.
  var share: Double?
  /// What bounds it, in few words.
  var ceiling: String?

  init(
    _ part: String, _ value: Double, _ unit: String, detail: String = "", share: Double? = nil,
    of ceiling: String? = nil
  ) {
    self.part = part
    self.value = value
    self.unit = unit
    self.detail = detail
    self.share = share
    self.ceiling = ceiling
  }

  /// A line of the table.
  var line: String {
    let limit = zip(share, ceiling).map {
      "\(padded(percent($0), to: 6, alignment: .right)) % of \($1)"
    }
    let number = padded(significantDigits(value), to: 9, alignment: .right)
    let fields = "\(padded(part, to: 28))\(number) \(padded(unit, to: 9))"
    return [fields + (limit ?? padded("", to: 8)), detail].filter { !$0.isEmpty }.joined(
      separator: "  ")
  }

  private func significantDigits(_ value: Double) -> String {
    value >= 1000
      ? grouped(Int(value.rounded())) : decimals(value, value >= 100 ? 0 : value >= 10 ? 1 : 2)
  }

  private func zip(_ share: Double?, _ ceiling: String?) -> (Double, String)? {
    guard let share, let ceiling else { return nil }
    return (share, ceiling)
  }
}

/// The seconds that `body` took.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  return (ContinuousClock.now - start) / .seconds(1)
}

/// The median of the seconds that `body` took, `repeats` times after one that is not counted.
func medianSeconds(repeats: Int, _ body: () -> Void) -> Double {
  body()
  return quantile(0.5, of: (0..<max(1, repeats)).map { _ in seconds(body) })
}

/// The smallest value that a share `p` of `values` does not exceed.
func quantile(_ p: Double, of values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return .nan }
  return sorted[min(sorted.count - 1, max(0, Int((p * Double(sorted.count)).rounded(.up)) - 1))]
}
