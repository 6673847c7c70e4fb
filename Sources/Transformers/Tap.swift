public import Tensors

/// Receives what a model computes, while it is still in the cache.
///
/// A model calls these in the order in which it computes: hidden state 0, the activations of
/// block 0, hidden state 1, and so on. The matrices are reused: copy what you keep.
public protocol Tap {
  /// Takes hidden state `layer` = 0 … L of all tokens, `(T, C)`.
  mutating func hiddenState(_ layer: Int, _ values: Matrix, of batch: Batch)

  /// Takes the feed-forward activations of block `layer` = 0 … L−1 for the tokens `rows`.
  ///
  /// A block hands its tokens over in tiles, in order. `values` is `(rows.count, F)`.
  mutating func activation(_ layer: Int, _ values: Matrix, rows: Range<Int>, of batch: Batch)
}

/// Keeps everything: every layer's hidden states and activations, token by token.
public struct Recording: Tap, Sendable {
  /// Hidden states 0 … L, each `(T, C)`.
  public private(set) var hiddenStates: [Matrix] = []
  /// Activations of blocks 0 … L−1, each `(T, F)`.
  public private(set) var activations: [Matrix] = []

  /// Starts with nothing recorded.
  public init() {}

  public mutating func hiddenState(_ layer: Int, _ values: Matrix, of batch: Batch) {
    hiddenStates.append(values)
  }

  public mutating func activation(
    _ layer: Int, _ values: Matrix, rows: Range<Int>, of batch: Batch
  ) {
    if activations.count == layer {
      activations.append(Matrix(rows: batch.tokenCount, columns: values.columns))
    }
    let start = rows.lowerBound * values.columns
    activations[layer].values.replaceSubrange(
      start..<start + values.values.count, with: values.values)
  }
}
