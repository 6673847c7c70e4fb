import Probing

/// A question to the engine that takes longer than a key may.
///
/// A new kind of question is a case here and in `EngineAnswer`, a branch of `EngineWork.answer` that
/// computes it and one of `ExplorerState.store` that keeps it; the screen that shows it names it
/// among its `needs` for as long as the state lacks the answer. The rest is the same for all:
/// it is asked once, becomes late when the screen needs another of its kind, shows its progress,
/// and can be cancelled; late answers are dropped.
enum EngineRequest: Sendable, Equatable {
  /// Why the head says what it says of a text.
  case explain(String)
  /// The same of the sentence that others are held against.
  case pinned(String)
  /// What the head says of every text of the run.
  case predictions
  /// Which texts a query selects.
  case select(TextQuery, TextTable)
  /// What a neuron is in every text of the run, and which others go along with it.
  case neuron(NeuronAddress, Pooling)
  /// Where a neuron fires in some texts, by their places.
  case traces(NeuronAddress, Pooling, [Int])
  /// What the head makes of a sentence and of the validation texts without some neurons.
  case silence([NeuronAddress], Replacement, String)
  /// The same of a group that was silenced on the layer's screen.
  case group([NeuronAddress], Replacement, String)
  /// What each of some neurons does alone to the validation texts when it is silenced.
  case effects([NeuronAddress], Replacement)
  /// Where the head errs more than elsewhere.
  case slices(TextTable)
  /// Which neurons of each layer go along with each other.
  case clusters(Representation, Pooling)
  /// How this run differs from the one in a folder.
  case compare(String)
  /// What a neuron is in the texts of the run in a folder, and where it fires in some of them.
  case elsewhere(String, NeuronAddress, Pooling, NeuronTexts.Sample)
  /// How sure the head of every depth is of every validation text.
  case exits
  /// What the temperature did to the probabilities.
  case calibration

  /// At most one question of a kind is under way: asking again makes the older one late.
  enum Kind: Sendable, Hashable, CaseIterable {
    case explain, pinned, predictions, select, neuron, traces, silence, group, effects, slices
    case clusters, compare, elsewhere, exits, calibration
  }

  var kind: Kind {
    switch self {
    case .explain: .explain
    case .pinned: .pinned
    case .predictions: .predictions
    case .select: .select
    case .neuron: .neuron
    case .traces: .traces
    case .silence: .silence
    case .group: .group
    case .effects: .effects
    case .slices: .slices
    case .clusters: .clusters
    case .compare: .compare
    case .elsewhere: .elsewhere
    case .exits: .exits
    case .calibration: .calibration
    }
  }

  /// Whether it is answered between two keys; the others wait in a line of their own, so that
  /// typing never waits for them.
  var isQuick: Bool { [.explain, .pinned, .select].contains(kind) }

  /// Whether it takes so long that others are not to wait for it once its screen is left.
  fileprivate var endsWithScreen: Bool {
    [.effects, .group, .silence, .traces, .elsewhere].contains(kind)
  }
}

/// What the engine found.
enum EngineAnswer: Sendable, Equatable {
  case explanation(Explanation)
  case pinned(Explanation)
  case predictions(TextTable)
  case selection(TextSelection)
  case neuron(NeuronEvidence)
  case traces(NeuronTraces)
  case silenced(Silenced)
  case group(Silenced)
  case effects(NeuronEffects)
  case slices(ErrorSlices)
  case clusters(LayerClusters)
  case comparison(RunsCompared)
  case elsewhere(NeuronElsewhere)
  case exits(ExitTrials)
  case calibration([Recalibration])
}

/// The texts that a query selects: a slice of the run.
struct TextSelection: Sendable, Equatable {
  var query: TextQuery
  /// Places among the run's texts, in the query's order.
  var places: [Int]
  var score: Score

  init(_ query: TextQuery, _ table: TextTable) {
    self.query = query
    places = query.select(table.rows)
    score = table.score(places)
  }
}

/// Which question an answer belongs to.
struct Ticket: Sendable, Hashable {
  var kind: EngineRequest.Kind
  /// Counts questions; an answer to any but the last of its kind is late, and is dropped.
  var generation: Int
}

/// The questions that are under way, and those that came to nothing.
struct Questions: Sendable {
  private struct Waiting {
    var request: EngineRequest
    var ticket: Ticket
    var progress: WorkProgress?
  }

  private var generation = 0
  private var waiting: [EngineRequest.Kind: Waiting] = [:]
  private var failed: [EngineRequest.Kind: (request: EngineRequest, reason: String)] = [:]

  /// Asks what is not being asked already; a question of the same kind becomes late.
  mutating func ask(_ request: EngineRequest) -> [ExplorerEffect] {
    let kind = request.kind
    guard waiting[kind]?.request != request, failed[kind]?.request != request else { return [] }
    generation += 1
    let ticket = Ticket(kind: kind, generation: generation)
    let late = waiting.updateValue(Waiting(request: request, ticket: ticket), forKey: kind)
    failed[kind] = nil
    return (late.map { [.abandon($0.ticket)] } ?? []) + [.ask(request, ticket)]
  }

  mutating func note(_ step: WorkProgress, _ ticket: Ticket) {
    if waiting[ticket.kind]?.ticket == ticket { waiting[ticket.kind]?.progress = step }
  }

  /// Ends a question; a reason says why it has no answer.
  ///
  /// - Returns: false if it is not the last question of its kind: the answer is late.
  mutating func end(_ ticket: Ticket, reason: String? = nil) -> Bool {
    guard let ended = waiting[ticket.kind], ended.ticket == ticket else { return false }
    waiting[ticket.kind] = nil
    failed[ticket.kind] = reason.map { (ended.request, $0) }
    return true
  }

  /// Gives up every question but the quick ones.
  mutating func cancel() -> [ExplorerEffect] {
    slow.map { ticket in
      _ = end(ticket, reason: "stopped; come back to the screen to ask again")
      return .abandon(ticket)
    }
  }

  /// Stops what takes long and is not needed any more.
  mutating func drop(unless needs: [EngineRequest]) -> [ExplorerEffect] {
    waiting.values.filter { $0.request.endsWithScreen && !needs.contains($0.request) }
      .map(\.ticket).sorted { $0.generation < $1.generation }.map { ticket in
        waiting[ticket.kind] = nil
        return .abandon(ticket)
      }
  }

  /// Lets what failed be asked again.
  mutating func forgive() { failed = [:] }

  /// Whether there is anything to cancel.
  var hasSlow: Bool { !slow.isEmpty }

  private var slow: [Ticket] {
    waiting.values.filter { !$0.request.isQuick }.map(\.ticket)
      .sorted { $0.generation < $1.generation }
  }

  /// `measuring neurons 3/12 …`, or why there is no answer; nil if nothing was asked.
  func status(of kind: EngineRequest.Kind, waiting text: String = "asking …") -> String? {
    if let failure = failed[kind] { return failure.reason }
    guard let question = waiting[kind] else { return nil }
    return question.progress.map { "\($0.phase) \(grouped($0.done))/\(grouped($0.total)) …" }
      ?? text
  }
}
