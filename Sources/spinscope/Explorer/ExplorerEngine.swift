import Foundation
import Probing
import Synchronization

/// The side that computes: loads the model and answers sentences on its own thread.
///
/// Answers come with the generation of the question. A question that arrives while another is
/// answered waits; of several that wait, only the last is answered.
final class ExplorerEngine: Sendable {
  private let queue = DispatchQueue(label: "spinscope.engine", qos: .userInitiated)
  private let shared: Mutex<Shared>
  private let wake: @Sendable () -> Void

  private struct Shared {
    var explainer: Explainer?
    var question: (text: String, generation: Int)?
    var answers: [ExplorerAction] = []
  }

  /// - Parameter wake: tells the interface that `answers()` has something new.
  init(wake: @escaping @Sendable () -> Void) {
    shared = Mutex(Shared())
    self.wake = wake
  }

  /// Begins to load the run's model.
  func load(_ run: Run) {
    queue.async { [self] in
      let answer: ExplorerAction
      do throws(Failure) {
        let explainer = try Self.explainer(for: run)
        shared.withLock { $0.explainer = explainer }
        answer = .modelReady
      } catch {
        answer = .modelMissing(error.message)
      }
      shared.withLock { $0.answers.append(answer) }
      wake()
    }
  }

  /// Loads the model of a run and joins the two.
  static func explainer(for run: Run) throws(Failure) -> Explainer {
    let loaded = try LoadedModel(of: run)
    return try explaining {
      try Explainer(run: run, model: loaded.model, tokenizer: loaded.tokenizer)
    }
  }

  /// Asks for an explanation; the answer is an action.
  func explain(_ text: String, generation: Int) {
    shared.withLock { $0.question = (text, generation) }
    queue.async { [self] in
      let (question, explainer) = shared.withLock { shared in
        defer { shared.question = nil }
        return (shared.question, shared.explainer)
      }
      guard let question, let explainer else { return }
      let answer = ExplorerAction.explained(
        explainer.explain(question.text), generation: question.generation)
      shared.withLock { $0.answers.append(answer) }
      wake()
    }
  }

  /// Takes what has been answered since the last call.
  func answers() -> [ExplorerAction] {
    shared.withLock { shared in
      defer { shared.answers = [] }
      return shared.answers
    }
  }
}
