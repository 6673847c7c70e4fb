import Foundation
import Tensors
import Testing

@testable import Probing

@Suite("Contributions to a logit")
struct ContributionsTests {
  private let noise = Noise(seed: 71)

  /// A classifier of `outputs` rows on features of very different scales, and some texts.
  private func sample(outputs: Int, features: Int = 40) -> (LinearClassifier, Matrix) {
    var noise = noise
    var x = noise.matrix(rows: 30, columns: features)
    for row in 0..<30 {
      for j in 0..<features { x[row, j] = x[row, j] * Float(1 + j % 7) * 3 + Float(j % 5) }
    }
    let classifier = LinearClassifier(
      weights: noise.matrix(rows: outputs, columns: features),
      intercepts: (0..<outputs).map { _ in noise.next() }, standardizer: Standardizer(x))
    return (classifier, x)
  }

  @Test("they sum to the logit, from the mean and from any other text", arguments: [1, 3])
  func residual(outputs: Int) {
    let (classifier, x) = sample(outputs: outputs)
    for row in 0..<x.rows {
      for k in 0..<outputs {
        let logit = classifier.logits(x.row(row))[k]
        let parts = classifier.contributions(output: k, x.row(row))
        #expect(abs(parts.reduce(Double(classifier.intercepts[k]), +) - logit) < 1e-4)
        let other = x.row((row + 7) % x.rows)
        let gap = classifier.contributions(output: k, x.row(row), against: other).reduce(0, +)
        #expect(abs(gap - (logit - classifier.logits(other)[k])) < 1e-4)
      }
    }
  }

  @Test("they are the same before and after standardising")
  func units() {
    let (classifier, x) = sample(outputs: 2)
    let raw = LinearClassifier(
      weights: Matrix(
        rows: 2, columns: 40,
        values: (0..<80).map { classifier.rawWeight($0 / 40, $0 % 40) }),
      intercepts: (0..<2).map { classifier.rawIntercept($0) },
      standardizer: Standardizer(
        mean: Array(repeating: 0, count: 40), scale: Array(repeating: 1, count: 40)))
    for row in 0..<x.rows {
      for k in 0..<2 {
        let a = classifier.contributions(output: k, x.row(row))
        let b = raw.contributions(
          output: k, x.row(row), against: classifier.standardizer.mean)
        #expect(largestDifference(a, b) < 1e-5)
      }
    }
  }

  /// Softmax probabilities.
  private func softmax(_ logits: [Double]) -> [Double] {
    let odds = logits.map { exp($0) }
    let sum = odds.reduce(0, +)
    return odds.map { $0 / sum }
  }

  @Test("one vector added to every class moves contributions, but no contrast and no probability")
  func gauge() {
    let (classifier, x) = sample(outputs: 3, features: 5)
    var noise = noise
    var moved = classifier
    for j in 0..<5 {
      let g = noise.next()
      for k in 0..<3 { moved.weights[k, j] += g }
    }
    var largestMove = 0.0
    for row in 0..<x.rows {
      let text = x.row(row)
      let p = [classifier, moved].map { softmax($0.logits(text)) }
      #expect(largestDifference(p[0], p[1]) < 1e-5)
      for k in 0..<3 {
        largestMove = max(
          largestMove,
          largestDifference(
            classifier.contributions(output: k, text), moved.contributions(output: k, text)))
        #expect(
          largestDifference(
            classifier.centredContributions(output: k, text),
            moved.centredContributions(output: k, text)) < 1e-5)
        let other = (k + 1) % 3
        let contrast = classifier.contrast(k, over: other, text)
        #expect(largestDifference(contrast, moved.contrast(k, over: other, text)) < 1e-5)
      }
    }
    #expect(largestMove > 1)
  }

  @Test("a contrast sums to the difference of the two logits")
  func contrast() {
    let (classifier, x) = sample(outputs: 3, features: 6)
    let logits = classifier.logits(x.row(0))
    let base = Double(classifier.intercepts[2]) - Double(classifier.intercepts[0])
    let sum = classifier.contrast(2, over: 0, x.row(0)).reduce(base, +)
    #expect(abs(sum - (logits[2] - logits[0])) < 1e-4)
  }

  @Test("from the mean they are the Shapley values of a game whose absent neurons stay at the mean")
  func shapley() {
    let (classifier, x) = sample(outputs: 1, features: 6)
    let mean = classifier.standardizer.mean
    /// The logit where only some neurons have the text's values.
    func worth(_ present: Set<Int>, _ text: [Float]) -> Double {
      classifier.logits(text.indices.map { present.contains($0) ? text[$0] : mean[$0] })[0]
    }
    func factorial(_ n: Int) -> Double { (0..<n).reduce(1) { $0 * Double($1 + 1) } }
    for row in 0..<3 {
      let text = Array(x.row(row))
      for j in text.indices {
        let others = text.indices.filter { $0 != j }
        let value = (0..<1 << others.count).reduce(0.0) { sum, bits in
          let present = Set(
            others.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element))
          let orders = factorial(present.count) * factorial(others.count - present.count)
          return sum + orders * (worth(present.union([j]), text) - worth(present, text))
        }
        let contribution = classifier.contributions(output: 0, text)[j]
        #expect(abs(value / factorial(text.count) - contribution) < 1e-5)
      }
    }
  }

  @Test("the effective count is m for m equal neurons, and 1 for one that has all")
  func effective() {
    #expect(abs(effectiveCount([2, 2, 0, 2]) - 3) < 1e-12)
    #expect(effectiveCount([0, 5, 0]) == 1 && effectiveCount([0, 0]) == 0)
  }
}
