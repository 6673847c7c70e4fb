import Foundation
import Testing

@testable import Probing

@Suite("Bootstrap intervals")
struct BootstrapTests {
  @Test("agree with 200,000 draws of numpy's, to what the number of draws leaves open")
  func numpy() throws {
    let fixture = try StatisticsFixture.shared.get().intervals
    let evaluation = Evaluation(
      probabilities: fixture.probabilities, truth: fixture.truth,
      bootstrap: Bootstrap(resamples: 2_000, seed: 3))
    let auroc = try #require(evaluation.auroc)
    for (found, expected) in [
      (evaluation.logLoss, fixture.logLoss),
      (evaluation.balancedAccuracy, fixture.balancedAccuracy), (auroc, fixture.auroc),
    ] {
      let width = expected[1] - expected[0]
      #expect(abs(found.low - expected[0]) < 0.06 * width)
      #expect(abs(found.high - expected[1]) < 0.06 * width)
    }
  }

  @Test("every draw keeps each class's number of texts")
  func strata() {
    let labels = [0, 1, 1, 0, 2, 1, 1, 1, 0, 2]
    let counts = Bootstrap(resamples: 50).estimates(strata: labels) { weights in
      (0..<3).map { k in
        Double(labels.indices.reduce(0) { $0 + (labels[$1] == k ? Int(weights[$1]) : 0) })
      }
    }
    #expect(counts == [3, 5, 2].map { Estimate($0, low: $0, high: $0) })
  }

  @Test("is the same for any number of threads, and another for another seed")
  func deterministic() throws {
    let fixture = try StatisticsFixture.shared.get().intervals
    let made = [(1, 5 as UInt64), (3, 5), (3, 6)].map { workers, seed in
      Evaluation(
        probabilities: fixture.probabilities, truth: fixture.truth,
        bootstrap: Bootstrap(resamples: 64, seed: seed), workers: workers)
    }
    #expect(made[0] == made[1] && made[1].logLoss != made[2].logLoss)
  }

  @Test("the spread of a mean is what the theory says")
  func spread() {
    var noise = Noise(seed: 21)
    let values = (0..<400).map { _ in Double(noise.next()) }
    let labels = values.indices.map { $0 % 2 }
    let mean = Bootstrap(resamples: 2_000).estimates(strata: labels) { weights in
      [zip(values, weights).reduce(0) { $0 + $1.0 * Double($1.1) } / Double(values.count)]
    }
    let standardError = Moments(values).standardError
    for estimate in mean.compactMap({ $0 }) {
      let width = (estimate.high - estimate.low) / (2 * 1.96 * standardError)
      #expect(abs(width - 1) < 0.08)
    }
  }

  @Test("quantiles are numpy's: linear between neighbours")
  func quantiles() {
    let sorted = [1.0, 2, 4, 8]
    let found = [0, 0.025, 0.5, 0.975, 1].map { quantile(sorted, $0) }
    #expect(largestDifference(found, [1, 1.075, 3, 7.7, 8]) < 1e-12)
    #expect(quantile([5], 0.3) == 5)
  }
}
