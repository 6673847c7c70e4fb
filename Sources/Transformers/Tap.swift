public import Tensors

/// A place in a model whose values a tap may take: a kind of values of one layer.
public struct Site: Hashable, Sendable {
  /// Which of a model's stacks of blocks.
  public enum Stack: String, Hashable, Sendable, CaseIterable {
    /// The only stack of most models, a decoder-only one such as GPT-2 too; the first of T5.
    case encoder
    /// The second stack of an encoder-decoder: neuron addresses write `D` before it.
    case decoder
  }

  /// What is taken there, with C the width of a hidden state and F the neurons of a feed-forward.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// What enters block `layer`, or what the last block puts out, `(T, C)`.
    case hidden
    /// The last hidden state after the final norm, `(T, C)`; its layer is the number of blocks.
    case final
    /// The feed-forward neurons of block `layer` after the non-linearity, `(T, F)`; in a gated
    /// feed-forward the same values as `gate`, which is what the paper's code reads.
    case activation
    /// Gated only: the non-linearity's output, `(T, F)`.
    case gate
    /// Gated only: what the gate is multiplied by, `(T, F)`.
    case up
    /// Gated only: gate · up, what enters the down projection, `(T, F)`.
    case product
  }

  public var stack: Stack
  public var kind: Kind
  public var layer: Int

  /// Names a place.
  public init(_ kind: Kind, _ layer: Int, of stack: Stack = .encoder) {
    self.stack = stack
    self.kind = kind
    self.layer = layer
  }

  /// The name in files: `hidden.3`, `final`, `decoder.activation.0`.
  public var name: String {
    let prefix = stack == .decoder ? "decoder." : ""
    return kind == .final ? "\(prefix)final" : "\(prefix)\(kind.rawValue).\(layer)"
  }
}

/// Receives what a model computes, while it is still in the cache.
///
/// A model calls it in the order in which it computes: hidden state 0, the activations of block 0,
/// hidden state 1, and so on, the encoder before the decoder. The matrices are reused: copy what
/// you keep, and leave out the sites that you do not know.
public protocol Tap {
  /// May change hidden, final states and activations before anything reads them, `record` included.
  ///
  /// What it writes is what the model goes on with: of a gated feed-forward it changes the gate,
  /// before the gate is multiplied by `up`. Takes what `record` takes.
  mutating func patch(_ site: Site, _ values: inout Matrix, rows: Range<Int>, of batch: Batch)

  /// Takes the values of the tokens `rows` at `site`.
  ///
  /// - Parameters:
  ///   - site: the place in the model.
  ///   - values: `(rows.count, C or F)`.
  ///   - rows: all tokens of hidden states; tiles, in order, of a feed-forward's values. A batch
  ///     without tokens has one tile without rows.
  ///   - batch: what the stack reads: the decoder's has the same offsets and other ids.
  mutating func record(_ site: Site, _ values: Matrix, rows: Range<Int>, of batch: Batch)

  /// Whether it has seen enough: no further block is run. Asked between blocks.
  var isDone: Bool { get }
}

extension Tap {
  public mutating func patch(
    _ site: Site, _ values: inout Matrix, rows: Range<Int>, of batch: Batch
  ) {}

  public var isDone: Bool { false }

  /// Lets the values be changed, then records them.
  mutating func visit(_ site: Site, _ values: inout Matrix, rows: Range<Int>, of batch: Batch) {
    patch(site, &values, rows: rows, of: batch)
    record(site, values, rows: rows, of: batch)
  }
}

/// Keeps everything: the values of every site, token by token.
public struct Recording: Tap, Sendable {
  /// Each `(T, C)` or `(T, F)`.
  public private(set) var values: [Site: Matrix] = [:]

  /// Starts with nothing recorded.
  public init() {}

  public mutating func record(
    _ site: Site, _ values: Matrix, rows: Range<Int>, of batch: Batch
  ) {
    let empty = Matrix(rows: 0, columns: values.columns)
    self.values[site, default: empty].append(values)
  }

  /// Hidden states 0 … L of the encoder, each `(T, C)`.
  public var hiddenStates: [Matrix] { layers(.hidden) }
  /// Activations of the encoder's blocks 0 … L−1, each `(T, F)`.
  public var activations: [Matrix] { layers(.activation) }

  /// All layers of one kind, in order.
  public func layers(_ kind: Site.Kind, of stack: Site.Stack = .encoder) -> [Matrix] {
    values.filter { $0.key.kind == kind && $0.key.stack == stack }
      .sorted { $0.key.layer < $1.key.layer }.map(\.value)
  }
}
