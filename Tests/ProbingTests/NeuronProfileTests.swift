import Tensors
import Testing

@testable import Probing

@Suite("One neuron alone")
struct NeuronProfileTests {
  private func matrix(_ rows: [[Double]]) -> Matrix {
    Matrix(rows: rows.count, columns: rows[0].count, values: rows.flatMap { $0.map(Float.init) })
  }

  @Test("means, deviations, AUC, d and r with length are numpy's, scipy's and scikit-learn's")
  func oracle() throws {
    let fixture = try StatisticsFixture.shared.get().neurons
    let x = matrix(fixture.x)
    for (classes, expected) in [(2, fixture.two), (3, fixture.three)] {
      let labels = fixture.labels.map { classes == 2 ? ($0 == 1 ? 1 : 0) : $0 }
      let found = NeuronProfile.all(
        x, labels: labels, classes: classes, lengths: fixture.lengths, workers: 2)
      #expect(found.count == expected.count)
      for (a, b) in zip(found, expected) {
        #expect(largestDifference(a.classMeans, b.means) < 1e-9)
        #expect(largestDifference(a.classDeviations, b.deviations) < 1e-9)
        #expect(a.contrastedClass == b.class && abs(a.auc - b.auc) < 1e-12)
        #expect(abs(a.cohensD - b.cohensD) < 1e-9)
        #expect(abs(a.lengthCorrelation - b.lengthCorrelation) < 1e-9)
      }
    }
  }

  @Test("a class with one text or none, and a neuron that never changes, give no NaN")
  func few() {
    let found = NeuronProfile([1, 2, 2], labels: [0, 1, 1], classes: 3, lengths: [4, 4, 4])
    #expect(found.classMeans == [1, 2, 0] && found.classDeviations == [0, 0, 0])
    #expect(found.auc == 0 || found.auc == 1)
    #expect(found.cohensD == 0 && found.lengthCorrelation == 0)
    let constant = NeuronProfile([7, 7], labels: [0, 1], classes: 2, lengths: [1, 2])
    #expect(constant.auc == 0.5 && constant.cohensD == 0 && constant.lengthCorrelation == 0)
    let none = NeuronProfile([], labels: [], classes: 2, lengths: [])
    #expect(none.auc == 0.5 && none.lengthCorrelation == 0)
  }
}
