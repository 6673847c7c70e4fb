public import Tensors
public import Transformers

/// How the tokens of a text become one vector.
///
/// Special tokens take part, as in the paper; padding never exists.
public enum Pooling: String, Sendable, Codable, CaseIterable {
  /// The first token's values: [CLS] in BERT.
  case first
  /// The last token's values: [SEP] in BERT.
  case last
  /// The largest value over the tokens.
  case max
  /// The mean over the tokens, summed in double precision.
  case mean
}

extension Pooling {
  /// The poolings that the paper tries on a family: the single token is the last where only that
  /// has read the whole text, and both ends in T5.
  public static func usual(for shape: ModelShape) -> [Pooling] {
    switch shape.family {
    case "GPT-2": [.last, .max, .mean]
    case "T5": [.first, .last, .max, .mean]
    default: [.first, .max, .mean]
    }
  }
}

/// Pools every layer while the model runs, so that no `(T, F)` matrix outlives its tile.
public struct PoolingTap: Tap, Sendable {
  private let poolings: [Pooling]
  private var layers: [Representation: [TokenPooler]] = [:]

  /// Pools in each of the given ways.
  public init(_ poolings: [Pooling]) { self.poolings = poolings }

  /// Pools hidden states and activations of both stacks.
  public mutating func record(
    _ site: Site, _ values: Matrix, rows: Range<Int>, of batch: Batch
  ) {
    guard let representation = Representation(site) else { return }
    take(site.layer, values, rows, batch, into: &layers[representation, default: []])
  }

  private func take(
    _ layer: Int, _ values: Matrix, _ rows: Range<Int>, _ batch: Batch,
    into layers: inout [TokenPooler]
  ) {
    if layers.count == layer {
      layers.append(TokenPooler(poolings, texts: batch.textCount, width: values.columns))
    }
    layers[layer].take(values, rows: rows, of: batch)
  }

  /// The pooled `(texts, width)` features of one layer, ordered like `poolings`.
  public func features(_ representation: Representation, layer: Int) -> [Matrix] {
    layers[representation]?[layer].pooled ?? []
  }
}

/// Pools one layer of a batch whose tokens come tile by tile, in order.
struct TokenPooler: Sendable {
  /// One `(texts, width)` matrix a pooling.
  private(set) var pooled: [Matrix]
  private let poolings: [Pooling]
  private var text = 0
  private var sum: [Double]
  private var maximum: [Float]

  init(_ poolings: [Pooling], texts: Int, width: Int) {
    self.poolings = poolings
    pooled = poolings.map { _ in Matrix(rows: texts, columns: width) }
    sum = Array(repeating: 0, count: width)
    maximum = Array(repeating: 0, count: width)
  }

  /// Takes the tokens `rows` of the batch; `values` is `(rows.count, width)`.
  ///
  /// A text without tokens, which a tokenizer without a template may give, keeps its zeros.
  mutating func take(_ values: Matrix, rows: Range<Int>, of batch: Batch) {
    var row = rows.lowerBound
    while row < rows.upperBound {
      while batch.rows(of: text).isEmpty { text += 1 }
      let whole = batch.rows(of: text)
      let part = row..<min(whole.upperBound, rows.upperBound)
      let local = part.lowerBound - rows.lowerBound..<part.upperBound - rows.lowerBound
      if poolings.contains(.mean) || poolings.contains(.max) {
        pool(
          values, rows: local, sum: &sum, max: &maximum, isFirst: row == whole.lowerBound)
      }
      if row == whole.lowerBound { store(.first, values, row: local.lowerBound) }
      row = part.upperBound
      if row == whole.upperBound {
        store(.last, values, row: local.upperBound - 1)
        finishText(tokens: whole.count)
      }
    }
  }

  private mutating func store(_ pooling: Pooling, _ values: Matrix, row: Int) {
    guard let index = poolings.firstIndex(of: pooling) else { return }
    pooled[index].setRow(text, to: values, row: row)
  }

  private mutating func finishText(tokens: Int) {
    for (index, pooling) in poolings.enumerated() {
      switch pooling {
      case .mean: pooled[index].setRow(text, toMeanOf: sum, count: tokens)
      case .max: pooled[index].setRow(text, to: maximum)
      case .first, .last: break
      }
    }
    text += 1
  }
}
