public import Tensors

/// What one neuron's pooled values say alone, in its own units.
public struct NeuronProfile: Sendable, Codable, Equatable {
  /// The mean and deviation (over n − 1) of its values in each class.
  public var classMeans: [Double]
  public var classDeviations: [Double]
  /// The class that `auc` and `cohensD` tell from the rest: the second of two, else the one that
  /// the neuron tells apart best.
  public var contrastedClass: Int
  /// How often a text of that class has a higher value than another text; ½ says nothing, and below
  /// ½ the neuron is low in the class.
  public var auc: Double
  /// The difference of the means of class and rest, in deviations within them.
  public var cohensD: Double
  /// Pearson's r of the values with the texts' lengths in tokens.
  public var lengthCorrelation: Double

  /// Measures one neuron.
  ///
  /// - Parameters:
  ///   - values: the neuron's pooled value in each text.
  ///   - labels: the class of each text.
  ///   - classes: the number of classes.
  ///   - lengths: the tokens of each text.
  public init(_ values: [Float], labels: [Int], classes: Int, lengths: [Int]) {
    precondition(values.count == labels.count && values.count == lengths.count, "unequal counts")
    let all = values.map(Double.init)
    let ranking = Ranking(values)
    let groups = (0..<classes).map { k in
      Moments(zip(all, labels).lazy.filter { $0.1 == k }.map(\.0))
    }
    let areas = (classes == 2 ? [1] : Array(0..<classes)).map { k in
      (k, ranking.auroc(positive: labels.map { $0 == k }) ?? 0.5)
    }
    let (contrasted, area) = areas.max { abs($0.1 - 0.5) < abs($1.1 - 0.5) } ?? (0, 0.5)
    classMeans = groups.map(\.mean)
    classDeviations = groups.map(\.deviation)
    contrastedClass = contrasted
    auc = area
    cohensD = Self.cohensD(
      groups[contrasted], Moments(zip(all, labels).lazy.filter { $0.1 != contrasted }.map(\.0)))
    lengthCorrelation = pearson(all, lengths.map(Double.init))
  }

  /// (m₁ − m₂) / s, s² = ((n₁ − 1) s₁² + (n₂ − 1) s₂²) / (n₁ + n₂ − 2); 0 without spread.
  ///
  /// Source: Cohen 1988, "Statistical power analysis for the behavioral sciences", section 2.2.
  private static func cohensD(_ a: Moments, _ b: Moments) -> Double {
    let freedom = Double(a.count + b.count - 2)
    guard a.count > 0, b.count > 0, freedom > 0 else { return 0 }
    let sum = Double(a.count - 1) * a.variance + Double(b.count - 1) * b.variance
    return sum > 0 ? (a.mean - b.mean) / (sum / freedom).squareRoot() : 0
  }

  /// Measures every column of `(texts, neurons)` pooled values.
  public static func all(
    _ features: Matrix, labels: [Int], classes: Int, lengths: [Int],
    workers: Int = availableWorkers()
  ) -> [NeuronProfile] {
    let columns = features.transposed
    return mapInParallel(count: columns.rows, workers: workers) { j in
      NeuronProfile(columns.row(j), labels: labels, classes: classes, lengths: lengths)
    }
  }
}

/// Pearson's correlation; 0 where one side does not vary.
func pearson(_ x: [Double], _ y: [Double]) -> Double {
  let (a, b) = (Moments(x), Moments(y))
  let product = zip(x, y).reduce(0) { $0 + ($1.0 - a.mean) * ($1.1 - b.mean) }
  let scale = (a.variance * b.variance).squareRoot() * Double(x.count - 1)
  return scale > 0 ? max(-1, min(1, product / scale)) : 0
}
