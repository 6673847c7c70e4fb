import Tensors

/// One head of the early exits, with what validation says of it.
public struct ExitScore: Sendable, Codable, Equatable {
  public var depth: Int
  /// Blocks that must run before it can answer.
  public var blocks: Int
  public var neurons: Int
  /// Makes its probabilities honest; from validation.
  public var temperature: Temperature
  public var validation: Score
  public var test: Score
}

/// When to stop reading a text: at the first depth whose head is sure enough.
///
/// The heads' probabilities are taken at each one's temperature, so that a threshold means the same at
/// every depth. Validation chooses the threshold: of those that cost at most one standard error
/// of accuracy, the one that runs the fewest blocks.
public struct ExitRule: Sendable, Codable, Equatable {
  /// What a threshold does to some texts.
  public struct Outcome: Sendable, Codable, Equatable {
    /// The probability of the predicted class at which a depth answers.
    public var threshold: Double
    public var score: Score
    /// Blocks run, as a mean over the texts.
    public var meanBlocks: Double
    /// The share of texts that each depth answers.
    public var shares: [Double]
    /// The share of texts whose answer is that of the chosen head.
    public var agreement: Double
  }

  /// The chosen threshold; 1 never stops early.
  public var threshold: Double
  /// Every threshold that was tried, on validation and on test.
  public var validation: [Outcome]
  public var test: [Outcome]

  /// The thresholds that are tried.
  static let thresholds = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 1]

  /// - Parameters:
  ///   - blocks: of each depth up to the chosen head's.
  ///   - validation: probabilities of the validation texts: `[depth][text][class]`.
  ///   - validationTruth: their classes.
  ///   - test: probabilities of the test texts.
  ///   - testTruth: their classes.
  init(
    blocks: [Int], validation: [[[Double]]], _ validationTruth: [Int], test: [[[Double]]],
    _ testTruth: [Int]
  ) {
    func outcomes(_ probabilities: [[[Double]]], _ truth: [Int]) -> [Outcome] {
      let trials = ExitTrials(blocks, probabilities, truth)
      return Self.thresholds.map(trials.outcome)
    }
    self.validation = outcomes(validation, validationTruth)
    self.test = outcomes(test, testTruth)
    let full = self.validation[self.validation.count - 1].score
    let least = full.accuracy - full.standardError
    threshold =
      self.validation.filter { $0.score.accuracy >= least }
      .min { ($0.meanBlocks, $1.threshold) < ($1.meanBlocks, $0.threshold) }?.threshold ?? 1
  }

  /// What the chosen threshold does.
  public var chosenTest: Outcome? { test.first { $0.threshold == threshold } }
  public var chosenValidation: Outcome? { validation.first { $0.threshold == threshold } }
}

/// How sure every depth's head is of some texts, and what it says of them: from these follows what
/// any threshold does.
public struct ExitTrials: Sendable, Equatable {
  private let blocks: [Int]
  private let truth: [Int]
  /// The most probable class and its probability, `[depth][text]`.
  private let answers: [[Int]]
  private let sureness: [[Double]]

  /// - Parameters:
  ///   - blocks: of each depth, of which there is at least one.
  ///   - probabilities: `[depth][text][class]`.
  ///   - truth: the class of each text.
  init(_ blocks: [Int], _ probabilities: [[[Double]]], _ truth: [Int]) {
    self.blocks = blocks
    self.truth = truth
    answers = probabilities.map { $0.map(mostProbable) }
    sureness = probabilities.map { $0.map { $0.max() ?? 0 } }
  }

  /// The validation texts of a run, by the heads up to the chosen one, each at its temperature.
  ///
  /// - Throws: `RunError` if the head's features are gone.
  public init(_ run: Run, _ features: RunFeatures) throws(RunError) {
    let inputs = try features.inputs(of: run.head)
    let (labels, held) = (
      run.labels, run.texts.indices.filter { run.texts[$0].split == .validation }
    )
    let heads = run.exits.filter { $0.depth <= run.head.depth }
    let heats = Dictionary(run.scores.exits.map { ($0.depth, $0.temperature.value) }) { $1 }
    self.init(
      heads.map(\.blocksNeeded),
      heads.map { head in
        held.map { row in
          head.fitted.classifier.probabilities(
            inputs.row(row).prefix(head.neurons.count), temperature: heats[head.depth] ?? 1)
        }
      }, held.map { labels[$0] })
  }

  /// Stops each text at the first depth that is sure enough, or at the last.
  public func outcome(at threshold: Double) -> ExitRule.Outcome {
    let last = blocks.count - 1
    let exits = truth.indices.map { text in
      blocks.indices.first { isSure(sureness[$0][text], threshold) } ?? last
    }
    let answered = zip(truth.indices, exits).map { answers[$1][$0] }
    let count = Double(max(truth.count, 1))
    return ExitRule.Outcome(
      threshold: threshold, score: Score(answered, truth: truth),
      meanBlocks: exits.reduce(0) { $0 + Double(blocks[$1]) } / count,
      shares: blocks.indices.map { depth in Double(exits.count { $0 == depth }) / count },
      agreement: Double(zip(truth.indices, answered).count { answers[last][$0] == $1 }) / count)
  }
}

/// Whether a depth is sure enough of its answer to give it; none is at a threshold of 1.
func isSure(_ probability: Double, _ threshold: Double) -> Bool {
  threshold < 1 && probability >= threshold
}

/// The most probable class, the first of equals.
func mostProbable(_ probabilities: [Double]) -> Int {
  probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
}
