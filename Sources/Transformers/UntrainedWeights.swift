import Foundation
import Tensors

/// Weights as a model has them before it is trained: what its probes are held against.
///
/// Matrices are drawn from N(0, s²), where s is the family's own; norms start at scale 1, and every
/// shift and bias at 0. A tensor's values depend on the seed, its name and its shape alone.
struct UntrainedWeights: Sendable {
  let seed: UInt64
  /// s of the `(rows, columns)` matrix of a name.
  let deviation: @Sendable (_ name: String, _ rows: Int, _ columns: Int) -> Float

  /// The matrix of a name, as the checkpoint stores it.
  func matrix(_ name: String, rows: Int, columns: Int) -> Parameter {
    let deviation = deviation(name, rows, columns)
    var generator = SplitMix64(seed: seed, for: name)
    var values: [Float] = []
    values.reserveCapacity(rows * columns + 1)
    while values.count < rows * columns {
      let (x, y) = normalPair(&generator)
      values.append(deviation * x)
      values.append(deviation * y)
    }
    return Parameter(rows: rows, columns: columns, values: Array(values.prefix(rows * columns)))
  }

  /// A norm's scale, or a shift: `count` ones or zeros.
  func vector(_ name: String, count: Int) -> Parameter {
    let isScale = name.hasSuffix("weight") || name.hasSuffix("gamma")
    return Parameter(
      rows: 1, columns: count, values: Array(repeating: isScale ? 1 : 0, count: count))
  }

  /// Two independent draws from N(0, 1).
  ///
  /// Source: Box & Muller 1958, "A note on the generation of random normal deviates".
  private func normalPair(_ generator: inout SplitMix64) -> (Float, Float) {
    let radius = (-2 * log(Float.random(in: .leastNormalMagnitude..<1, using: &generator)))
      .squareRoot()
    let angle = 2 * Float.pi * Float.random(in: 0..<1, using: &generator)
    return (radius * cos(angle), radius * sin(angle))
  }
}
