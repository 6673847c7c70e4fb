public import Tensors

/// A neuron that goes along with another, and how closely.
public struct Twin: Sendable, Codable, Equatable {
  public var neuron: NeuronAddress
  /// Pearson's r of the two over the texts.
  public var correlation: Double

  /// Names a twin.
  public init(neuron: NeuronAddress, correlation: Double) {
    self.neuron = neuron
    self.correlation = correlation
  }
}

/// For some neurons of a layer, the neuron outside `kept` with the largest |r|: what L1 could have
/// taken as well, and next time might.
///
/// Of correlated neurons L1 keeps one, and chance says which.
/// - Parameters:
///   - neurons: columns of `features`.
///   - features: `(texts, d)` raw pooled values of one layer.
///   - kept: columns that are no candidates.
/// - Returns: column and r for each of `neurons`; nil where no other neuron varies.
func nearestTwins(
  of neurons: [Int], in features: Matrix, kept: Set<Int>
) -> [(column: Int, correlation: Double)?] {
  let n = features.rows
  let own = unitColumns(features, neurons)
  var twins = [(column: Int, correlation: Double)?](repeating: nil, count: neurons.count)
  // A block of columns at a time, so that no second copy of the whole layer is made.
  for start in stride(from: 0, to: features.columns, by: 256) {
    let block = (start..<min(start + 256, features.columns)).filter { !kept.contains($0) }
    guard !block.isEmpty, n > 0 else { continue }
    let others = unitColumns(features, block)
    var products = Matrix(rows: neurons.count, columns: block.count)
    multiplyRows(own, others, into: &products, row: 0, column: 0)
    for (i, neuron) in neurons.enumerated() {
      for (b, column) in block.enumerated() where column != neuron {
        let r = Double(products[i, b])
        guard abs(r) > abs(twins[i]?.correlation ?? 0) else { continue }
        twins[i] = (column, max(-1, min(1, r)))
      }
    }
  }
  return twins
}

/// Some columns as rows of length 1 around their means, so that a product of two is their r; zeros
/// where a column does not vary.
private func unitColumns(_ features: Matrix, _ columns: [Int]) -> Matrix {
  let raw = features.selecting(columns: columns)
  var unit = Standardizer(raw).columns(of: raw)
  let scale = 1 / Float(max(features.rows, 1)).squareRoot()
  for i in unit.values.indices { unit.values[i] *= scale }
  return unit
}

/// The neurons of a layer that go along with one of them most closely, by falling |r|.
///
/// - Parameters:
///   - index: the neuron's column of `features`.
///   - features: `(texts, d)` raw pooled values of one layer.
///   - count: how many to name at most.
/// - Returns: column and r, without the neuron itself and those that do not vary.
public func closestNeurons(
  to index: Int, in features: Matrix, count: Int
) -> [(index: Int, correlation: Double)] {
  let own = unitColumns(features, [index])
  var all: [(index: Int, correlation: Double)] = []
  for start in stride(from: 0, to: features.columns, by: 256) {
    let block = Array(start..<min(start + 256, features.columns))
    let others = unitColumns(features, block)
    all += zip(block, multiply(others, own.values.map(Double.init)))
      .map { ($0, max(-1, min(1, $1))) }
  }
  return Array(
    all.filter { $0.index != index && $0.correlation != 0 }
      .sorted { (abs($1.correlation), $0.index) < (abs($0.correlation), $1.index) }.prefix(count))
}

/// Neurons of a layer in clusters of those that go along with each other, up or down.
///
/// Each neuron joins the cluster whose leader, its first, it is closest to, if their |r| reaches
/// `least`; else it leads a new one.
/// - Parameters:
///   - neurons: columns of `features`, the most important first.
///   - features: `(texts, d)` raw pooled values of one layer.
///   - least: the |r| that keeps two together.
/// - Returns: clusters in the order of their leaders, and within one in that of `neurons`.
public func clusters(
  of neurons: [Int], in features: Matrix, least: Double = 0.5
) -> [[Int]] {
  let own = unitColumns(features, neurons)
  var products = Matrix(rows: neurons.count, columns: neurons.count)
  multiplyRows(own, own, into: &products, row: 0, column: 0)
  // Places in `neurons`, each cluster's leader first.
  var clusters: [[Int]] = []
  for place in neurons.indices {
    let closeness = clusters.map { abs(Double(products[place, $0[0]])) }
    let closest = closeness.indices.max { closeness[$0] < closeness[$1] }
    if let closest, closeness[closest] >= least {
      clusters[closest].append(place)
    } else {
      clusters.append([place])
    }
  }
  return clusters.map { $0.map { neurons[$0] } }
}
