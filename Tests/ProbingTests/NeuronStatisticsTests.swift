import Foundation
import Tensors
import Testing

@testable import Probing

@Suite("What is known of each neuron")
struct NeuronStatisticsTests {
  private struct Fitted {
    var synthetic: Synthetic
    var splits: SplitLabels
    var probes: [Probe]
    var head: Head
    var survey: NeuronSurvey
  }

  private func fitted() throws -> Fitted {
    let synthetic = try Synthetic(texts: 200)
    let splits = SplitLabels(synthetic.data)
    let keys = (0..<Synthetic.blocks).map { FeatureKey(.activation, layer: $0, pooling: .max) }
    let probes = try keys.map { key in
      let probe = Probe.fit(key, synthetic.features[key], splits, FitSettings())
      return try #require(probe)
    }
    let plan = HeadPlan(
      stacks: Synthetic.stacks, source: .activation, pooling: .max, selection: .eta(0.9), depth: 1)
    let head = plan.fit(
      Dictionary(uniqueKeysWithValues: zip(keys, probes)), synthetic.features, splits,
      FitSettings())
    let survey = NeuronSurvey(
      synthetic.features, rows: splits.train, labels: splits.trainLabels, classes: 2,
      lengths: splits.train.map { 3 + $0 % 5 })
    return Fitted(
      synthetic: synthetic, splits: splits, probes: probes, head: try #require(head),
      survey: survey)
  }

  @Test("every neuron of a head is known alone, in its probe and in the head")
  func head() throws {
    let fitted = try fitted()
    let found = fitted.survey.statistics(
      of: fitted.head.neurons, pooling: .max, probes: fitted.probes, selection: .eta(0.9),
      head: fitted.head,
      stability: Stability(pairs: 3))
    let statistics = try #require(found)
    #expect(statistics.map(\.neuron) == fitted.head.neurons)
    let weights = fitted.head.fitted.classifier.weights
    for (j, neuron) in statistics.enumerated() {
      let inProbe = try #require(neuron.inProbe)
      #expect(neuron.inHead?.map(\.standardized) == [Double(weights[0, j])])
      #expect(inProbe.isKept && inProbe.stability != nil)
      #expect(
        abs(inProbe.saliency - inProbe.weights.reduce(0) { $0 + $1.standardized * $1.standardized })
          < 1e-9)
      let twin = try #require(inProbe.twin)
      #expect(
        twin.neuron.layer == neuron.neuron.layer && !fitted.head.neurons.contains(twin.neuron))
    }
    let total = statistics.compactMap { $0.inHead?[0].varianceShare }.reduce(0, +)
    #expect(abs(total - 1) < 1e-12)
    for neuron in statistics where Synthetic.informative.contains(neuron.neuron) {
      #expect(neuron.alone.auc > 0.85 && neuron.alone.cohensD > 1.5)
      #expect(neuron.inProbe?.stability == 1 && neuron.inHead?[0].isSuppressor == false)
    }
  }

  @Test("the kept neurons of a layer have η of its saliency")
  func eta() throws {
    let fitted = try fitted()
    let layer = (0..<8).map { NeuronAddress(.activation, layer: 1, index: $0) }
    let found = fitted.survey.statistics(
      of: layer, pooling: .max, probes: fitted.probes, selection: .eta(0.7))
    let statistics = try #require(found)
    let shares = statistics.compactMap { $0.inProbe?.share }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    let kept = statistics.filter { $0.inProbe?.isKept == true }.compactMap { $0.inProbe?.share }
    #expect(kept.reduce(0, +) >= 0.7 - 1e-9)
    #expect(kept.reduce(0, +) - (kept.min() ?? 0) < 0.7)
  }

  @Test("neurons come back in any order asked, without head, probe or refits too")
  func lists() throws {
    let fitted = try fitted()
    let neurons = ["A1.5", "H0.2", "A0.3", "A1.0", "A1.5"].compactMap { NeuronAddress($0) }
    let found = fitted.survey.statistics(
      of: neurons, pooling: .max, probes: fitted.probes, selection: .eta(0.5))
    let statistics = try #require(found)
    #expect(statistics.map(\.neuron) == neurons)
    #expect(statistics.allSatisfy { $0.inHead == nil && $0.inProbe?.stability == nil })
    #expect(statistics.map { $0.inProbe == nil } == [false, true, false, false, false])
    let none = fitted.survey.statistics(of: [], pooling: .max, probes: [], selection: .eta(0.5))
    #expect(none?.isEmpty == true)
  }

  @Test("progress counts to the end, and stops the work")
  func progress() throws {
    let fitted = try fitted()
    var seen: [WorkProgress] = []
    func run(_ limit: Int) -> [NeuronStatistics]? {
      seen = []
      return fitted.survey.statistics(
        of: fitted.head.neurons, pooling: .max, probes: fitted.probes, selection: .eta(0.9),
        stability: Stability(pairs: 1)
      ) {
        seen.append($0)
        return $0.done < limit
      }
    }
    #expect(run(100) != nil)
    #expect(seen.map(\.done) == Array(1...6) && seen.allSatisfy { $0.total == 6 })
    #expect(run(2) == nil && run(3) == nil && run(5) == nil)
  }

  @Test("goes through JSON whole, with neurons by name")
  func codable() throws {
    let fitted = try fitted()
    let found = fitted.survey.statistics(
      of: fitted.head.neurons, pooling: .max, probes: fitted.probes, selection: .eta(0.9),
      head: fitted.head,
      stability: Stability(pairs: 1))
    let statistics = try #require(found)
    let bytes = try JSONEncoder().encode(statistics)
    #expect(try JSONDecoder().decode([NeuronStatistics].self, from: bytes) == statistics)
    #expect(String(decoding: bytes, as: UTF8.self).contains("\"neuron\":\"A0.3\""))
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(NeuronAddress.self, from: Data("\"A1\"".utf8))
    }
  }
}
