/// How many texts of each class were taken for each class.
struct Confusion: Sendable, Equatable {
  let classes: Int
  /// `[truth · classes + predicted]`.
  private(set) var cells: [Int]

  /// Counts every text once, or as often as `weights` say.
  init(_ predicted: [Int], truth: [Int], classes: Int, weights: [Int32]? = nil) {
    self.classes = classes
    cells = Array(repeating: 0, count: classes * classes)
    for i in truth.indices {
      cells[truth[i] * classes + predicted[i]] += weights.map { Int($0[i]) } ?? 1
    }
  }

  /// The counts of one class's texts, by the class that they were taken for.
  func row(_ k: Int) -> [Int] { Array(cells[k * classes..<(k + 1) * classes]) }

  /// Texts of a class.
  func texts(of k: Int) -> Int { (0..<classes).reduce(0) { $0 + cells[k * classes + $1] } }
  /// Texts that were taken for a class.
  func predictions(of k: Int) -> Int { (0..<classes).reduce(0) { $0 + cells[$1 * classes + k] } }
  /// Texts of a class that were taken for it.
  func hits(_ k: Int) -> Int { cells[k * classes + k] }

  /// The share of texts that are right.
  var accuracy: Double {
    Double((0..<classes).reduce(0) { $0 + hits($1) }) / Double(max(cells.reduce(0, +), 1))
  }

  /// The mean recall of the classes that have texts.
  var balancedAccuracy: Double {
    let present = (0..<classes).filter { texts(of: $0) > 0 }
    return present.reduce(0) { $0 + Double(hits($1)) / Double(texts(of: $1)) }
      / Double(max(present.count, 1))
  }

  /// The harmonic mean of precision and recall: 2 hits / (texts + predictions); 0 of a class that is neither there nor predicted.
  func f1(_ k: Int) -> Double {
    let either = texts(of: k) + predictions(of: k)
    return either > 0 ? 2 * Double(hits(k)) / Double(either) : 0
  }

  /// The mean of F1 over the classes.
  var macroF1: Double { (0..<classes).reduce(0) { $0 + f1($1) } / Double(max(classes, 1)) }
}
