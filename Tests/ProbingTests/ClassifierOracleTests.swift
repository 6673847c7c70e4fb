import Foundation
import StrictJSON
import Tensors
import Testing
import Transformers

@testable import Probing

/// The problems of `Tests/Oracles/make_classifier_fixtures.py`: scikit-learn's optima, certified there.
@Suite("Softmax, class weights and scaling reach scikit-learn's optimum")
struct ClassifierOracleTests {
  static let names = ["dense", "collinear"].flatMap { shape in
    ["softmax", "weights", "scaled", "scaled-softmax-weights"].map { "\(shape)-\($0)" }
  }

  @Test("the objective is within 1e-6 of the best there is", arguments: names)
  func objective(name: String) throws {
    let problem = try ClassifierProblem(name)
    let fits = problem.fits(tolerance: 1e-7)
    #expect(problem.optima.count == 3)
    for (fit, optimum) in zip(fits, problem.optima) {
      let objective = problem.objective(fit)
      let excess = objective / optimum.objective - 1
      // Either way: features are scaled in single precision here, in double there.
      #expect(abs(excess) < 1e-6, "\(name), C \(optimum.c): \(excess)")
      #expect(abs(fit.objective / objective - 1) < 1e-6)
      #expect(fit.relativeGap < 1e-4 && fit.iterations > 0)
    }
  }

  @Test("the gap is no less than what is left to the optimum", arguments: names)
  func gap(name: String) throws {
    let problem = try ClassifierProblem(name)
    for tolerance in [0.3, 1e-2, 1e-4] {
      for (fit, optimum) in zip(problem.fits(tolerance: tolerance), problem.optima) {
        let excess = problem.objective(fit) / optimum.objective - 1
        #expect(fit.relativeGap > excess - 1e-6, "\(name), C \(optimum.c), \(tolerance)")
        #expect(fit.converged && fit.relativeGap <= tolerance)
      }
    }
  }
}

/// A stored problem with the optima of its path.
struct ClassifierProblem {
  var x: Matrix
  var labels: [Int]
  var classes: Int
  var settings = ClassifierSettings()
  var optima: [(c: Double, objective: Double, gap: Double)]

  init(_ name: String) throws {
    let path = fixtures.appendingPathComponent("classifier-problems.safetensors").path
    let json = try JSON.parse(
      [UInt8](Data(contentsOf: fixtures.appendingPathComponent("classifier-problems.json"))))
    guard case .array(let problems) = json["problems"],
      let entry = problems.first(where: { $0["name"]?.text == name }),
      let rows = entry["rows"]?.integer, let width = entry["columns"]?.integer,
      let classes = entry["classes"]?.integer, case .array(let optima) = entry["optima"],
      case .bool(let isBalanced) = entry["balanced"],
      case .bool(let isStandardised) = entry["standardised"]
    else { throw CocoaError(.fileReadCorruptFile) }
    let file = try SafetensorsFile(path: path)
    x = try file.parameter("\(name).x", rows: rows, columns: width).matrix
    labels = try file.parameter("\(name).y", rows: 1, columns: rows).values.map { Int($0) }
    self.classes = classes
    settings.scheme = .softmax
    settings.weighting = isBalanced ? .balanced : .none
    settings.scaling = isStandardised ? .standard : .none
    self.optima = optima.map { (number($0["c"]), number($0["objective"]), number($0["gap"])) }
  }

  /// The path along the stored C.
  func fits(tolerance: Double) -> [FittedClassifier] {
    var settings = settings
    settings.tolerance = tolerance
    return ClassifierPath(x, labels: labels, classes: classes, settings: settings)
      .fits(cs: optima.map(\.c))
  }

  /// ‖W‖₁ + C Σ aᵢ (−log pᵢ,yᵢ), by the classifier's own probabilities.
  func objective(_ fit: FittedClassifier) -> Double {
    let counts = (0..<classes).map { k in labels.count { $0 == k } }
    var value = fit.classifier.weights.values.reduce(0) { $0 + Double(abs($1)) }
    for (p, label) in zip(fit.classifier.probabilities(rowsOf: x), labels) {
      let weight =
        settings.weighting == .balanced
        ? Double(labels.count) / Double(classes * counts[label]) : 1
      value -= fit.c * weight * log(p[label])
    }
    return value
  }
}
