import Tensors
import Testing

@testable import Probing

@Suite("Stability over halves of the training texts")
struct StabilityTests {
  @Test("two halves hold every text once, and every class to within a text")
  func halves() {
    let labels = (0..<101).map { $0 % 7 == 0 ? 1 : ($0 % 10 == 0 ? 2 : 0) }
    let halves = Stability(pairs: 5, seed: 4).halves(of: labels)
    #expect(halves.count == 10)
    for pair in stride(from: 0, to: 10, by: 2) {
      let (a, b) = (halves[pair], halves[pair + 1])
      #expect((a + b).sorted() == Array(labels.indices) && a == a.sorted())
      for k in 0..<3 {
        #expect(abs(a.count { labels[$0] == k } - b.count { labels[$0] == k }) <= 1)
      }
    }
    #expect(halves[0] != halves[2] && halves == Stability(pairs: 5, seed: 4).halves(of: labels))
    #expect(halves != Stability(pairs: 5, seed: 5).halves(of: labels))
  }

  private func sample(
    classes: Int, multiple: Double = 3, settings: ClassifierSettings = .init()
  ) throws -> (features: Matrix, labels: [Int], probe: Probe) {
    var noise = Noise(seed: 101)
    var x = noise.matrix(rows: 240, columns: 12)
    let labels = (0..<240).map { $0 % classes }
    for (row, label) in labels.enumerated() { x[row, label] += 2 }
    let path = ClassifierPath(x, labels: labels, classes: classes, settings: settings)
    let fitted = path.fits(multiples: [multiple])
    let probe = Probe(
      key: FeatureKey(.activation, layer: 1, pooling: .max), fitted: try #require(fitted.first),
      validation: Score(correct: 0, of: 0))
    return (x, labels, probe)
  }

  @Test(
    "the neurons that carry the classes are always kept, noise hardly, however the probe is fitted",
    arguments: [2, 3], [ClassScheme.oneVersusRest, .softmax])
  func shares(classes: Int, scheme: ClassScheme) throws {
    var settings = ClassifierSettings()
    settings.scheme = scheme
    settings.scaling = scheme == .softmax ? .none : .standard
    settings.weighting = scheme == .softmax ? .balanced : .none
    let (x, labels, probe) = try sample(classes: classes, settings: settings)
    let found = Stability(pairs: 5)
      .keptShares(of: probe, x, labels: labels, selection: .eta(0.8), settings: settings)
    let shares = try #require(found)
    #expect(shares.count == 12 && shares.allSatisfy { 0...1 ~= $0 })
    let carriers = scheme == .softmax ? [1] : Array(0..<classes)
    #expect(carriers.allSatisfy { shares[$0] == 1 })
    #expect(shares.dropFirst(classes).allSatisfy { $0 < 0.5 })
  }

  @Test("half of the texts that says the same as the whole gives the same probe")
  func same() throws {
    let (x, labels, _) = try sample(classes: 3)
    // Every text stands there twice, so the first half is the whole.
    let twice = Matrix(rows: 480, columns: 12, values: x.values + x.values)
    var settings = ClassifierSettings()
    settings.tolerance = 1e-6
    let path = ClassifierPath(twice, labels: labels + labels, classes: 3, settings: settings)
    let fitted = try #require(path.fits(multiples: [4]).first)
    let probe = Probe(
      key: FeatureKey(.hidden, layer: 0, pooling: .max), fitted: fitted,
      validation: Score(correct: 0, of: 0))
    var stability = Stability()
    stability.tolerance = 1e-6
    let columns = fitted.classifier.standardizer.columns(of: twice)
    let refitted = stability.refit(
      probe, columns, labels + labels, on: Array(0..<240), ClassifierSettings())
    let (old, new) = (fitted.classifier.weights, refitted.fitted.classifier.weights)
    #expect(largestDifference(old, new) < 5e-3)
    #expect(probe.salientNeurons(.eta(0.9)) == refitted.salientNeurons(.eta(0.9)))
  }

  @Test("the result does not depend on threads, but on the seed")
  func deterministic() throws {
    let (x, labels, probe) = try sample(classes: 2, multiple: 12)
    let found = [(1, 1 as UInt64), (3, 1), (3, 2)].map { workers, seed in
      Stability(pairs: 4, seed: seed)
        .keptShares(of: probe, x, labels: labels, selection: .eta(0.999), workers: workers)
    }
    #expect(found[0] != nil && found[0] == found[1] && found[1] != found[2])
  }

  @Test("it says how far it is, and stops when told to")
  func progress() throws {
    let (x, labels, probe) = try sample(classes: 2)
    var seen: [Int] = []
    let whole = Stability(pairs: 2).keptShares(of: probe, x, labels: labels, selection: .eta(0.5)) {
      seen.append($0.done)
      return $0.total == 4
    }
    #expect(whole != nil && seen == [1, 2, 3, 4])
    let stopped = Stability(pairs: 2).keptShares(of: probe, x, labels: labels, selection: .eta(0.5))
    {
      $0.done < 2
    }
    #expect(stopped == nil)
  }
}
