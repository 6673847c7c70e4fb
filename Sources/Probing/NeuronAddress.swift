/// Which of a model's numbers a probe reads.
public enum Representation: String, Sendable, Codable, CaseIterable {
  /// Hidden states, 0 … L.
  case hidden
  /// Feed-forward activations, 0 … L−1.
  case activation

  /// The letter of neuron addresses and file names: `H` or `A`.
  public var letter: String { self == .hidden ? "H" : "A" }

  /// `hidden states` or `activations`.
  public var plural: String { self == .hidden ? "hidden states" : "activations" }

  /// How many layers a model of `blocks` blocks has of it.
  public func layers(blocks: Int) -> Int { self == .hidden ? blocks + 1 : blocks }
}

/// A layer's name: `A7` is the activations of block 7, `H3` is hidden state 3.
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
/// state 3.
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
    let kind: Representation
    switch text.first {
    case "A", "a": kind = .activation
    case "H", "h": kind = .hidden
    default: return nil
    }
    let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
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
