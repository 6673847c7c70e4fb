public import Tensors

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
  /// Of a model that is not here, of which only features are known.
  public static func elsewhere(
    blocks: Int, width: Int, neurons: Int, decoderBlocks: Int = 0
  ) -> ModelShape {
    ModelShape(
      family: "features made elsewhere", blocks: blocks, width: width, neurons: neurons, heads: 1,
      maxTokens: 1, vocabulary: 1, decoderBlocks: decoderBlocks)
  }

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
  ///   - entry: the hidden state to start with; nil starts with the embeddings.
  ///   - blocks: layers above are not computed.
  ///   - workspace: memory that is reused from call to call; its contents do not matter.
  ///   - tap: receives hidden states 0 … `blocks` and activations 0 … `blocks` − 1, or what of
  ///     these is not below the entry.
  func forward(
    _ batch: Batch, from entry: Entry?, blocks: Int, workspace: inout Workspace,
    tap: inout some Tap)
}

/// A place in the encoder, or the only stack, from which a forward pass can go on: the input of a
/// block, as an earlier pass over the same batch recorded it.
public struct Entry: Sendable {
  /// The block that reads it, or the number of blocks for what the last one puts out.
  public var block: Int
  /// Hidden state `block` of all tokens, `(T, C)`.
  public var hidden: Matrix

  /// Names the block that is the first to run.
  public init(block: Int, hidden: Matrix) {
    self.block = block
    self.hidden = hidden
  }
}

extension Transformer {
  /// Runs the first `blocks` blocks from the embeddings on; see the longer form.
  public func forward(
    _ batch: Batch, blocks: Int, workspace: inout Workspace, tap: inout some Tap
  ) {
    forward(batch, from: nil, blocks: blocks, workspace: &workspace, tap: &tap)
  }

  /// Runs the first `blocks` blocks on one short text, the products shared out to `workers` threads.
  public func forward(
    _ batch: Batch, from entry: Entry? = nil, blocks: Int, workspace: inout Workspace,
    workers: Int, tap: inout some Tap
  ) {
    withTeam(of: workers) { team in
      workspace.team = team
      forward(batch, from: entry, blocks: blocks, workspace: &workspace, tap: &tap)
    }
    workspace.team = nil
  }

  /// Everything that the model computes for some texts.
  public func record(_ batch: Batch) -> Recording {
    var recording = Recording()
    var workspace = Workspace()
    forward(batch, blocks: shape.allBlocks, workspace: &workspace, tap: &recording)
    return recording
  }
}
