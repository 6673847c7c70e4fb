import Foundation
import Testing

@testable import Probing

@Suite("The multinomial loss")
struct MultinomialLossTests {
  private func sample(_ classes: Int) -> (loss: MultinomialLoss, margins: [[Double]]) {
    var noise = Noise(seed: 3)
    let texts = 24
    let loss = MultinomialLoss(
      labels: (0..<texts).map { $0 * 7 % classes }, classes: classes,
      textWeights: (0..<texts).map { 0.5 + Double($0 % 4) })
    return (
      loss,
      (0..<loss.outputs).map { _ in (0..<texts).map { _ in 2 * Double(noise.next()) } }
    )
  }

  @Test("two classes are log(1 + exp(−y m))")
  func binary() {
    let loss = MultinomialLoss(labels: [0, 1], classes: 2, textWeights: [1, 3])
    #expect(loss.outputs == 1)
    let value = loss.value([[0.7, -1.2]])
    #expect(abs(value - log1p(exp(0.7)) - 3 * log1p(exp(1.2))) < 1e-12)
    #expect(loss.value([[-800, 800]]) == 0 && loss.value([[800, 0]]).isFinite)
  }

  @Test("slopes and curvatures are what small steps show", arguments: [2, 3, 6])
  func derivatives(classes: Int) {
    let (loss, margins) = sample(classes)
    let p = loss.probabilities(margins)
    let slopes = loss.slopes(p)
    let h = 1e-5
    for k in margins.indices {
      for i in [0, 5, 23] {
        func moved(_ by: Double) -> [[Double]] {
          var moved = margins
          moved[k][i] += by
          return moved
        }
        let slope = (loss.value(moved(h)) - loss.value(moved(-h))) / (2 * h)
        #expect(abs(slope - slopes[k][i]) < 1e-8)
        for l in margins.indices {
          let change =
            (loss.slopes(loss.probabilities(moved(h)))[l][i]
              - loss.slopes(loss.probabilities(moved(-h)))[l][i]) / (2 * h)
          #expect(abs(change - loss.curvature(p, k, l)[i]) < 1e-8)
        }
      }
    }
  }

  @Test("the curvature along a direction is the sum over outputs", arguments: [2, 4])
  func along(classes: Int) {
    let (loss, margins) = sample(classes)
    let p = loss.probabilities(margins)
    let changes = loss.curvature(p, along: margins)
    for k in margins.indices {
      for i in margins[k].indices {
        let sum = margins.indices.reduce(0) { $0 + loss.curvature(p, k, $1)[i] * margins[$1][i] }
        #expect(abs(changes[k][i] - sum) < 1e-12)
      }
    }
  }

  @Test("the dual is at most the value, and equal where the conjugate says", arguments: [2, 3])
  func duality(classes: Int) throws {
    let (loss, margins) = sample(classes)
    let slopes = loss.slopes(loss.probabilities(margins))
    // Fenchel: f(z) = z·s − f*(s) at s = f′(z), and the dual's value is −f*(s).
    let inner = zip(margins, slopes).reduce(0) { sum, rows in
      sum + zip(rows.0, rows.1).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let dual = try #require(loss.dual(slopes, share: 1))
    #expect(abs(loss.value(margins) - inner - dual) < 1e-9)
    #expect(loss.dual(slopes, share: 0) == 0)
    #expect(loss.dual(slopes.map { $0.map { -$0 } }, share: 1) == nil)
  }

  @Test("Newton steps bring the intercepts to where slopes sum to 0", arguments: [2, 3, 6])
  func intercepts(classes: Int) {
    var (loss, margins) = sample(classes)
    for _ in 0..<20 {
      for (k, move) in loss.interceptMoves(loss.probabilities(margins)).enumerated() {
        margins[k] = margins[k].map { $0 + move }
      }
    }
    for row in loss.slopes(loss.probabilities(margins)) { #expect(abs(row.reduce(0, +)) < 1e-10) }
  }
}
