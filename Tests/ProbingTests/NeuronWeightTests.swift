import Tensors
import Testing

@testable import Probing

@Suite("What a classifier makes of a neuron")
struct NeuronWeightTests {
  private func fixture() throws -> (LinearClassifier, Matrix, [Int], StatisticsFixture.Neurons) {
    let fixture = try StatisticsFixture.shared.get().neurons
    let x = Matrix(
      rows: fixture.x.count, columns: 6, values: fixture.x.flatMap { $0.map(Float.init) })
    let classifier = LinearClassifier(
      weights: Matrix(rows: 1, columns: 6, values: fixture.weights), intercepts: [0.5],
      standardizer: Standardizer(x))
    return (classifier, x, fixture.labels.map { $0 == 1 ? 1 : 0 }, fixture)
  }

  @Test("variance shares are numpy's and sum to 1")
  func varianceShares() throws {
    let (classifier, x, labels, fixture) = try fixture()
    let weights = classifier.neuronWeights(x, labels: labels).map { $0[0] }
    #expect(largestDifference(weights.map(\.varianceShare), fixture.varianceShares) < 1e-6)
    #expect(abs(weights.reduce(0) { $0 + $1.varianceShare } - 1) < 1e-12)
    #expect(weights.contains { $0.varianceShare < 0 })
  }

  @Test("they sum to 1 for every output of a random classifier, far from zero too")
  func sums() {
    var noise = Noise(seed: 81)
    for outputs in [1, 3, 4] {
      var x = noise.matrix(rows: 25, columns: 9)
      for i in x.values.indices { x.values[i] += 100 }
      let classifier = LinearClassifier(
        weights: noise.matrix(rows: outputs, columns: 9),
        intercepts: Array(repeating: 0, count: outputs), standardizer: Standardizer(x))
      let weights = classifier.neuronWeights(x, labels: (0..<25).map { $0 % outputs })
      for k in 0..<outputs {
        #expect(abs(weights.reduce(0) { $0 + $1[k].varianceShare } - 1) < 1e-12)
      }
    }
  }

  @Test("weights in both units, and suppressors by their sign")
  func signs() throws {
    let (classifier, x, labels, fixture) = try fixture()
    for (j, weight) in classifier.neuronWeights(x, labels: labels).map({ $0[0] }).enumerated() {
      #expect(weight.standardized == Double(fixture.weights[j]))
      let raw = weight.standardized / Double(classifier.standardizer.scale[j])
      #expect(abs(weight.raw - raw) < 1e-6 * max(1, abs(raw)))
      let means = fixture.two[j].means
      #expect(weight.isSuppressor == (weight.standardized * (means[1] - means[0]) < 0))
    }
  }

  @Test("the mean contribution is that of the contributions' sizes")
  func contributions() throws {
    let (classifier, x, labels, _) = try fixture()
    let weights = classifier.neuronWeights(x, labels: labels).map { $0[0] }
    let parts = (0..<x.rows).map { classifier.contributions(output: 0, x.row($0)) }
    let means = (0..<6).map { j in parts.reduce(0) { $0 + abs($1[j]) } / Double(parts.count) }
    #expect(largestDifference(weights.map(\.meanContribution), means) < 1e-6)
  }

  @Test("a classifier without weights shares out nothing")
  func zeros() {
    let x = Matrix(rows: 3, columns: 2, values: [1, 2, 3, 4, 5, 6])
    let classifier = LinearClassifier(
      weights: Matrix(rows: 2, columns: 2), intercepts: [0, 0], standardizer: Standardizer(x))
    let weights = classifier.neuronWeights(x, labels: [0, 1, 1]).flatMap { $0 }
    #expect(weights.allSatisfy { $0.varianceShare == 0 && !$0.isSuppressor })
  }
}
