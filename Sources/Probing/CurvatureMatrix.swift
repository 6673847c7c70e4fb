import Tensors

/// H = X D Xᵀ of one output's features, centred under D, kept from one Newton step to the next.
///
/// D, the loss's curvature text by text, hardly changes near the optimum, and H is most of a step's
/// work. An old H only makes the model rougher: gradient, line search and gap stay those of the
/// present point. A feature that joins later joins at the same D, so that H stays a Gram matrix.
struct CurvatureMatrix {
  /// Steps that it has served.
  private(set) var steps = 0
  /// X, `(d, n)`.
  private let columns: Matrix
  /// D.
  private let curvature: [Double]
  /// Rows and columns of H: features, in the order in which they joined.
  private var members: [Int] = []
  /// H, `(m, m)`.
  private var values = Matrix(rows: 0, columns: 0)
  /// The members' centred rows times √D, in their order.
  private var blocks: [Matrix] = []

  /// How much D may change, as a share of its sum, before H is made anew.
  private static let largestDrift = 0.2

  /// Starts without members.
  init(_ columns: Matrix, curvature: [Double]) {
    self.columns = columns
    self.curvature = curvature
  }

  /// Whether H still serves where the curvature is `now`.
  func isNear(_ now: [Double]) -> Bool {
    var (drift, sum) = (0.0, 0.0)
    for (before, now) in zip(curvature, now) {
      drift += abs(now - before)
      sum += now
    }
    return drift < Self.largestDrift * sum
  }

  /// H of `features`, in their order; those that are no members yet join.
  mutating func serve(_ features: [Int]) -> Matrix {
    steps += 1
    let old = Set(members)
    join(features.filter { !old.contains($0) })
    guard features != members else { return values }
    let places = Dictionary(uniqueKeysWithValues: zip(members, members.indices))
    let chosen = features.compactMap { places[$0] }
    return values.selecting(rows: chosen).selecting(columns: chosen)
  }

  private mutating func join(_ features: [Int]) {
    guard !features.isEmpty else { return }
    let size = members.count + features.count
    var grown = Matrix(rows: size, columns: size)
    for i in members.indices {
      for j in members.indices { grown[i, j] = values[i, j] }
    }
    let block = centredRows(columns, features, weights: curvature)
    var row = 0
    for part in blocks {
      multiplyRows(part, block, into: &grown, row: row, column: members.count)
      row += part.rows
    }
    gramUpper(block, into: &grown, at: members.count)
    grown.mirrorUpperTriangle()
    values = grown
    members += features
    blocks.append(block)
  }
}
