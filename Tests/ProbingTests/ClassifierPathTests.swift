import Tensors
import Testing

@testable import Probing

@Suite("Paths of classifiers along C")
struct ClassifierPathTests {
  /// Three classes, of which each has a feature of its own, beside noise.
  private func threeClasses() -> (x: Matrix, labels: [Int]) {
    var noise = Noise(seed: 6)
    var x = noise.matrix(rows: 60, columns: 7)
    let labels = (0..<60).map { $0 % 3 }
    for (row, label) in labels.enumerated() { x[row, 2 * label] += 3 }
    return (x, labels)
  }

  @Test("three classes get one output each, whose strongest feature is the class's own")
  func path() {
    let (x, labels) = threeClasses()
    let fits = ClassifierPath(x, labels: labels, classes: 3).fits()
    #expect(fits.count == ClassifierPath.multiples.count)
    for fitted in fits {
      #expect(fitted.relativeGap <= 1e-4)
      #expect(fitted.classifier.weights.rows == 3 && fitted.classifier.intercepts.count == 3)
    }
    let last = fits[fits.count - 1].classifier
    for k in 0..<3 {
      let row = last.weights.row(k)
      #expect(row.indices.max { row[$0] < row[$1] } == 2 * k)
    }
    #expect(Score(last.predictions(x), truth: labels).accuracy > 0.85)
  }

  @Test("C stands in the given ratios, and a larger one fits the training texts better")
  func multiples() {
    let (x, labels) = threeClasses()
    let fits = ClassifierPath(x, labels: labels.map { min($0, 1) }, classes: 2)
      .fits(multiples: [1.5, 3, 30])
    #expect(fits.map { ($0.c / fits[0].c * 1e6).rounded() } == [1e6, 2e6, 20e6])
    #expect(fits[0].classifier.weights.rows == 1)
    let norms = fits.map { $0.classifier.weights.values.reduce(0) { $0 + abs($1) } }
    #expect(norms == norms.sorted() && norms[0] > 0)
  }

  @Test("three classes fit together as a softmax, with one objective", arguments: [false, true])
  func softmax(balanced: Bool) {
    let (x, labels) = threeClasses()
    var settings = ClassifierSettings()
    settings.scheme = .softmax
    settings.weighting = balanced ? .balanced : .none
    settings.tolerance = 1e-5
    let path = ClassifierPath(x, labels: labels, classes: 3, settings: settings)
    let fits = path.fits()
    #expect(fits.count == ClassifierPath.multiples.count && fits.allSatisfy(\.converged))
    #expect(fits.allSatisfy { $0.classifier.scheme == .softmax && $0.objective > 0 })
    let p = fits[5].classifier.probabilities(rowsOf: x)
    // At the best intercepts the mean probability of a class is its share.
    for k in 0..<3 { #expect(abs(p.reduce(0) { $0 + $1[k] } / 60 - 1.0 / 3) < 1e-5) }
    #expect(Score(fits[5].classifier, x, truth: labels).accuracy > 0.85)
  }

  @Test("balanced classes weigh n / (K nₖ) a text, and alike in sum")
  func balanced() {
    let weights = ClassWeighting.balanced.weights(labels: [0, 0, 0, 1, 2, 2], classes: 3)
    let third = 2.0 / 3
    #expect(weights == [third, third, third, 2, 1, 1])
    #expect(ClassWeighting.none.weights(labels: [0, 1], classes: 2) == [1, 1])
  }

  @Test("unscaled features keep their units")
  func unscaled() {
    let (x, labels) = threeClasses()
    var settings = ClassifierSettings()
    settings.scaling = .none
    let fit = ClassifierPath(x, labels: labels.map { min($0, 1) }, classes: 2, settings: settings)
      .fits(multiples: [5])[0]
    #expect(fit.converged && fit.classifier.standardizer == Standardizer(width: 7))
    #expect(fit.classifier.rawWeight(0, 0) == fit.classifier.weights[0, 0])
  }

  @Test("a fit that cannot reach its tolerance says so")
  func unreachable() {
    let (x, labels) = threeClasses()
    var settings = ClassifierSettings()
    settings.tolerance = 0
    let fits = ClassifierPath(x, labels: labels, classes: 3, settings: settings).fits()
    #expect(fits.contains { !$0.converged })
    #expect(fits.allSatisfy { $0.relativeGap < 1e-4 })
  }

  @Test("features that never change give no fit")
  func constants() {
    let path = ClassifierPath(Matrix(rows: 4, columns: 2), labels: [0, 1, 0, 1], classes: 2)
    #expect(path.fits().isEmpty)
  }
}
