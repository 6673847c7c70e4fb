import Foundation

@testable import Probing

/// What `Tests/Oracles/make_statistics_fixtures.py` computed with scikit-learn, scipy and numpy.
struct StatisticsFixture: Decodable {
  struct Evaluated: Decodable, Sendable {
    struct Bin: Decodable {
      var n: Int
      var confidence: Double
      var accuracy: Double
    }
    var name: String
    var probabilities: [[Double]]
    var truth: [Int]
    var accuracy: Double
    var balancedAccuracy: Double
    var macroF1: Double
    var auroc: Double
    var averagePrecision: Double?
    var logLoss: Double
    var brier: Double
    var calibrationError: Double
    var calibrationErrorOfLuck: Double
    var precision: [Double]
    var recall: [Double]
    var f1: [Double]
    var n: [Int]
    var confusion: [[Int]]
    var reliability: [Bin]
  }

  struct Tempered: Decodable, Sendable {
    var name: String
    var link: String
    var logits: [[Double]]
    var truth: [Int]
    var temperature: Double
    var lossBefore: Double
    var lossAfter: Double
  }

  struct Paired: Decodable, Sendable {
    var onlyFirst: Int
    var onlySecond: Int
    var exactP: Double
    var midP: Double
  }

  struct Neurons: Decodable, Sendable {
    struct Alone: Decodable, Sendable {
      var means: [Double]
      var deviations: [Double]
      var `class`: Int
      var auc: Double
      var cohensD: Double
      var lengthCorrelation: Double
    }
    var x: [[Double]]
    var labels: [Int]
    var lengths: [Int]
    var three: [Alone]
    var two: [Alone]
    var correlation: [[Double]]
    var weights: [Float]
    var varianceShares: [Double]
  }

  struct Words: Decodable, Sendable {
    struct Case: Decodable, Sendable {
      var limit: Int
      var vocabulary: [String]
      var train: [[Double]]
      var test: [[Double]]
    }
    var train: [String]
    var test: [String]
    var cases: [Case]
  }

  struct Intervals: Decodable, Sendable {
    var probabilities: [[Double]]
    var truth: [Int]
    var logLoss: [Double]
    var balancedAccuracy: [Double]
    var auroc: [Double]
  }

  var evaluations: [Evaluated]
  var temperatures: [Tempered]
  var mcnemar: [Paired]
  var neurons: Neurons
  var tfidf: Words
  var intervals: Intervals

  static let shared = Result {
    try JSONDecoder().decode(
      Self.self, from: Data(contentsOf: fixtures.appendingPathComponent("statistics.json")))
  }
}
