import Foundation
import Tensors

/// `scores.json`: the validation grid, and everything that was measured of the chosen head.
public struct Scores: Sendable, Codable, Equatable {
  /// One configuration that was tried.
  public struct GridPoint: Sendable, Codable, Equatable {
    public var source: HeadSource
    public var pooling: Pooling
    public var selection: NeuronSelection
    public var depth: Int
    public var c: Double
    public var neurons: Int
    public var relativeGap: Double
    public var converged: Bool
    /// Newton steps over all outputs; nil in runs of earlier versions.
    public var iterations: Int?
    public var validation: Score
    /// The share of validation texts that are right at each C that was tried, in the grid's order; nil
    /// in runs of earlier versions.
    public var accuracyByC: [Double]?

    init(_ head: Head) {
      source = head.source
      pooling = head.pooling
      selection = head.selection
      depth = head.depth
      c = head.fitted.c
      neurons = head.neurons.count
      relativeGap = head.fitted.relativeGap
      converged = head.fitted.converged
      iterations = head.fitted.iterations
      validation = head.validation
      accuracyByC = head.accuracyByC
    }
  }

  public var grid: [GridPoint]
  /// The smallest head of the grid that validation cannot tell from the best: its place in `grid`.
  public var oneStandardError: Int
  /// The chosen head on validation texts, at its temperature, and on the test texts.
  public var validation: Evaluation
  public var testEvaluation: Evaluation
  /// What makes the chosen head's probabilities honest; from validation.
  public var temperature: Temperature
  /// What the head is held against, on the same texts.
  public var baselines: [Baseline]
  /// What probes of the chosen pooling reach when labels mean nothing.
  public var controls: [LayerControl]
  /// Every depth up to the deepest.
  public var exits: [ExitScore]
  /// When to stop early, among the depths up to the chosen head's.
  public var exitRule: ExitRule
  /// The fit on other draws of training and validation texts; empty unless asked for.
  public var repeats: [FitRepeat]
  /// How often this fit has read the test texts to score a head.
  public var testReadings: Int
}

extension Scores {
  /// The chosen head on the test texts.
  public var test: Score { testEvaluation.score }
  /// The score on validation texts of always saying the commonest class.
  public var majority: Score { baseline(.majority)?.validation ?? Score(correct: 0, of: 0) }
  /// The paper's Base: the last hidden state alone.
  public var base: Baseline? { baseline(.base) }
  public var baseTest: Score { base?.test ?? Score(correct: 0, of: 0) }
  public var baseValidation: Score { base?.validation ?? Score(correct: 0, of: 0) }

  /// The first baseline of a kind.
  public func baseline(_ kind: Baseline.Kind) -> Baseline? { baselines.first { $0.kind == kind } }

  /// Whether a fit can have written them.
  var isPossible: Bool {
    let scores =
      grid.map(\.validation) + baselines.flatMap { [$0.validation, $0.test] }
      + exits.flatMap { [$0.validation, $0.test] }
      + controls.flatMap {
        [$0.shuffled, $0.words] + [$0.shuffledTrain, $0.untrained, $0.trained].compactMap { $0 }
      }
      + [validation.score, testEvaluation.score]
    return scores.allSatisfy(\.isPossible)
      && grid.allSatisfy { $0.selection.isPossible && $0.neurons >= 1 && $0.depth >= 0 }
      && exits.allSatisfy { $0.blocks >= 0 && $0.neurons >= 1 && $0.depth >= 0 }
      && grid.indices.contains(oneStandardError) && base != nil
      && temperature.value > 0 && temperature.value.isFinite
  }
}

/// Measures what a fit found, and reads the test texts to do so: the only place that does.
struct Assessment {
  private let work: FitWork
  private let result: FitResult
  private let test: [Int]
  private let truth: [Int]

  init(_ work: FitWork, _ result: FitResult) {
    self.work = work
    self.result = result
    test = work.data.indices(of: .test)
    truth = work.data.labels(at: test)
  }

  /// Everything, for a head that was chosen before.
  func scores(
    _ baselines: [BaselineFit], _ controls: [LayerControl], _ repeats: [FitRepeat]
  ) -> Scores {
    let head = result.head
    let answers = probabilities(head, test)
    let depths = result.exits.map { ($0, temperature($0)) }
    let heat = temperature(head)
    return Scores(
      grid: result.grid.map(Scores.GridPoint.init),
      oneStandardError: oneStandardError(result.grid),
      validation: Evaluation(
        probabilities: probabilities(head, work.splits.validation, heat),
        truth: work.splits.validationLabels, workers: work.workers),
      testEvaluation: Evaluation(
        probabilities: probabilities(head, test, heat), truth: truth,
        workers: work.workers),
      temperature: heat,
      baselines: baselines.map { baseline($0, against: answers.map(mostProbable)) },
      controls: controls, exits: depths.map(exitScore), exitRule: exitRule(depths),
      repeats: repeats, testReadings: 1 + repeats.count)
  }

  // MARK: Heads on texts

  /// A head's log-odds of some texts.
  func logits(_ head: Head, _ rows: [Int]) -> [[Double]] {
    let x = work.features.integrated(head.neurons, pooling: head.pooling, rows: rows)
    return (0..<x.rows).map { head.fitted.classifier.logits(x.row($0)) }
  }

  private func probabilities(
    _ head: Head, _ rows: [Int], _ temperature: Temperature? = nil
  ) -> [[Double]] {
    let scheme = head.fitted.classifier.scheme
    return logits(head, rows).map { logits in
      LinearClassifier.probabilities(
        logits: logits.map { $0 / (temperature?.value ?? 1) }, scheme: scheme)
    }
  }

  private func temperature(_ head: Head) -> Temperature {
    Temperature(
      logits: logits(head, work.splits.validation), truth: work.splits.validationLabels,
      scheme: head.fitted.classifier.scheme)
  }

  // MARK: Baselines

  private func baseline(_ fit: BaselineFit, against answers: [Int]) -> Baseline {
    let (predicted, score) = testAnswers(fit)
    return Baseline(
      kind: fit.kind, detail: fit.detail, features: fit.fitted?.classifier.weights.columns ?? 0,
      validation: fit.validation, test: score,
      comparison: PairedComparison(answers, predicted, truth: truth, workers: work.workers),
      answers: predicted)
  }

  private func testAnswers(_ fit: BaselineFit) -> (predicted: [Int], score: Score) {
    guard let classifier = fit.fitted?.classifier else {
      let commonest = work.data.classes.firstIndex(of: fit.detail) ?? 0
      let predicted = test.map { _ in commonest }
      return (predicted, Score(predicted, truth: truth))
    }
    let features = Baselines.features(fit, work, rows: test)
    return (classifier.predictions(features), Score(classifier, features, truth: truth))
  }

  // MARK: Early exits

  private func exitScore(_ head: Head, _ temperature: Temperature) -> ExitScore {
    let x = work.features.integrated(head.neurons, pooling: head.pooling, rows: test)
    return ExitScore(
      depth: head.depth, blocks: head.blocksNeeded, neurons: head.neurons.count,
      temperature: temperature, validation: head.validation,
      test: Score(head.fitted.classifier, x, truth: truth))
  }

  private func exitRule(_ depths: [(head: Head, temperature: Temperature)]) -> ExitRule {
    let read = depths.filter { $0.head.depth <= result.head.depth }
    return ExitRule(
      blocks: read.map(\.head.blocksNeeded),
      validation: read.map { probabilities($0.head, work.splits.validation, $0.temperature) },
      work.splits.validationLabels,
      test: read.map { probabilities($0.head, test, $0.temperature) }, truth)
  }

  // MARK: Repeats

  /// What each rule chooses on this draw, and how that does on the test texts.
  ///
  /// The curve over selections is of the source and pooling of `chosen`, the repeated fit's head.
  func repeated(seed: UInt64, like chosen: Head) -> FitRepeat {
    let byAccuracy = result.grid.best(by: .accuracy, \.validation) ?? result.head
    let bestLayer = result.probes.best(by: work.settings.choice, \.validation) ?? result.base
    return FitRepeat(
      seed: seed, byLoss: outcome(result.grid.best(by: .loss, \.validation) ?? result.head),
      byAccuracy: outcome(byAccuracy),
      oneStandardError: outcome(result.grid[oneStandardError(result.grid)]),
      base: score(result.base), bestLayer: score(bestLayer), curve: curve(like: chosen))
  }

  /// The best depth at every selection.
  private func curve(like chosen: Head) -> [FitRepeat.CurvePoint] {
    work.settings.selections.compactMap { selection in
      result.grid.filter {
        $0.source == chosen.source && $0.pooling == chosen.pooling && $0.selection == selection
      }.best(by: work.settings.choice, \.validation).map {
        FitRepeat.CurvePoint(
          selection: selection, neurons: $0.neurons.count, validation: $0.validation)
      }
    }
  }

  private func outcome(_ head: Head) -> FitRepeat.Outcome {
    let x = work.features.integrated(head.neurons, pooling: head.pooling, rows: test)
    return FitRepeat.Outcome(
      source: head.source, pooling: head.pooling, selection: head.selection,
      neurons: head.neurons.count, validation: head.validation,
      test: Score(head.fitted.classifier, x, truth: truth))
  }

  private func score(_ probe: Probe) -> Score {
    Score(
      probe.fitted.classifier, work.features[probe.key].selecting(rows: test), truth: truth)
  }

  // MARK: The one-standard-error choice

  private func oneStandardError(_ grid: [Head]) -> Int {
    Choice(grid.map { candidate($0) }).oneStandardError
  }

  private func candidate(_ head: Head) -> Candidate {
    Candidate(
      losses: zip(
        probabilities(head, work.splits.validation), work.splits.validationLabels
      ).map { -log(max($0[$1], 1e-15)) },
      size: head.neurons.count * max(1, head.blocksNeeded))
  }
}
