import Probing
import Tensors
import Transformers

/// Features and classes as they stand in a file, or were made up.
struct ProbeProblem {
  /// `(texts, features)`.
  var x: Matrix
  var labels: [Int]
  var classes: Int { max(2, (labels.max() ?? 0) + 1) }

  /// Features that hang together as those of a model do: 64 causes, and noise of their own.
  init(texts: Int, width: Int, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    func noise(_ rows: Int, _ columns: Int) -> Matrix {
      Matrix(
        rows: rows, columns: columns,
        values: (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &generator) })
    }
    let (causes, effects) = (noise(texts, 64), noise(width, 64))
    var x = noise(texts, width)
    let mixed = PackedWeights(Parameter(rows: width, columns: 64, values: effects.values))
    multiply(causes, rows: 0..<texts, mixed, into: &x, adding: true)
    self.x = x
    labels = (0..<texts).map { causes[$0, 0] + causes[$0, 1] + x[$0, 0] / 4 > 0 ? 1 : 0 }
  }

  init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    guard let shape = file.entries["x"]?.shape, shape.count == 2, shape[0] > 1, shape[1] > 0,
      file.entries["y"]?.shape == [shape[0]], file.notFinite("x") == 0, file.notFinite("y") == 0
    else {
      throw Failure(
        .input, "\(path): needs x [texts, features] and y [texts], finite numbers as F32")
    }
    x = try file.parameter("x", rows: shape[0], columns: shape[1]).matrix
    let classes = try file.parameter("y", rows: 1, columns: shape[0]).values
    guard classes.allSatisfy({ 0...999 ~= $0 && $0 == $0.rounded() }) else {
      throw Failure(.input, "\(path): y holds something else than classes 0 to 999")
    }
    labels = classes.map { Int($0) }
  }
}
