public import Tensors
public import Transformers

/// One layer of a representation, pooled in one way: what a probe reads.
public struct FeatureKey: Sendable, Hashable, Codable {
  public var representation: Representation
  public var layer: Int
  public var pooling: Pooling

  /// Names one feature matrix.
  public init(_ representation: Representation, layer: Int, pooling: Pooling) {
    self.representation = representation
    self.layer = layer
    self.pooling = pooling
  }
}

/// Which feature matrices there are, of which size and in which numbers.
public struct FeaturePlan: Sendable, Equatable, Codable {
  public var texts: Int
  public var stacks: Stacks
  /// Neurons of a hidden state.
  public var width: Int
  /// Activations of a block; 0 where only hidden states are kept.
  public var neurons: Int
  public var poolings: [Pooling]
  /// Whether files hold F16; F32 otherwise.
  public var isHalf: Bool

  /// Plans the features of `texts` texts from a model of some shape.
  ///
  /// `readsDecoder` says whether a decoder that follows the encoder is read too.
  public init(
    texts: Int, shape: ModelShape, poolings: [Pooling], readsDecoder: Bool = true,
    isHalf: Bool = false
  ) {
    self.init(
      texts: texts, blocks: shape.blocks, width: shape.width, neurons: shape.neurons,
      poolings: poolings, isHalf: isHalf)
    stacks = shape.stacks(readingDecoder: readsDecoder)
  }

  /// Plans features of the given sizes.
  public init(
    texts: Int, blocks: Int, width: Int, neurons: Int, poolings: [Pooling], isHalf: Bool = false
  ) {
    self.texts = texts
    stacks = Stacks(blocks: blocks)
    self.width = width
    self.neurons = neurons
    self.poolings = poolings
    self.isHalf = isHalf
  }

  /// Every matrix, layer by layer and, within a layer, in the order of `poolings`.
  public var keys: [FeatureKey] {
    Representation.allCases.filter { $0.isHidden || neurons > 0 }.flatMap { representation in
      (0..<representation.layers(of: stacks)).flatMap { layer in
        poolings.map { FeatureKey(representation, layer: layer, pooling: $0) }
      }
    }
  }

  /// Columns of the matrix of `key`.
  public func width(of key: FeatureKey) -> Int {
    key.representation.isHidden ? width : neurons
  }

  /// How numbers stand in the files.
  public var type: NumberType { isHalf ? .f16 : .f32 }

  /// Bytes of all matrices.
  public var bytes: Int { keys.reduce(0) { $0 + texts * width(of: $1) * type.size } }
}

/// The pooled features of all texts, one `(texts, width)` matrix a layer and pooling.
public struct Features: Sendable {
  private var matrices: [FeatureKey: StoredMatrix] = [:]

  /// Starts with no matrix.
  public init() {}

  /// The matrix of `key`, which must be there.
  public subscript(key: FeatureKey) -> StoredMatrix {
    get {
      guard let matrix = matrices[key] else { preconditionFailure("no features for \(key)") }
      return matrix
    }
    set { matrices[key] = newValue }
  }

  /// All keys, in no order.
  public var keys: some Collection<FeatureKey> { matrices.keys }

  /// The values of some neurons, side by side, for the texts `rows`.
  ///
  /// - Parameters:
  ///   - neurons: any order; the columns follow it.
  ///   - pooling: how all of them are pooled.
  ///   - rows: positions of texts.
  /// - Returns: `(rows.count, neurons.count)`.
  public func integrated(
    _ neurons: [NeuronAddress], pooling: Pooling, rows: [Int]
  ) -> Matrix {
    var values = Matrix(rows: rows.count, columns: neurons.count)
    var start = 0
    // A layer's neurons stand together, so that a row of its matrix is read once.
    while start < neurons.count {
      let first = neurons[start]
      let layer = neurons[start...].prefix {
        $0.layer == first.layer && $0.representation == first.representation
      }
      self[FeatureKey(first.representation, layer: first.layer, pooling: pooling)]
        .copy(columns: layer.map(\.index), rows: rows, into: &values, from: start)
      start += layer.count
    }
    return values
  }
}
