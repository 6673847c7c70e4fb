import Synchronization
import Tensors
import Transformers

/// The text that a causal model has read last, so that one that begins alike, as a sentence does while
/// it is typed, is read from where it differs.
final class LastReading: Sendable {
  private struct State: Sendable {
    var cache = KeyValueCache()
    var tap: NeuronTap
  }

  private let neurons: [NeuronAddress]
  private let state: Mutex<State>

  /// - Parameter neurons: those that are kept of every text.
  init(of neurons: [NeuronAddress]) {
    self.neurons = neurons
    state = Mutex(State(tap: NeuronTap(neurons)))
  }

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - ids: the text, at least one token.
  ///   - model: the same in every call.
  ///   - blocks: the same in every call; layers above are not computed.
  /// - Returns: the neurons at every token.
  func read(_ ids: [Int32], by model: any CausalTransformer, blocks: Int) -> NeuronTap {
    state.withLock { state in
      var tap = NeuronTap(neurons)
      tap.proceed(behind: state.cache.shared(with: ids), of: state.tap, in: Batch([ids]))
      var workspace = Workspace()
      model.forward(
        ids, after: &state.cache, blocks: blocks, workspace: &workspace,
        workers: availableWorkers(), tap: &tap)
      state.tap = tap
      return tap
    }
  }
}
