import Foundation

/// One number that makes probabilities honest: all logits are divided by it.
///
///     T = argmin over T of −mean log p_y(z / T)
///
/// It changes no prediction. One-versus-rest logits are divided before the sigmoid; what comes after
/// stays as it is.
/// Source: Guo et al. 2017, arXiv:1706.04599, section 4.2.
public struct Temperature: Sendable, Codable, Equatable {
  /// T; above 1 the classifier was too sure, below 1 not sure enough.
  public var value: Double
  /// The mean of −log p of the true class on the texts of the fit, in nats: as it was, and with T.
  public var lossBefore: Double
  public var lossAfter: Double
  /// The texts of the fit.
  public var n: Int

  /// The temperatures that are looked at; L1 holds weights down, so T is often well below 1.
  public static let limits = 0.02...50.0

  /// Whether the best T would lie beyond the limits: then the texts are all told apart, or not at
  /// all, and T says little about others.
  public var isAtLimit: Bool {
    value <= Self.limits.lowerBound * 1.001 || value >= Self.limits.upperBound / 1.001
  }

  /// Finds the temperature for which the texts are likeliest.
  ///
  /// The loss is convex in 1/T for two classes, but not for normalised one-versus-rest outputs, so
  /// a grid finds the valley and golden sections find its floor, to one part in a million.
  /// - Parameters:
  ///   - logits: of validation texts, one row a text.
  ///   - truth: the class of each text.
  ///   - scheme: how several outputs become probabilities.
  public init(logits: [[Double]], truth: [Int], scheme: ClassScheme = .oneVersusRest) {
    precondition(logits.count == truth.count, "\(logits.count) texts, \(truth.count) labels")
    func loss(_ logT: Double) -> Double { Self.loss(logits, truth, exp(-logT), scheme) }
    let (low, high) = (log(Self.limits.lowerBound), log(Self.limits.upperBound))
    let width = (high - low) / 40
    let grid = (0...40).map { low + Double($0) * width }
    let losses = grid.map(loss)
    let best = grid.indices.min { losses[$0] < losses[$1] } ?? 0
    let floor = goldenSection(
      max(low, grid[best] - width)...min(high, grid[best] + width), tolerance: 1e-7, loss)
    n = truth.count
    lossBefore = loss(0)
    // Without texts, or where no temperature helps, the logits stay as they are.
    let helps = loss(floor) < lossBefore
    value = helps ? exp(floor) : 1
    lossAfter = helps ? loss(floor) : lossBefore
  }

  private static func loss(
    _ logits: [[Double]], _ truth: [Int], _ factor: Double, _ scheme: ClassScheme
  ) -> Double {
    var sum = 0.0
    for (row, k) in zip(logits, truth) {
      let p = LinearClassifier.probabilities(logits: row.map { $0 * factor }, scheme: scheme)
      sum -= log(max(p[k], 1e-15))
    }
    return sum / Double(max(truth.count, 1))
  }

  /// Probabilities of all classes at this temperature.
  public func probabilities(
    logits: [Double], scheme: ClassScheme = .oneVersusRest
  ) -> [Double] {
    LinearClassifier.probabilities(logits: logits.map { $0 / value }, scheme: scheme)
  }
}

/// The minimum of a function with one valley, by golden sections.
///
/// Source: Kiefer 1953, "Sequential minimax search for a maximum".
func goldenSection(
  _ range: ClosedRange<Double>, tolerance: Double, _ f: (Double) -> Double
) -> Double {
  let ratio = (5.0.squareRoot() - 1) / 2
  var (low, high) = (range.lowerBound, range.upperBound)
  var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
  var (atLeft, atRight) = (f(left), f(right))
  while high - low > tolerance {
    if atLeft <= atRight {
      (high, right, atRight) = (right, left, atLeft)
      left = high - ratio * (high - low)
      atLeft = f(left)
    } else {
      (low, left, atLeft) = (left, right, atRight)
      right = low + ratio * (high - low)
      atRight = f(right)
    }
  }
  return (low + high) / 2
}
