import Foundation
import Tensors

/// The classification head that a checkpoint brings with it.
///
/// It reads the state x of one token:
///
///     logits = W₂ act(W₁ x + b₁) + b₂
///
/// Each family says in its `head` which token that is, which non-linearity, and which of the parts
/// it has. Shapes: C width of a state, K labels.
public struct ClassificationHead: Sendable {
  /// What the logits mean.
  public enum Kind: String, Sendable, CaseIterable {
    /// One label is right: softmax.
    case exclusive = "single_label_classification"
    /// Every label is right or wrong by itself: sigmoid.
    case independent = "multi_label_classification"
    /// Logits are the values themselves.
    case regression
  }

  /// The layer below the labels.
  struct Dense: Sendable {
    let linear: Linear  // (C, C)
    let activation: Activation
  }

  /// K names, in the order of the logits.
  public let labels: [String]
  public let kind: Kind
  /// Whose state is read.
  public let token: HeadToken
  let site: Site
  let dense: Dense?
  let weights: PackedWeights  // C to K
  let bias: Parameter?  // K

  /// Reads the last layer, `name`, whose labels and meaning the configuration gives.
  init(
    _ configuration: Configuration, _ weights: Weights, _ name: String, hasBias: Bool = true,
    after dense: Dense? = nil, at site: Site, of token: HeadToken, width: Int
  ) throws(ModelError) {
    labels = try configuration.labels
    kind = try configuration.headKind(labels: labels.count)
    self.token = token
    self.site = site
    self.dense = dense
    self.weights = try weights.packed("\(name).weight", out: labels.count, in: width)
    bias = hasBias ? try weights.vector("\(name).bias", count: labels.count) : nil
  }

  /// The K logits of a text, for which all of the model's blocks are run.
  ///
  /// - Returns: nil if the text does not have the token that the head reads.
  public func logits(
    of ids: [Int32], in model: some Transformer, workspace: inout Workspace
  ) -> [Float]? {
    guard let row = token.row(in: ids) else { return nil }
    var tap = StateTap(site: site, row: row)
    model.forward(
      Batch([ids]), blocks: model.shape.allBlocks, workspace: &workspace, tap: &tap)
    return tap.state.map(logits)
  }

  private func logits(_ state: Matrix) -> [Float] {
    var x = state
    if let dense {
      var y = Matrix(rows: 1, columns: dense.linear.outputs)
      dense.linear(x, into: &y)
      activate(&y, dense.activation)
      x = y
    }
    var logits = Matrix(rows: 1, columns: weights.outputs)
    multiply(x, rows: 0..<1, weights, bias: bias, into: &logits)
    return logits.values
  }

  /// What K logits say: probabilities, or in a regression the values.
  public func scores(_ logits: [Float]) -> [Double] {
    let logits = logits.map(Double.init)
    switch kind {
    case .regression: return logits
    case .independent: return logits.map { 1 / (1 + exp(-$0)) }
    case .exclusive:
      let largest = logits.max() ?? 0
      let odds = logits.map { exp($0 - largest) }
      let sum = odds.reduce(0, +)
      return odds.map { $0 / sum }
    }
  }
}

/// The token of a text whose state a head reads.
public enum HeadToken: Sendable, Equatable {
  case first
  /// The last one that is not this padding, or the first where all are.
  case last(padding: Int32?)
  /// The last one that ends a text: `</s>`.
  case lastEnd(Int32)

  /// Its place among the ids of a text; nil if there is no such token.
  func row(in ids: [Int32]) -> Int? {
    switch self {
    case .first: ids.isEmpty ? nil : 0
    case .last(let padding): ids.lastIndex { $0 != padding } ?? (ids.isEmpty ? nil : 0)
    case .lastEnd(let end): ids.lastIndex(of: end)
    }
  }
}

/// Keeps one token's values at one site.
private struct StateTap: Tap {
  let site: Site
  let row: Int
  /// `(1, C)`.
  var state: Matrix?

  init(site: Site, row: Int) {
    self.site = site
    self.row = row
  }

  mutating func record(_ site: Site, _ values: Matrix, rows: Range<Int>, of batch: Batch) {
    if site == self.site { state = values.selecting(rows: [row]) }
  }
}
