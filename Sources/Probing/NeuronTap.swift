import Tensors
import Transformers

/// Keeps chosen neurons position by position, and nothing else: a decoder, one behind, reads token
/// t at position t + 1.
struct NeuronTap: Tap {
  private let neurons: [NeuronAddress]
  /// The neurons of each layer: their places in `neurons`.
  private let places: [NeuronAddress: Int]
  private let byLayer: [Representation: [Int: [NeuronAddress]]]
  /// `[neuron][token]`, tokens of all texts.
  private var values: [[Float]]
  private var batch: Batch?
  /// Whether `batch` is known before anything is read.
  private var isFixed = false

  init(_ neurons: [NeuronAddress]) {
    self.neurons = neurons
    places = Dictionary(neurons.enumerated().map { ($1, $0) }) { first, _ in first }
    byLayer = Dictionary(grouping: neurons, by: \.representation)
      .mapValues { Dictionary(grouping: $0, by: \.layer) }
    values = neurons.map { _ in [] }
  }

  /// Goes on behind the first tokens of a text that another tap has read, as part of `batch`.
  mutating func proceed(behind tokens: Int, of other: NeuronTap, in batch: Batch) {
    for (place, read) in other.values.enumerated() { values[place] = Array(read.prefix(tokens)) }
    self.batch = batch
    isFixed = true
  }

  mutating func record(_ site: Site, _ matrix: Matrix, rows: Range<Int>, of batch: Batch) {
    guard let representation = Representation(site) else { return }
    if !isFixed { self.batch = batch }
    keep(representation, site.layer, matrix)
  }

  private mutating func keep(_ representation: Representation, _ layer: Int, _ matrix: Matrix) {
    for neuron in byLayer[representation]?[layer] ?? [] {
      guard let place = places[neuron] else { continue }
      for row in 0..<matrix.rows { values[place].append(matrix[row, neuron.index]) }
    }
  }

  /// The values of neuron `index` at every token; none before its layer is read.
  func tokens(_ index: Int) -> [Float] { values[index] }

  /// The values of one of the neurons at every token.
  func tokens(of neuron: NeuronAddress) -> [Float] { places[neuron].map { values[$0] } ?? [] }

  /// The pooled values of the first `count` neurons, or all, one list a text, with the arithmetic
  /// of `TokenPooler`.
  func pooled(_ pooling: Pooling, first count: Int? = nil) -> [[Float]] {
    guard let batch else { return [] }
    return (0..<batch.textCount).map { text in
      values.prefix(count ?? values.count).map { pooling.pool($0[batch.rows(of: text)]) }
    }
  }
}

extension Pooling {
  /// Pools one neuron's values over a text's tokens; 0 if it has none.
  func pool(_ values: ArraySlice<Float>) -> Float {
    guard !values.isEmpty else { return 0 }
    return switch self {
    case .first: values.first ?? 0
    case .last: values.last ?? 0
    case .max: values.max() ?? 0
    case .mean: Float(values.reduce(0.0) { $0 + Double($1) } / Double(values.count))
    }
  }
}
