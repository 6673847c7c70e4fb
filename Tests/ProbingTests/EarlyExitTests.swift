import Testing

@testable import Probing

@Suite("When to stop reading")
struct EarlyExitTests {
  /// Two depths: the first is sure of text 0 alone, and wrong about text 2.
  private let probabilities: [[[Double]]] = [
    [[0.95, 0.05], [0.6, 0.4], [0.75, 0.25]], [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]],
  ]
  private let truth = [0, 1, 1]

  private func outcome(_ threshold: Double) -> ExitRule.Outcome {
    ExitTrials([1, 3], probabilities, truth).outcome(at: threshold)
  }

  @Test("each text is answered by the first depth that is sure enough, or by the last")
  func outcomes() {
    let careful = outcome(0.9)
    #expect(careful.shares == [1.0 / 3, 2.0 / 3] && careful.score.accuracy == 1)
    #expect(abs(careful.meanBlocks - 7.0 / 3) < 1e-12 && careful.agreement == 1)
    let hasty = outcome(0.7)
    #expect(hasty.shares == [2.0 / 3, 1.0 / 3])
    #expect(abs(hasty.score.accuracy - 2.0 / 3) < 1e-12 && abs(hasty.agreement - 2.0 / 3) < 1e-12)
    let first = outcome(0.5)
    #expect(first.shares == [1, 0] && first.meanBlocks == 1)
  }

  @Test("a threshold of 1 never stops early, even where a head is certain")
  func never() {
    let certain = ExitTrials([1, 3], [[[1, 0]], [[0, 1]]], [1]).outcome(at: 1)
    #expect(certain.shares == [0, 1] && certain.score.accuracy == 1 && certain.agreement == 1)
  }

  @Test("validation chooses the cheapest threshold that costs at most one standard error")
  func choice() {
    // Ten texts, all easy at the first depth but one, which only the last gets right.
    let easy = [0.99, 0.01]
    let shallow = Array(repeating: easy, count: 9) + [[0.55, 0.45]]
    let deep = Array(repeating: easy, count: 9) + [[0.1, 0.9]]
    let truth = Array(repeating: 0, count: 9) + [1]
    let rule = ExitRule(
      blocks: [1, 6], validation: [shallow, deep], truth, test: [shallow, deep], truth)
    // The full head is right everywhere, so that its standard error is 0 and no mistake is allowed.
    #expect(rule.threshold == 0.99)
    #expect(rule.chosenValidation?.score.accuracy == 1)
    #expect(abs((rule.chosenValidation?.meanBlocks ?? 0) - 1.5) < 1e-12)
    #expect(rule.chosenTest?.threshold == rule.threshold)
  }

  @Test("a higher threshold never runs fewer blocks, and at 1 the answers are the full head's")
  func monotone() {
    var noise = Noise(seed: 91)
    let probabilities = (0..<4).map { _ in
      (0..<50).map { _ in
        let odds = (0..<3).map { _ in abs(Double(noise.next())) + 0.01 }
        return odds.map { $0 / odds.reduce(0, +) }
      }
    }
    let truth = (0..<50).map { _ in noise.below(3) }
    let trials = ExitTrials([1, 2, 3, 4], probabilities, truth)
    let outcomes = ExitRule.thresholds.map(trials.outcome)
    for (lower, higher) in zip(outcomes, outcomes.dropFirst()) {
      #expect(lower.meanBlocks <= higher.meanBlocks)
    }
    #expect(outcomes.last?.meanBlocks == 4 && outcomes.last?.agreement == 1)
    for outcome in outcomes { #expect(abs(outcome.shares.reduce(0, +) - 1) < 1e-12) }
  }

  @Test("times add up over the depths at which texts stop")
  func times() {
    let timings = ExitTimings(texts: 3, tokens: 9, milliseconds: [0.5, 2, 5])
    let exits = [1, 2, 7].map { blocks in
      ExitScore(
        depth: blocks, blocks: blocks, neurons: 1, temperature: Temperature(logits: [], truth: []),
        validation: Score(correct: 1, of: 1), test: Score(correct: 1, of: 1))
    }
    let careful = ExitTrials(exits.map(\.blocks), probabilities + [probabilities[1]], truth)
      .outcome(at: 0.9)
    #expect(abs(timings.milliseconds(careful, exits) - (2 + 2 * 5) / 3) < 1e-12)
    #expect(timings.milliseconds(blocks: 7) == 5 && timings.milliseconds(blocks: 0) == 0.5)
  }

  @Test("with one depth there is nothing to stop for")
  func single() {
    let rule = ExitRule(blocks: [4], validation: [[[0.9, 0.1]]], [0], test: [[[0.9, 0.1]]], [0])
    #expect(rule.chosenTest?.meanBlocks == 4 && rule.chosenTest?.agreement == 1)
  }

  @Test("texts are read only as far as their answer needs", arguments: ["max", "mean", "three"])
  func reading(name: String) throws {
    var run = try Tiny.run(name)
    let texts = Tiny.reviews(40, classes: run.info.data.classes).map(\.text)
    func predictions(_ threshold: Double) throws -> (early: [Prediction], full: [Prediction]) {
      run.scores.exitRule.threshold = threshold
      let explainer = try Explainer(
        run: run, model: Tiny.model(), tokenizer: Tiny.tokenizer())
      return (explainer.classifyEarly(texts), explainer.classify(texts))
    }
    let never = try predictions(1)
    #expect(never.early.map(\.exit) == never.full.map(\.exit))
    #expect(never.early.map(\.predicted) == never.full.map(\.predicted))
    let always = try predictions(0)
    let shallowest = try #require(run.exits.first { $0.depth <= run.head.depth })
    #expect(always.early.allSatisfy { $0.exit == shallowest.depth })
    #expect(always.early.allSatisfy { abs($0.probabilities.reduce(0, +) - 1) < 1e-9 })
    #expect(try predictions(0.7).early.map(\.exit).allSatisfy { $0 <= run.head.depth })
  }

  @Test("the time to each depth rises from layer to layer")
  func timings() throws {
    let run = try Tiny.run("max")
    let explainer = try Explainer(run: run, model: Tiny.model(), tokenizer: Tiny.tokenizer())
    let timings = explainer.timings(["good", "the film was bad", ""])
    #expect(timings.texts == 3 && timings.milliseconds.count == run.info.model.shape.blocks + 1)
    #expect(zip(timings.milliseconds, timings.milliseconds.dropFirst()).allSatisfy { $0 <= $1 })
  }
}
