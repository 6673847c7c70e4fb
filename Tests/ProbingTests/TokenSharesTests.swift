import Testing

@testable import Probing

@Suite("A pooled value goes back to its tokens")
struct TokenSharesTests {
  /// Up to seven values, of which some are equal.
  private func sample(_ noise: inout Noise) -> [Double] {
    (0..<1 + noise.below(7)).map { _ in
      noise.below(3) == 0 ? Double(noise.below(3)) : Double(noise.next())
    }
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private func without(_ token: Int, _ values: [Double]) -> [Double] {
    values.indices.filter { $0 != token }.map { values[$0] }
  }

  @Test("the mean's shares sum to mean − reference; leave-one-out is the drop without the token")
  func means() {
    var noise = Noise(seed: 61)
    for _ in 0..<100 {
      let values = sample(&noise)
      let reference = Double(noise.next())
      let shares = TokenShares.ofMean(values, reference: reference)
      #expect(abs(shares.reduce(0, +) - (mean(values) - reference)) < 1e-12)
      for (token, drop) in TokenShares.leavingOneOutOfMean(values).enumerated() {
        let rest = without(token, values)
        #expect(abs(drop - (rest.isEmpty ? 0 : mean(values) - mean(rest))) < 1e-12)
      }
    }
  }

  @Test("the maximum's shares sum to maximum − reference; leave-one-out is the lead")
  func maxima() {
    var noise = Noise(seed: 62)
    for _ in 0..<100 {
      let values = sample(&noise)
      let largest = values.max() ?? 0
      let shares = TokenShares.ofMaximum(values, reference: 0.3)
      #expect(abs(shares.reduce(0, +) - (largest - 0.3)) < 1e-12)
      for (token, share) in shares.enumerated() where values[token] < largest {
        #expect(share == 0)
      }
      for (token, drop) in TokenShares.leavingOneOutOfMaximum(values).enumerated() {
        #expect(abs(drop - (largest - (without(token, values).max() ?? largest))) < 1e-12)
      }
    }
    #expect(TokenShares.ofMaximum([1, 2, 2], reference: 0) == [0, 1, 1])
    #expect(TokenShares.ofMaximum([], reference: 0).isEmpty)
  }

  /// The mean over all orders of what each player adds to the maximum.
  private func bruteForce(_ values: [Double], floor: Double) -> [Double] {
    var shares = [Double](repeating: 0, count: values.count)
    var orders = 0.0
    func visit(_ order: [Int]) {
      guard order.count < values.count else {
        orders += 1
        var highest = floor
        for token in order {
          shares[token] += max(values[token] - highest, 0)
          highest = max(highest, values[token])
        }
        return
      }
      for token in values.indices where !order.contains(token) { visit(order + [token]) }
    }
    visit([])
    return shares.map { $0 / orders }
  }

  @Test("Shapley values of the maximum are those over all orders, for up to seven tokens")
  func airport() {
    var noise = Noise(seed: 63)
    for round in 0..<12 {
      let values = round == 0 ? [1, 1, 1, 1, 1, 1, 1] : sample(&noise)
      let floor = (values.min() ?? 0) - Double(noise.below(2))
      let shares = TokenShares.shapleyOfMaximum(values, floor: floor)
      #expect(largestDifference(shares, bruteForce(values, floor: floor)) < 1e-12)
      #expect(abs(shares.reduce(0, +) - ((values.max() ?? 0) - floor)) < 1e-12)
    }
  }

  @Test("below its mean a neuron's tokens still share, beside a constant for the usual level")
  func floorSplit() {
    let (values, floor, mean, weight) = ([-0.1, 0.4, 0.2], -0.17, 0.9, 2.5)
    let tokens = TokenShares.shapleyOfMaximum(values, floor: floor).map { weight * $0 }
    let usualLevel = weight * (floor - mean)
    #expect(tokens.allSatisfy { $0 > 0 })
    #expect(abs(tokens.reduce(usualLevel, +) - weight * (0.4 - mean)) < 1e-12)
  }
}
