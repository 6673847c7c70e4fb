import Tensors

/// A model with a final norm whose last hidden state is what that norm puts out.
///
/// That is how transformers lists `hidden_states` of GPT-2 and T5, and so what the paper's code reads;
/// the model itself gives what enters the norm. The state before the norm is then shown to nobody.
public struct NormedLast: Transformer {
  private let model: any Transformer

  /// Leaves `model` as it is where it has no final norm.
  public static func wrapping(_ model: any Transformer) -> any Transformer {
    model.shape.hasFinalNorm ? NormedLast(model: model) : model
  }

  public var shape: ModelShape { model.shape }

  public func forward(
    _ batch: Batch, from entry: Entry?, blocks: Int, workspace: inout Workspace,
    tap: inout some Tap
  ) {
    // The last state cannot be an entry: the model would norm it once more.
    let entry = entry.flatMap { $0.block < shape.blocks ? $0 : nil }
    var renaming = NormedLastTap(tap: tap, shape: shape)
    model.forward(batch, from: entry, blocks: blocks, workspace: &workspace, tap: &renaming)
    tap = renaming.tap
  }
}

/// Shows a tap the final states as the last hidden ones as well, and those not.
private struct NormedLastTap<Inner: Tap>: Tap {
  var tap: Inner
  let shape: ModelShape

  var isDone: Bool { tap.isDone }

  mutating func patch(_ site: Site, _ values: inout Matrix, rows: Range<Int>, of batch: Batch) {
    guard !isBeforeNorm(site) else { return }
    if site.kind == .final { tap.patch(asHidden(site), &values, rows: rows, of: batch) }
    tap.patch(site, &values, rows: rows, of: batch)
  }

  mutating func record(_ site: Site, _ values: Matrix, rows: Range<Int>, of batch: Batch) {
    guard !isBeforeNorm(site) else { return }
    if site.kind == .final { tap.record(asHidden(site), values, rows: rows, of: batch) }
    tap.record(site, values, rows: rows, of: batch)
  }

  private func isBeforeNorm(_ site: Site) -> Bool {
    site.kind == .hidden
      && site.layer == (site.stack == .encoder ? shape.blocks : shape.decoderBlocks)
  }

  private func asHidden(_ site: Site) -> Site { Site(.hidden, site.layer, of: site.stack) }
}
