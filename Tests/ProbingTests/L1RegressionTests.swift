import Foundation
import StrictJSON
import Tensors
import Testing
import Transformers

@testable import Probing

let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("Fixtures")

/// The problems of `Tests/Oracles/make_probe_fixtures.py`, whose optima are known to 10⁻¹².
@Suite("L1 logistic regression reaches the optimum")
struct L1RegressionTests {
  static let problems = ["dense", "collinear", "imbalanced"]

  @Test("the objective is within 1e-6 of the best there is", arguments: problems)
  func objective(name: String) throws {
    let problem = try Problem(name)
    let regression = problem.regression
    for optimum in problem.optima {
      let fit = regression.fit(c: optimum.c, tolerance: 1e-7)
      let objective = problem.objective(fit, c: optimum.c)
      let excess = (objective - optimum.objective) / optimum.objective
      #expect(excess > -1e-9 && excess < 1e-6, "\(name), C \(optimum.c): \(excess)")
      // The solver's margins are products in single precision.
      #expect(abs(fit.objective - objective) < 1e-7 * objective)
      #expect(fit.gap >= fit.objective - optimum.objective - 1e-9)
      #expect(fit.relativeGap < 1e-4)
    }
  }

  @Test(
    "below the smallest useful C every weight is zero, above it one is not", arguments: problems)
  func smallestC(name: String) throws {
    let problem = try Problem(name)
    let smallest = problem.regression.smallestUsefulC
    #expect(abs(smallest / problem.smallestC - 1) < 1e-4)
    #expect(problem.regression.fit(c: smallest * 0.99).weights[0].allSatisfy { $0 == 0 })
    #expect(problem.regression.fit(c: smallest * 1.02).weights[0].contains { $0 != 0 })
  }

  @Test("a warm start ends where a cold one does", arguments: problems)
  func warmStart(name: String) throws {
    let problem = try Problem(name)
    let regression = problem.regression
    let cold = regression.fit(c: problem.optima[2].c, tolerance: 1e-6)
    let start = regression.fit(c: problem.optima[0].c)
    let warm = regression.fit(c: problem.optima[2].c, tolerance: 1e-6, start: start)
    #expect(abs(warm.objective - cold.objective) <= 1e-5 * cold.objective)
  }

  @Test("the order of texts and the names of the classes change nothing but signs")
  func symmetry() throws {
    let problem = try Problem("dense")
    let c = problem.optima[1].c
    let fit = problem.regression.fit(c: c, tolerance: 1e-7)
    let swapped = L1Regression(
      columns: problem.columns, labels: problem.labels.map { 1 - $0 }, classes: 2
    ).fit(c: c, tolerance: 1e-7)
    #expect(abs(fit.objective - swapped.objective) < 1e-6 * fit.objective)
    for (a, b) in zip(fit.weights[0], swapped.weights[0]) { #expect(abs(a + b) < 1e-3) }
  }

  @Test("features that never change get no weight, and do not disturb the rest")
  func constants() {
    let columns = Matrix(rows: 2, columns: 4, values: [0, 0, 0, 0, 1, 1, -1, -1])
    let fit = L1Regression(columns: columns, labels: [1, 1, 0, 0], classes: 2).fit(c: 10)
    #expect(fit.weights[0][0] == 0)
    #expect(fit.weights[0][1] > 0)
  }
}

struct Problem {
  var columns: Matrix
  var labels: [Int]
  var smallestC: Double
  var optima: [(c: Double, objective: Double)]

  init(_ name: String) throws {
    let file = try SafetensorsFile(
      path: fixtures.appendingPathComponent("l1-problems.safetensors").path)
    let json = try JSON.parse(
      [UInt8](Data(contentsOf: fixtures.appendingPathComponent("l1-problems.json"))))
    guard case .array(let problems) = json["problems"],
      let entry = problems.first(where: { $0["name"]?.text == name }),
      let rows = entry["rows"]?.integer, let width = entry["columns"]?.integer,
      case .array(let optima) = entry["optima"]
    else { throw CocoaError(.fileReadCorruptFile) }
    columns = try file.parameter("\(name).x", rows: rows, columns: width).matrix.transposed
    labels = try file.parameter("\(name).y", rows: 1, columns: rows).values.map { $0 > 0 ? 1 : 0 }
    smallestC = number(entry["c_min"])
    self.optima = optima.map { (number($0["c"]), number($0["objective"])) }
  }

  var regression: L1Regression { L1Regression(columns: columns, labels: labels, classes: 2) }

  /// ‖w‖₁ + C Σ log(1 + exp(−y(w·x + b))) in double precision.
  func objective(_ fit: L1Fit, c: Double) -> Double {
    var value = fit.weights[0].reduce(0) { $0 + Double(abs($1)) }
    for (i, label) in labels.enumerated() {
      let margin = fit.weights[0].indices.reduce(Double(fit.intercepts[0])) {
        $0 + Double(fit.weights[0][$1]) * Double(columns[$1, i])
      }
      value += c * log1p(exp(label == 1 ? -margin : margin))
    }
    return value
  }
}
