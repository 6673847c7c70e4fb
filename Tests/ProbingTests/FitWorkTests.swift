import Testing

@testable import Probing

@Suite("A whole fit, held against baselines and controls")
struct FitWorkTests {
  private func report(_ synthetic: Synthetic, repeats: Int = 0) throws -> FitReport {
    let report = try synthetic.work().run(
      repeats: repeats, stability: Stability(pairs: 2), progress: { _ in true })
    return try #require(report)
  }

  @Test("informative neurons beat words, lengths, noise and the majority")
  func baselines() throws {
    let report = try report(Synthetic(texts: 200))
    let scores = report.scores
    #expect(scores.isPossible && scores.testReadings == 1 && scores.repeats.isEmpty)
    let kinds = Set(scores.baselines.map(\.kind))
    #expect(kinds.isSuperset(of: [.majority, .length, .base, .bestLayer, .random, .all]))
    for kind in [Baseline.Kind.majority, .length, .base] {
      let baseline = try #require(scores.baseline(kind))
      #expect(baseline.test.accuracy < scores.test.accuracy, "\(kind)")
      #expect(baseline.comparison.verdict == .better, "\(kind)")
      #expect(baseline.test.n == scores.test.n && baseline.comparison.n == scores.test.n)
    }
    let random = scores.baselines.filter { $0.kind == .random }
    #expect(random.count == Baselines.draws)
    #expect(random.allSatisfy { $0.features == report.result.head.neurons.count })
    let all = try #require(scores.baseline(.all))
    #expect(all.features > report.result.head.neurons.count)
    #expect(scores.majority.accuracy == 0.5)
  }

  @Test("a control on labels without meaning is at chance, and the selectivity says so")
  func controls() throws {
    let report = try report(Synthetic(texts: 200))
    let head = report.result.head
    #expect(report.scores.controls.count == head.layers.count)
    for control in report.scores.controls {
      #expect(control.shuffled.low < 0.5, "\(control.address)")
      let probe = report.result.probes.first {
        $0.key.representation == control.representation && $0.key.layer == control.layer
      }
      let accuracy = try #require(probe).validation.accuracy
      #expect(abs(control.selectivity - (accuracy - control.words.accuracy)) < 1e-12)
    }
  }

  @Test("the simplest head is never larger than the best of the grid")
  func oneStandardError() throws {
    let report = try report(Synthetic(texts: 100))
    let grid = report.scores.grid
    let best = try #require(grid.min { $0.validation.isBetter(than: $1.validation) })
    #expect(grid[report.scores.oneStandardError].neurons <= best.neurons)
  }

  @Test("every neuron of the head is known, in its order")
  func neurons() throws {
    let report = try report(Synthetic(texts: 100))
    #expect(report.neurons.map(\.neuron) == report.result.head.neurons)
    for neuron in report.neurons where Synthetic.informative.contains(neuron.neuron) {
      #expect(neuron.alone.auc > 0.7)
      #expect(neuron.inProbe?.stability == 1)
    }
  }

  @Test("repeats draw training and validation texts anew, and leave the test texts alone")
  func repeats() throws {
    let synthetic = try Synthetic(texts: 60)
    let report = try report(synthetic, repeats: 3)
    #expect(report.scores.repeats.map(\.seed) == [0, 1, 2] && report.scores.testReadings == 4)
    #expect(report.scores.repeats.allSatisfy { $0.byLoss.test.n == report.scores.test.n })
    let chosen = report.result.head
    for drawn in report.scores.repeats {
      let curve = try #require(drawn.curve)
      #expect(!curve.isEmpty && Set(curve.map(\.selection)).count == curve.count)
      #expect(curve.allSatisfy { $0.validation.n == chosen.validation.n })
    }
    for point in report.scores.grid {
      #expect(point.accuracyByC?.contains(point.validation.accuracy) == true)
    }
    let splits = SplitLabels(synthetic.data)
    let drawn = splits.drawnAnew(synthetic.data, seed: 1)
    #expect(Set(drawn.train + drawn.validation) == Set(splits.train + splits.validation))
    #expect(Set(drawn.train).isDisjoint(with: drawn.validation) && drawn.train != splits.train)
    for k in 0..<2 {
      #expect(drawn.trainLabels.count { $0 == k } == splits.trainLabels.count { $0 == k })
    }
    #expect(drawn.train == splits.drawnAnew(synthetic.data, seed: 1).train)
    #expect(drawn.train != splits.drawnAnew(synthetic.data, seed: 2).train)
  }

  @Test("stops when told to, in any phase", arguments: [3, 15, 20, 26, 30, 34])
  func stops(step: Int) throws {
    var calls = 0
    let synthetic = try Synthetic(texts: 40)
    let report = try synthetic.work().run(repeats: 1, stability: Stability(pairs: 1)) { _ in
      calls += 1
      return calls != step + 1
    }
    #expect(report == nil && calls == step + 1)
  }
}
