public import Transformers

/// How many blocks of a model are read: those of the encoder, or the only stack, and those of a
/// decoder that follows it.
///
/// Along the axis of depth the decoder's layers stand after the encoder's.
public struct Stacks: Sendable, Hashable, Codable {
  /// L, of the encoder or the only stack.
  public var blocks: Int
  /// M, of the decoder; 0 where there is none, or it is not read.
  public var decoderBlocks: Int

  /// Counts the blocks.
  public init(blocks: Int, decoderBlocks: Int = 0) {
    self.blocks = blocks
    self.decoderBlocks = decoderBlocks
  }

  /// Blocks of one stack.
  public func blocks(of stack: Site.Stack) -> Int { stack == .encoder ? blocks : decoderBlocks }

  /// Blocks of both.
  public var allBlocks: Int { blocks + decoderBlocks }

  /// Hidden states of both.
  public var hiddenStates: Int {
    Representation.hidden.layers(of: self) + Representation.decoderHidden.layers(of: self)
  }

  /// The representations that have a layer.
  public var representations: [Representation] {
    Representation.allCases.filter { $0.layers(of: self) > 0 }
  }

  /// The hidden state at a place of the axis of depth.
  public func hiddenState(_ depth: Int) -> LayerAddress {
    depth <= blocks
      ? LayerAddress(.hidden, depth) : LayerAddress(.decoderHidden, depth - blocks - 1)
  }

  /// The activations at a place of the axis of depth.
  public func activations(_ depth: Int) -> LayerAddress {
    depth < blocks
      ? LayerAddress(.activation, depth) : LayerAddress(.decoderActivation, depth - blocks)
  }

  /// Blocks that must run before a layer is known.
  ///
  /// A decoder's embeddings are handed over with its first block.
  public func blocksNeeded(_ layer: LayerAddress) -> Int {
    switch layer.representation {
    case .hidden: layer.layer
    case .activation: layer.layer + 1
    case .decoderHidden: blocks + max(1, layer.layer)
    case .decoderActivation: blocks + layer.layer + 1
    }
  }

  /// How many blocks have run when a hidden state comes: one answer for each count, nil elsewhere,
  /// and at a decoder's embeddings, before which no further block has.
  func blocksRun(at site: Site) -> Int? {
    guard site.kind == .hidden, site.stack == .encoder || site.layer > 0 else { return nil }
    return site.stack == .encoder ? site.layer : blocks + site.layer
  }
}

extension ModelShape {
  /// The blocks that a fit reads, with or without those of a decoder.
  public func stacks(readingDecoder: Bool) -> Stacks {
    Stacks(blocks: blocks, decoderBlocks: readingDecoder ? decoderBlocks : 0)
  }
}
