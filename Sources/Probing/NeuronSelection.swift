/// What a head reads of a model.
public enum HeadSource: String, Sendable, Codable, CaseIterable {
  case hidden, activation
  /// Hidden states and activations side by side.
  case both

  /// Heads on one representation alone.
  public init(_ representation: Representation) {
    self = representation == .hidden ? .hidden : .activation
  }

  /// `H0–3` for hidden states 0 … 3: the layers of a depth, in words.
  public func range(to depth: Int) -> String {
    let last = lastLayer(depth: depth)
    return depth == 0 ? last.description : "\(last.representation.letter)0–\(depth)"
  }

  /// The representations that it reads.
  public var representations: [Representation] {
    switch self {
    case .hidden: [.hidden]
    case .activation: [.activation]
    case .both: [.hidden, .activation]
    }
  }

  /// `hidden states`, `activations`, or both names.
  public var plural: String { representations.map(\.plural).joined(separator: " and ") }

  /// How many depths there are in a model of `blocks` blocks: layers of the only representation,
  /// or of the hidden states, which begin one lower and end one higher.
  public func depths(blocks: Int) -> Int { self == .activation ? blocks : blocks + 1 }

  /// Blocks that must run before a head of this depth can answer.
  public func blocksNeeded(depth: Int) -> Int { self == .activation ? depth + 1 : depth }

  /// The layers that a head of this depth reads, from the one that is computed first: `H0`, `A0`,
  /// `H1`, `A1` … Those of a smaller depth are always the first few.
  public func layers(depth: Int) -> [LayerAddress] {
    switch self {
    case .hidden: (0...depth).map { LayerAddress(.hidden, $0) }
    case .activation: (0...depth).map { LayerAddress(.activation, $0) }
    case .both:
      [LayerAddress(.hidden, 0)]
        + (0..<depth).flatMap { [LayerAddress(.activation, $0), LayerAddress(.hidden, $0 + 1)] }
    }
  }

  /// The last layer of a depth, for axes and tables; `both` is counted in hidden states.
  public func lastLayer(depth: Int) -> LayerAddress {
    LayerAddress(self == .activation ? .activation : .hidden, depth)
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
