public import Transformers

/// Which of a model's numbers a probe reads.
public enum Representation: String, Sendable, Codable, CaseIterable {
  /// Hidden states, 0 … L, of the encoder or the only stack.
  case hidden
  /// Feed-forward activations, 0 … L−1, of the encoder or the only stack.
  case activation
  /// Hidden states, 0 … M, of the decoder that follows an encoder.
  case decoderHidden = "decoder-hidden"
  /// Feed-forward activations, 0 … M−1, of the decoder that follows an encoder.
  case decoderActivation = "decoder-activation"

  /// Names what is taken of a stack.
  public init(isHidden: Bool, of stack: Site.Stack) {
    self =
      stack == .encoder
      ? isHidden ? .hidden : .activation : isHidden ? .decoderHidden : .decoderActivation
  }

  /// What a tap finds at a site; nil for sites that probes do not read.
  init?(_ site: Site) {
    guard site.kind == .hidden || site.kind == .activation else { return nil }
    self.init(isHidden: site.kind == .hidden, of: site.stack)
  }

  /// Hidden states; activations otherwise.
  public var isHidden: Bool { self == .hidden || self == .decoderHidden }

  /// Which stack of blocks it belongs to.
  public var stack: Site.Stack {
    self == .hidden || self == .activation ? .encoder : .decoder
  }

  /// Of the decoder that follows an encoder.
  public var isDecoder: Bool { stack == .decoder }

  /// The same of the other stack, or of the same.
  public func inDecoder(_ isDecoder: Bool) -> Representation {
    of(isDecoder ? .decoder : .encoder)
  }

  /// The same of another stack.
  public func of(_ stack: Site.Stack) -> Representation {
    Representation(isHidden: isHidden, of: stack)
  }

  /// The letters of neuron addresses: `H` or `A`, in the decoder `DH` or `DA`.
  public var letter: String { (isDecoder ? "D" : "") + (isHidden ? "H" : "A") }

  /// `hidden states` or `activations`, of the decoder `decoder hidden states`.
  public var plural: String {
    (isDecoder ? "decoder " : "") + (isHidden ? "hidden states" : "activations")
  }

  /// How many layers a model has of it.
  public func layers(of stacks: Stacks) -> Int {
    let blocks = stacks.blocks(of: stack)
    return isHidden && blocks > 0 ? blocks + 1 : blocks
  }
}

/// A layer's name: `A7` is the activations of block 7, `H3` is hidden state 3, `DH3` that of the
/// decoder.
public struct LayerAddress: Sendable, Hashable, CustomStringConvertible {
  public var representation: Representation
  public var layer: Int

  /// Names one layer.
  public init(_ representation: Representation, _ layer: Int) {
    (self.representation, self.layer) = (representation, layer)
  }

  public var description: String { "\(representation.letter)\(layer)" }
}

/// A neuron's name: `A7.1203` is activation 1203 of block 7, `H3.88` dimension 88 of hidden
/// state 3; `DA7.1203` and `DH3.88` are those of the decoder.
public struct NeuronAddress: Sendable, Hashable, CustomStringConvertible {
  public var representation: Representation
  public var layer: Int
  public var index: Int

  /// Names one neuron.
  public init(_ representation: Representation, layer: Int, index: Int) {
    self.representation = representation
    self.layer = layer
    self.index = index
  }

  /// The layer that it belongs to.
  public var layerAddress: LayerAddress { LayerAddress(representation, layer) }

  /// Reads an address as people write it; nil if it is none.
  public init?(_ text: String) {
    let letters = text.prefix { $0.isLetter }
    guard
      let kind = Representation.allCases.first(where: { $0.letter == letters.uppercased() })
    else { return nil }
    let parts = text.dropFirst(letters.count)
      .split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy(\.isNumber) }),
      let layer = Int(parts[0]), let index = Int(parts[1])
    else { return nil }
    self.init(kind, layer: layer, index: index)
  }

  public var description: String { "\(representation.letter)\(layer).\(index)" }
}

/// As people write it: `"A7.1203"`.
extension NeuronAddress: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let address = NeuronAddress(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is no neuron address such as A7.1203")
    }
    self = address
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
