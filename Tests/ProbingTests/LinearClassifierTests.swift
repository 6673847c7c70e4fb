import Foundation
import Tensors
import Testing

@testable import Probing

@Suite("Linear classifiers")
struct LinearClassifierTests {
  private func classifier(outputs: Int, features: Int) -> (LinearClassifier, Matrix) {
    var noise = Noise(seed: 4)
    let x = noise.matrix(rows: 20, columns: features)
    var weights = noise.matrix(rows: outputs, columns: features)
    weights[0, 0] = 0
    let classifier = LinearClassifier(
      weights: weights, intercepts: (0..<outputs).map { _ in noise.next() },
      standardizer: Standardizer(x))
    return (classifier, x)
  }

  @Test("logits are the same from raw and from standardised features", arguments: [1, 3])
  func units(outputs: Int) {
    let (classifier, x) = classifier(outputs: outputs, features: 9)
    for row in 0..<x.rows {
      for (k, logit) in classifier.logits(x.row(row)).enumerated() {
        let raw = (0..<9).reduce(Double(classifier.rawIntercept(k))) {
          $0 + Double(classifier.rawWeight(k, $1)) * Double(x[row, $1])
        }
        #expect(abs(raw - logit) < 5e-6)
      }
    }
  }

  @Test("logits follow the definition")
  func definition() {
    let classifier = LinearClassifier(
      weights: Matrix(rows: 2, columns: 2, values: [1, 2, 0, -4]), intercepts: [0.5, 1],
      standardizer: Standardizer(mean: [1, 10], scale: [2, 4]))
    // Standardised, the features are 1 and 1/2.
    let x: [Float] = [3, 12]
    #expect(classifier.logits(x) == [2.5, -1])
    #expect(classifier.logits(x[...]) == classifier.logits(x))
  }

  @Test("two classes share out the sigmoid of one logit")
  func twoClasses() {
    for logit in [-800, -3, 0, 0.5, 800] {
      let p = LinearClassifier.probabilities(logits: [logit])
      #expect(p.count == 2 && abs(p[0] + p[1] - 1) < 1e-15)
      #expect(abs(p[1] - 1 / (1 + exp(-logit))) < 1e-15)
    }
  }

  @Test(
    "more classes sum to 1, even where every output says no",
    arguments: [[0, 0, 0], [1, -2, 3], [-800, -800, -800], [-40, -41, -42, 7], [800, 800, -1]])
  func moreClasses(logits: [Double]) {
    let p = LinearClassifier.probabilities(logits: logits)
    #expect(p.count == logits.count && abs(p.reduce(0, +) - 1) < 1e-12)
    #expect(p.allSatisfy { 0...1 ~= $0 })
  }

  @Test("a softmax depends on the differences of its logits alone")
  func softmax() {
    let p = LinearClassifier.probabilities(logits: [1, 2, 4], scheme: .softmax)
    let shifted = LinearClassifier.probabilities(logits: [801, 802, 804], scheme: .softmax)
    for (a, b) in zip(p, shifted) { #expect(abs(a - b) < 1e-12) }
    #expect(abs(log(p[2] / p[0]) - 3) < 1e-12 && abs(p.reduce(0, +) - 1) < 1e-12)
    #expect(
      LinearClassifier.probabilities(logits: [2], scheme: .softmax)
        == LinearClassifier.probabilities(logits: [2]))
  }

  @Test("the prediction is the most probable class of each row", arguments: [1, 3])
  func predictions(outputs: Int) {
    let (classifier, x) = classifier(outputs: outputs, features: 4)
    for (row, predicted) in classifier.predictions(x).enumerated() {
      let p = classifier.probabilities(x.row(row))
      #expect(p[predicted] == p.max())
    }
  }

  // MARK: The loss

  /// A classifier whose logit is its one feature.
  private let identity = LinearClassifier(
    weights: Matrix(rows: 1, columns: 1, values: [1]), intercepts: [0],
    standardizer: Standardizer(mean: [0], scale: [1]))

  @Test("the loss is the mean of −log p of the true class, and stays finite")
  func loss() throws {
    let x = Matrix(rows: 3, columns: 1, values: [2, -1, 0])
    let score = Score(identity, x, truth: [1, 1, 0])
    let expected = (log(1 + exp(-2.0)) + log(1 + exp(1.0)) + log(2)) / 3
    #expect(abs(try #require(score.loss) - expected) < 1e-12)
    #expect(score.accuracy == 2.0 / 3 && score.n == 3)
    let certain = Score(identity, Matrix(rows: 1, columns: 1, values: [-900]), truth: [1])
    #expect(abs(try #require(certain.loss) + log(1e-15)) < 1e-12)
    #expect(Score(identity, Matrix(rows: 0, columns: 1), truth: []).loss == 0)
  }

  @Test("of two scores the one with less loss is better; without losses, the more accurate one")
  func better() {
    let x = Matrix(rows: 2, columns: 1, values: [1, -1])
    let (right, wrong) = (Score(identity, x, truth: [1, 0]), Score(identity, x, truth: [0, 1]))
    #expect(right.isBetter(than: wrong) && !wrong.isBetter(than: right))
    #expect(!right.isBetter(than: right))
    #expect(Score(correct: 2, of: 3).isBetter(than: Score(correct: 1, of: 3)))
    #expect(!Score(correct: 2, of: 3).isBetter(than: Score(correct: 2, of: 3)))
  }
}
