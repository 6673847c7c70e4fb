/// The sizes that everything outside a model needs to know of it.
public struct ModelShape: Sendable, Equatable, Codable {
  /// The family, in words: `BERT`.
  public var family: String
  /// L, the number of blocks; of an encoder-decoder, those of the encoder.
  public var blocks: Int
  /// C, the width of a hidden state.
  public var width: Int
  /// F, the feed-forward neurons of a block.
  public var neurons: Int
  /// H, the attention heads of a block.
  public var heads: Int
  /// The longest text in tokens, special tokens included.
  public var maxTokens: Int
  /// Rows of the embedding table: every id lies below.
  public var vocabulary: Int
  /// Whether the last hidden state goes through a norm of its own: `Site.Kind.final`.
  public var hasFinalNorm = false
  /// Whether the feed-forward is gated: it then has `gate`, `up` and `product`, and its activation
  /// is the gate, as in the paper's code.
  public var isGated = false
  /// The blocks of a decoder that follows the encoder; 0 where there is none.
  public var decoderBlocks = 0

  /// The blocks of both stacks.
  public var allBlocks: Int { blocks + decoderBlocks }
}

extension ModelShape {
  /// Runs that were written before there were models with a final norm, a gate or a decoder name
  /// none of them.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      family: try values.decode(String.self, forKey: .family),
      blocks: try values.decode(Int.self, forKey: .blocks),
      width: try values.decode(Int.self, forKey: .width),
      neurons: try values.decode(Int.self, forKey: .neurons),
      heads: try values.decode(Int.self, forKey: .heads),
      maxTokens: try values.decode(Int.self, forKey: .maxTokens),
      vocabulary: try values.decode(Int.self, forKey: .vocabulary),
      hasFinalNorm: try values.decodeIfPresent(Bool.self, forKey: .hasFinalNorm) ?? false,
      isGated: try values.decodeIfPresent(Bool.self, forKey: .isGated) ?? false,
      decoderBlocks: try values.decodeIfPresent(Int.self, forKey: .decoderBlocks) ?? 0)
  }
}

/// A model that shows every layer to a tap.
///
/// A model is immutable and shared by all workers; what a forward pass needs to write is the
/// caller's `Workspace`.
public protocol Transformer: Sendable {
  var shape: ModelShape { get }

  /// Runs the first `blocks` blocks on `batch` and hands every layer to `tap`.
  ///
  /// Blocks of a decoder count on from those of the encoder: `shape.blocks` runs the encoder alone,
  /// `shape.allBlocks` both. A final norm is part of its stack's last block.
  /// - Parameters:
  ///   - batch: T ids below `shape.vocabulary`; no text longer than `shape.maxTokens`.
  ///   - blocks: layers above are not computed.
  ///   - workspace: memory that is reused from call to call; its contents do not matter.
  ///   - tap: receives hidden states 0 … `blocks` and activations 0 … `blocks` − 1.
  func forward(
    _ batch: Batch, blocks: Int, workspace: inout Workspace, tap: inout some Tap)
}

extension Transformer {
  /// Everything that the model computes for some texts.
  public func record(_ batch: Batch) -> Recording {
    var recording = Recording()
    var workspace = Workspace()
    forward(batch, blocks: shape.allBlocks, workspace: &workspace, tap: &recording)
    return recording
  }
}
