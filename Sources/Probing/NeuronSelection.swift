/// What a head reads of a model.
public enum HeadSource: String, Sendable, Codable, CaseIterable {
  case hidden, activation
  /// Hidden states and activations side by side.
  case both

  /// Heads on one representation alone.
  public init(_ representation: Representation) {
    self = representation.isHidden ? .hidden : .activation
  }

  /// `H0–3` for hidden states 0 … 3: the layers of a depth, in words; `H0–DH3` where they end in
  /// the decoder.
  public func range(to depth: Int, of stacks: Stacks) -> String {
    let last = lastLayer(depth: depth, of: stacks)
    guard depth > 0 else { return last.description }
    let first = last.representation.inDecoder(false).letter
    return "\(first)0–" + (last.representation.isDecoder ? "\(last)" : "\(last.layer)")
  }

  /// The representations that it reads, of each stack.
  public var representations: [Representation] {
    switch self {
    case .hidden: [.hidden, .decoderHidden]
    case .activation: [.activation, .decoderActivation]
    case .both: Representation.allCases
    }
  }

  /// `hidden states`, `activations`, or both names.
  public var plural: String {
    representations.filter { !$0.isDecoder }.map(\.plural).joined(separator: " and ")
  }

  /// How many depths there are: layers of the only representation, or hidden states.
  ///
  /// Hidden states begin one lower than activations and end one higher. A decoder's come after
  /// the encoder's.
  public func depths(of stacks: Stacks) -> Int {
    self == .activation ? stacks.allBlocks : stacks.hiddenStates
  }

  /// Blocks that must run before a head of this depth can answer.
  public func blocksNeeded(depth: Int, of stacks: Stacks) -> Int {
    stacks.blocksNeeded(lastLayer(depth: depth, of: stacks))
  }

  /// The layers that a head of this depth reads, from the one that is computed first: `H0`, `A0`,
  /// `H1`, `A1` … Those of a smaller depth are always the first few.
  public func layers(depth: Int, of stacks: Stacks) -> [LayerAddress] {
    (0...depth).flatMap { depth -> [LayerAddress] in
      let last = lastLayer(depth: depth, of: stacks)
      // The block between this hidden state and the one before; none leads to a stack's first.
      guard self == .both, last.layer > 0 else { return [last] }
      let block = Representation.activation.inDecoder(last.representation.isDecoder)
      return [LayerAddress(block, last.layer - 1), last]
    }
  }

  /// The last layer of a depth, for axes and tables; `both` is counted in hidden states.
  public func lastLayer(depth: Int, of stacks: Stacks) -> LayerAddress {
    self == .activation ? stacks.activations(depth) : stacks.hiddenState(depth)
  }
}

/// How a neuron's saliency follows from its weights; over several outputs it is the sum.
public enum SaliencyMeasure: String, Sendable, Codable, CaseIterable {
  /// w², the paper's.
  case squared
  /// |w|, which keeps more neurons at the same η.
  case absolute

  /// `w²` or `|w|`.
  public var symbol: String { self == .squared ? "w²" : "|w|" }

  func saliency(of weight: Float) -> Double {
    self == .squared ? Double(weight) * Double(weight) : Double(abs(weight))
  }
}

/// How many of a layer's neurons are kept, by falling saliency.
public enum NeuronSelection: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The fewest neurons whose saliency reaches this share of the layer's total.
  case eta(Double)
  /// This many, or all whose weight is not zero.
  case top(Int)

  /// The share of saliency that is kept, where that is the rule.
  public var eta: Double? { if case .eta(let eta) = self { eta } else { nil } }

  /// `η 0.8` or `top 50`.
  public var description: String {
    switch self {
    case .eta(let eta): "η \(eta)"
    case .top(let count): "top \(count)"
    }
  }

  /// `0.8` or `50`.
  public var value: String {
    switch self {
    case .eta(let eta): "\(eta)"
    case .top(let count): "\(count)"
    }
  }

  /// Whether a fit can have used it.
  var isPossible: Bool {
    switch self {
    case .eta(let eta): 0 < eta && eta <= 1
    case .top(let count): count >= 1
    }
  }

  /// The indices that are kept, by falling saliency, equals by index; none if all of it is zero.
  public func kept(of saliency: [Double]) -> [Int] {
    let ranked = ranking(saliency).prefix { saliency[$0] > 0 }
    switch self {
    case .top(let count): return Array(ranked.prefix(count))
    case .eta(let eta):
      let goal = eta * saliency.reduce(0, +)
      var sum = 0.0
      var kept: [Int] = []
      for index in ranked {
        kept.append(index)
        sum += saliency[index]
        if sum >= goal { break }
      }
      return kept
    }
  }
}

/// Indices by falling value, equals by index.
func ranking(_ values: [Double]) -> [Int] {
  values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
}
