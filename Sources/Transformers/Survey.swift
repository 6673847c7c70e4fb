import Synchronization

/// What a model asks of its checkpoint, noted instead of read.
///
/// A family's own code thus says which tensors it expects, once and for both purposes.
final class Survey: Sendable {
  struct Notes: Sendable {
    /// Names under which tensors were found as they should be.
    var found: Set<String> = []
    /// Names of tensors that are not there, in the order in which they were asked for.
    var missing: [String] = []
    /// What is wrong with those that are there but are of another shape or type, by name.
    var misfits: [(name: String, fault: ModelError)] = []
    var firstFault: ModelError?

    /// Names of all tensors that were asked for and are there.
    var present: Set<String> { found.union(misfits.map(\.name)) }
  }

  /// A configuration that speaks of a million blocks must not keep us busy.
  private static let maxFaults = 1000

  private let state = Mutex(Notes())

  var notes: Notes { state.withLock { $0 } }

  func note(_ name: String) { state.withLock { _ = $0.found.insert(name) } }

  /// - Throws: `fault`, once there have been so many that nothing is learned from more.
  func note(_ name: String, fault: ModelError, isMissing: Bool) throws(ModelError) {
    let count = state.withLock { notes in
      notes.firstFault = notes.firstFault ?? fault
      if isMissing { notes.missing.append(name) } else { notes.misfits.append((name, fault)) }
      return notes.missing.count + notes.misfits.count
    }
    if count >= Self.maxFaults { throw fault }
  }
}
