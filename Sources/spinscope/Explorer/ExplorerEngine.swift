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

  /// Loads the model of a run, from where it was or a known model from where it is now.
  ///
  /// Its weights must be those of the run: numbers of another model would look no less true.
  static func explainer(for run: Run) throws(Failure) -> Explainer {
    let model = run.info.model
    let there = URL(fileURLWithPath: model.path)
    let folder: URL
    if FileManager.default.fileExists(atPath: there.path) {
      folder = there
    } else if KnownModel.all.contains(where: { $0.name == model.name }) {
      folder = try ModelFetcher().locate(model.name)
    } else {
      throw Failure(.input, "\(model.path): the run's model is gone; bring it back there")
    }
    let loaded = try LoadedModel(folder: folder)
    guard try loaded.weightsSum() == model.sha256 else {
      throw Failure(.input, "\(folder.path): not the weights that the run was fitted on")
    }
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
