import CKernels
import Synchronization

/// How a layer's weights stand in its file.
public enum WeightLayout: Sendable {
  /// `(O, C)`, a row an output: PyTorch's `nn.Linear`.
  case outIn
  /// `(C, O)`, a column an output: the `Conv1D` of GPT-2.
  case inOut
}

/// The floats of a vector that products work with here: 16 with AVX-512, 8 with AVX2, else 4.
///
/// Sums are rounded in another order with another number, so that results agree to rounding only.
public let productLanes = ck_lanes()

/// The columns of a panel.
let panelWidth = 2 * productLanes

/// `columns` and what fills up the last panel.
func panelled(_ columns: Int) -> Int { (columns + panelWidth - 1) / panelWidth * panelWidth }

/// The weights W of a layer, in the order in which products read them.
///
/// They are put into it when a product first needs them, so that a layer that is never run is never
/// read; from then on the memory of what was read is given back. Where memory is short they are put
/// into it for every product anew. A panel holds W's values for two vectors of outputs, input after
/// input. 16-bit weights stay 16-bit there and are widened, exactly, where they are multiplied: half
/// the memory, and twice as fast where reading it is what takes the time
/// (Tests/Benchmarks/README.md).
public final class PackedWeights: Sendable {
  /// C.
  public let inputs: Int
  /// O.
  public let outputs: Int
  private let keepsPanels: Bool
  private let state: Mutex<State>

  private enum State {
    case stored(Parameter, WeightLayout)
    case packed(Storage)
  }

  /// Takes `weights` as they are stored.
  public init(_ weights: Parameter, layout: WeightLayout = .outIn, keepsPanels: Bool = true) {
    self.keepsPanels = keepsPanels
    (inputs, outputs) =
      layout == .outIn ? (weights.columns, weights.rows) : (weights.rows, weights.columns)
    state = Mutex(.stored(weights, layout))
  }

  /// `(panels, C, panelWidth)`; the outputs that fill up the last panel are 0.
  var panels: Storage {
    state.withLock { state in
      switch state {
      case .packed(let panels): return panels
      case .stored(let weights, let layout):
        let panels = pack(weights, layout)
        weights.storage.giveBack(count: weights.rows * weights.columns)
        if keepsPanels { state = .packed(panels) }
        return panels
      }
    }
  }

  private func pack(_ weights: Parameter, _ layout: WeightLayout) -> Storage {
    let type = weights.storage.type
    return unsafe Storage(count: panelled(outputs) * inputs, type: type) { target in
      // SAFETY: C × O values in the weights, and room for the outputs rounded up to panels.
      unsafe ck_pack(
        productLanes, type.kernel, target, weights.storage.bytes, weights.columns,
        layout == .outIn ? 1 : 0, outputs, inputs)
    }
  }
}

extension NumberType {
  /// The type in the words of the kernels.
  var kernel: ck_number {
    switch self {
    case .f32: ck_f32
    case .f16: ck_f16
    case .bf16: ck_bf16
    }
  }
}

/// The block of `out` that starts at (`row`, `column`) becomes `x[rows] W + b`, or grows by it.
///
/// - Parameters:
///   - x: `(T, C)` inputs.
///   - rows: the rows of `x` to take.
///   - weights: W, O outputs of C inputs each.
///   - bias: b, O values, or none.
///   - out: has room for `(rows.count, O)` from (`row`, `column`) on; the rest is left alone.
///   - row: the first row of the product in `out`.
///   - column: the first column of the product in `out`.
///   - adding: whether the product is added to what stands there: a residual.
///   - team: shares the outputs, where one text alone leaves cores idle.
public func multiply(
  _ x: Matrix, rows: Range<Int>, _ weights: PackedWeights, bias: Parameter? = nil,
  into out: inout Matrix, row: Int = 0, column: Int = 0, adding: Bool = false, team: Team? = nil
) {
  let (inputs, outputs) = (weights.inputs, weights.outputs)
  precondition(x.columns == inputs, "x is \(x.columns) wide, weights \(inputs)")
  precondition(
    bias.map { $0.rows == 1 && $0.columns == outputs } ?? true, "a bias of \(bias?.columns ?? 0)")
  precondition(0 <= rows.lowerBound && rows.upperBound <= x.rows, "rows \(rows) of \(x.rows)")
  precondition(
    0 <= row && row + rows.count <= out.rows && 0 <= column && column + outputs <= out.columns,
    "\(rows.count) x \(outputs) at (\(row), \(column)) of \(out.rows) x \(out.columns)")
  guard !rows.isEmpty else { return }
  let (panels, width) = (weights.panels, out.columns)
  let parts = parts(of: outputs, unit: 2 * panelWidth, for: team)
  unsafe x.values.withUnsafeBufferPointer { input in
    unsafe out.values.withUnsafeMutableBufferPointer { output in
      // SAFETY: both blocks lie inside their matrices by the checks above; the panels hold all
      // outputs of all inputs, a part starts with a panel, and no two parts have a column in common.
      let from = unsafe input.baseAddress.unsafelyUnwrapped + rows.lowerBound * inputs
      let to = unsafe output.baseAddress.unsafelyUnwrapped + row * width + column
      let multiplyPart = { (part: Int) in
        let columns = parts[part]
        let panel = unsafe panels.bytes + columns.lowerBound * inputs * panels.type.size
        unsafe ck_product(
          productLanes, panels.type.kernel, to + columns.lowerBound, width, from, inputs,
          rows.count, panel, inputs, columns.count, inputs,
          bias.map { unsafe $0.storage.base + columns.lowerBound }, adding ? 1 : 0)
      }
      if let team, parts.count > 1 {
        team.share(parts.count, multiplyPart)
      } else {
        multiplyPart(0)
      }
    }
  }
}
