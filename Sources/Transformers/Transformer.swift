/// The sizes that everything outside a model needs to know of it.
public struct ModelShape: Sendable, Equatable, Codable {
  /// The family, in words: `BERT`.
  public var family: String
  /// L, the number of blocks.
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
}

/// A model that shows every layer to a tap.
///
/// A model is immutable and shared by all workers; what a forward pass needs to write is the
/// caller's `Workspace`.
public protocol Transformer: Sendable {
  var shape: ModelShape { get }

  /// Runs the first `blocks` blocks on `batch` and hands every layer to `tap`.
  ///
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
    forward(batch, blocks: shape.blocks, workspace: &workspace, tap: &recording)
    return recording
  }
}
