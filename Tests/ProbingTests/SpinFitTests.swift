import Tensors
import Testing

@testable import Probing

@Suite("A whole fit on features made by hand")
struct SpinFitTests {
  private func fit(
    _ synthetic: Synthetic, workers: Int = 2, settings: FitSettings = Synthetic.settings,
    progress: (WorkProgress) -> Bool = { _ in true }
  ) throws -> FitResult? {
    try SpinFit(synthetic.work(workers: workers, settings: settings)).run(progress: progress)
  }

  private func scores(_ result: FitResult, _ synthetic: Synthetic) throws -> Scores {
    let work = synthetic.work()
    let baselines = Baselines(
      work: work, head: result.head, probes: result.probes, base: result.base
    ).fits { _ in true }
    return Assessment(work, result).scores(try #require(baselines), [], [])
  }

  @Test("finds the informative neurons, and the head's early exits lead up to it")
  func finds() throws {
    let synthetic = try Synthetic(texts: 200)
    let fitted = try fit(synthetic)
    let result = try #require(fitted)
    #expect(result.probes.count == 5)
    #expect(result.grid.count == 9)
    #expect(Set(result.head.neurons).isSuperset(of: Synthetic.informative))
    #expect(result.head.source == .activation && result.exits.map(\.depth) == [0, 1])
    #expect(result.exits[1].neurons == result.head.neurons)
    let scores = try scores(result, synthetic)
    #expect(scores.test.n == 40 && scores.test.accuracy > 0.8)
    #expect(abs(scores.testEvaluation.macroF1.value - scores.test.accuracy) < 0.1)
    // The hidden states are noise, and both classes are as common.
    #expect(result.base.key == FeatureKey(.hidden, layer: 2, pooling: .max))
    #expect(scores.baseTest.accuracy < scores.test.accuracy)
    #expect(scores.majority.accuracy == 0.5 && scores.majority.n == 40)
  }

  @Test("gives the same for any number of workers")
  func workers() throws {
    let synthetic = try Synthetic(texts: 60)
    let results = try [1, 2].map { workers in
      let fitted = try fit(synthetic, workers: workers)
      return try #require(fitted)
    }
    let (one, two) = (results[0], results[1])
    #expect(one.probes.map(\.fitted) == two.probes.map(\.fitted))
    #expect(one.probes.map(\.key) == two.probes.map(\.key))
    for (a, b) in zip(one.grid + one.exits + [one.head], two.grid + two.exits + [two.head]) {
      #expect(a.neurons == b.neurons && a.fitted == b.fitted && a.validation == b.validation)
    }
    #expect(try scores(one, synthetic) == scores(two, synthetic))
  }

  @Test("does not look at the test texts until it has chosen")
  func testTexts() throws {
    let synthetic = try Synthetic(texts: 60)
    var flipped = synthetic
    for index in flipped.data.indices(of: .test) {
      flipped.data.texts[index].label = flipped.data.texts[index].label == "no" ? "yes" : "no"
    }
    let fits = (try fit(synthetic), try fit(flipped))
    let (one, other) = (try #require(fits.0), try #require(fits.1))
    #expect(one.head.fitted == other.head.fitted && one.base.fitted == other.base.fitted)
    let tests = (try scores(one, synthetic).test, try scores(other, flipped).test)
    #expect(abs(tests.0.accuracy + tests.1.accuracy - 1) < 1e-12)
  }

  @Test("says how far it is, phase by phase")
  func progress() throws {
    var seen: [WorkProgress] = []
    var settings = Synthetic.settings
    settings.sources = [.activation]
    _ = try fit(Synthetic(texts: 60), settings: settings) {
      seen.append($0)
      return true
    }
    let phases = [("fitting probes", 3), ("fitting heads", 3), ("fitting early exits", 2)]
    for (phase, total) in phases {
      let steps = seen.filter { $0.phase == phase }
      #expect(steps.map(\.done) == Array(0...total))
      #expect(steps.allSatisfy { $0.total == total })
    }
  }

  @Test("stops when told to, at any step, even if told once only", arguments: 0..<19)
  func stops(step: Int) throws {
    var calls = 0
    let result = try fit(Synthetic(texts: 40)) { _ in
      calls += 1
      return calls != step + 1
    }
    #expect(result == nil)
    #expect(calls == step + 1)
  }

  @Test("uses the C that its settings list")
  func multiples() throws {
    let synthetic = try Synthetic(texts: 60)
    var settings = Synthetic.settings
    settings.cGrid = .multiples([7])
    let fitted = try fit(synthetic, settings: settings)
    let splits = SplitLabels(synthetic.data)
    for probe in try #require(fitted).probes {
      let path = ClassifierPath(
        synthetic.features[probe.key].selecting(rows: splits.train), labels: splits.trainLabels,
        classes: 2)
      #expect(probe.fitted.c == path.fits(multiples: [7])[0].c)
    }
  }

  @Test("refuses features that tell nothing apart")
  func constants() throws {
    var synthetic = try Synthetic(texts: 20)
    for key in Array(synthetic.features.keys) {
      let old = synthetic.features[key]
      synthetic.features[key] = StoredMatrix(
        Matrix(rows: old.rows, columns: old.columns, repeating: 1))
    }
    #expect(throws: DataError.self) { try fit(synthetic) }
  }
}
