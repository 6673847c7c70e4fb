import Tensors

/// A model whose tokens see only those before them, and so stay what they are whatever follows.
public protocol CausalTransformer: Transformer {
  /// Reads a text from where it differs from the one that was read last; see `Transformer.forward`.
  ///
  /// - Parameters:
  ///   - ids: the whole text, at least one token.
  ///   - cache: of the text before, becomes that of this one.
  ///   - blocks: layers above are not computed.
  ///   - workspace: memory that is reused from call to call.
  ///   - tap: receives the tokens from `cache.shared(with: ids)` on, as a batch of their own.
  func forward(
    _ ids: [Int32], after cache: inout KeyValueCache, blocks: Int, workspace: inout Workspace,
    tap: inout some Tap)
}

extension CausalTransformer {
  /// Reads a text as above, the products shared out to `workers` threads.
  public func forward(
    _ ids: [Int32], after cache: inout KeyValueCache, blocks: Int, workspace: inout Workspace,
    workers: Int, tap: inout some Tap
  ) {
    withTeam(of: workers) { team in
      workspace.team = team
      forward(ids, after: &cache, blocks: blocks, workspace: &workspace, tap: &tap)
    }
    workspace.team = nil
  }
}

/// What the blocks of a causal model made of a text, as far as later tokens look at it.
public struct KeyValueCache: Sendable {
  /// The tokens that were read.
  public private(set) var ids: [Int32] = []
  /// `(T, 2 C)` a block: keys and values side by side.
  private(set) var blocks: [Matrix] = []

  /// Starts with no text.
  public init() {}

  /// How many tokens at the start of `ids` need not be read again: the last one is always read.
  public func shared(with ids: [Int32]) -> Int {
    max(0, min(zip(self.ids, ids).prefix { $0 == $1 }.count, ids.count - 1))
  }

  /// Keeps of each block what `ids` shares with the text before, for a pass over `count` blocks.
  ///
  /// - Returns: how many tokens those are.
  mutating func begin(_ ids: [Int32], blocks count: Int, width: Int) -> Int {
    let kept = blocks.count == count ? shared(with: ids) : 0
    if blocks.count != count {
      blocks = Array(repeating: Matrix(rows: 0, columns: 2 * width), count: count)
    }
    for l in blocks.indices { blocks[l].resize(rows: kept) }
    self.ids = ids
    return kept
  }

  /// Takes the keys and values of further tokens in block `l`.
  ///
  /// - Parameters:
  ///   - qkv: `(tokens, 3 C)`: their queries, keys and values.
  ///   - l: the block's number.
  /// - Returns: those of all tokens, `(T, 2 C)`.
  mutating func append(_ qkv: Matrix, toBlock l: Int) -> Matrix {
    let c = qkv.columns / 3
    for row in 0..<qkv.rows {
      blocks[l].append(Matrix(rows: 1, columns: 2 * c, values: Array(qkv.row(row)[c...])))
    }
    return blocks[l]
  }
}
