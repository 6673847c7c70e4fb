import Foundation
import Probing
import Synchronization
import Tensors

/// The side that computes: loads the model and answers questions on its own threads.
///
/// Quick questions (a sentence that is typed) have a line of their own, and of several that wait
/// there, only the last is answered. Answers carry the ticket of their question.
final class ExplorerEngine: Sendable {
  private let quick = DispatchQueue(label: "spinscope.engine.quick", qos: .userInitiated)
  private let slow = DispatchQueue(label: "spinscope.engine.slow", qos: .utility)
  private let shared = Mutex(Shared())
  private let wake: @Sendable () -> Void

  private struct Shared {
    var work: EngineWork?
    /// Questions that wait or are worked on, and that somebody still wants answered.
    var wanted: Set<Ticket> = []
    var answers: [ExplorerAction] = []
  }

  /// - Parameter wake: tells the interface that `answers()` has something new.
  init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

  /// Begins to load the run's model.
  func load(_ run: Run, folder: URL) {
    shared.withLock { $0.work = EngineWork(run, folder: folder) }
    quick.async { [self] in
      do throws(Failure) {
        let explainer = try Self.explainer(for: run)
        shared.withLock { $0.work?.explainer = explainer }
        put(.modelReady)
      } catch {
        put(.modelMissing(error.message))
      }
    }
  }

  /// Loads the model of a run and joins the two.
  static func explainer(for run: Run) throws(Failure) -> Explainer {
    let loaded = try LoadedModel(of: run)
    return try explaining {
      try Explainer(run: run, model: loaded.model, tokenizer: loaded.tokenizer)
    }
  }

  /// Asks a question; its answer, progress or failure comes by `answers()`.
  func ask(_ request: EngineRequest, _ ticket: Ticket) {
    shared.withLock { _ = $0.wanted.insert(ticket) }
    (request.isQuick ? quick : slow).async { [self] in
      let work = shared.withLock { $0.wanted.contains(ticket) ? $0.work : nil }
      let result = work?.result(of: request, ticket) { [self] step in
        guard shared.withLock({ $0.wanted.contains(ticket) }) else { return false }
        put(.progressed(step, ticket))
        return true
      }
      shared.withLock { _ = $0.wanted.remove(ticket) }
      if let result { put(result) }
    }
  }

  /// Stops work on a question, or never begins it.
  func abandon(_ ticket: Ticket) { shared.withLock { _ = $0.wanted.remove(ticket) } }

  /// Takes what has been answered since the last call.
  func answers() -> [ExplorerAction] {
    shared.withLock { shared in
      defer { shared.answers = [] }
      return shared.answers
    }
  }

  private func put(_ answer: ExplorerAction) {
    shared.withLock { $0.answers.append(answer) }
    wake()
  }
}

/// What answers questions: a run, the folder that it lies in, and its model.
struct EngineWork: Sendable {
  let run: Run
  /// Nil until the model is loaded.
  var explainer: Explainer?
  private let features: RunFeatures

  init(_ run: Run, folder: URL) {
    self.run = run
    features = RunFeatures(run, folder: folder)
  }

  /// The action that answers a question; nil if `progress` stopped it, or there is no model for it.
  func result(
    of request: EngineRequest, _ ticket: Ticket, progress: (WorkProgress) -> Bool = { _ in true }
  ) -> ExplorerAction? {
    do throws(Failure) {
      return try answer(request, progress).map { .answered($0, ticket) }
    } catch {
      return .failed(error.message, ticket)
    }
  }

  /// `progress` is called now and then; when it returns false, the work stops and gives nil.
  private func answer(
    _ request: EngineRequest, _ progress: (WorkProgress) -> Bool
  ) throws(Failure) -> EngineAnswer? {
    switch request {
    case .explain(let text): return explainer.map { .explanation($0.explain(text)) }
    case .pinned(let text): return explainer.map { .pinned($0.explain(text)) }
    case .predictions: return .predictions(try explaining { try TextTable(run, features) })
    case .select(let query, let table): return .selection(TextSelection(query, table))
    case .neuron(let neuron, let pooling):
      return .neuron(try explaining { try NeuronEvidence(neuron, pooling, run, features) })
    case .traces(let neuron, let pooling, let places):
      guard let explainer else { return nil }
      let texts = places.map { (place: $0, text: run.texts[$0].text) }
      return NeuronTraces(neuron, pooling, texts, NeuronReader(explainer), progress)
        .map(EngineAnswer.traces)
    case .silence(let neurons, let replacement, let text):
      return silenced(neurons, replacement, text, progress).map(EngineAnswer.silenced)
    case .group(let neurons, let replacement, let text):
      return silenced(neurons, replacement, text, progress).map(EngineAnswer.group)
    case .effects(let neurons, let replacement):
      return explainer.flatMap {
        NeuronEffects(neurons, replacement, run, Silencer(run: run, $0), progress)
      }.map(EngineAnswer.effects)
    case .slices(let table):
      return .slices(
        ErrorSlices(
          table, places: run.places(of: .validation), classes: run.info.data.classes.count))
    case .clusters(let representation, let pooling):
      return try explaining {
        try LayerClusters(representation, pooling, RunIndex(run), features, progress)
      }.map(EngineAnswer.clusters)
    case .compare(let path):
      return .comparison(try RunsCompared(run, features, with: path))
    case .elsewhere(let path, let neuron, let pooling, let sample):
      return try NeuronElsewhere(
        path, neuron, pooling, sample, like: run, explainer.map(NeuronReader.init), progress
      ).map(EngineAnswer.elsewhere)
    case .exits: return .exits(try explaining { try ExitTrials(run, features) })
    case .calibration:
      return .calibration([.validation, .test].compactMap { Recalibration(run, on: $0) })
    }
  }

  private func silenced(
    _ neurons: [NeuronAddress], _ replacement: Replacement, _ text: String,
    _ progress: (WorkProgress) -> Bool
  ) -> Silenced? {
    explainer.flatMap {
      Silenced(neurons, replacement, text, run, Silencer(run: run, $0), progress)
    }
  }
}
