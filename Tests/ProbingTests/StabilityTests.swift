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

  private func sample(classes: Int, multiple: Double = 3) -> (Matrix, [Int], Probe?) {
    var noise = Noise(seed: 101)
    var x = noise.matrix(rows: 240, columns: 12)
    let labels = (0..<240).map { $0 % classes }
    for (row, label) in labels.enumerated() {
      x[row, label] += 2
      // Neurons 8 and 9 say the same, but for a little noise.
      x[row, 9] = x[row, 8] + 0.01 * noise.next()
    }
    let fits = ClassifierPath(x, labels: labels, classes: classes).fits(multiples: [multiple])
    let probe = fits.first.map {
      Probe(
        key: FeatureKey(.activation, layer: 1, pooling: .max), fitted: $0,
        validation: Score(correct: 0, of: 0))
    }
    return (x, labels, probe)
  }

  @Test("the neurons that carry the classes are always kept, noise hardly", arguments: [2, 3])
  func shares(classes: Int) throws {
    let (x, labels, fitted) = sample(classes: classes)
    let probe = try #require(fitted)
    let found = Stability(pairs: 5).keptShares(of: probe, x, labels: labels, .eta(0.8))
    let shares = try #require(found)
    #expect(shares.count == 12 && shares.allSatisfy { 0...1 ~= $0 })
    #expect(shares.prefix(classes).allSatisfy { $0 == 1 })
    #expect(shares.dropFirst(classes).allSatisfy { $0 < 0.5 })
  }

  @Test("the result does not depend on threads, but on the seed")
  func deterministic() throws {
    let (x, labels, fitted) = sample(classes: 2, multiple: 12)
    let probe = try #require(fitted)
    let found = [(1, 1 as UInt64), (3, 1), (3, 2)].map { workers, seed in
      Stability(pairs: 4, seed: seed)
        .keptShares(of: probe, x, labels: labels, .eta(0.999), workers: workers)
    }
    #expect(found[0] != nil && found[0] == found[1] && found[1] != found[2])
  }

  @Test("it says how far it is, and stops when told to")
  func progress() throws {
    let (x, labels, fitted) = sample(classes: 2)
    let probe = try #require(fitted)
    var seen: [Int] = []
    let whole = Stability(pairs: 2).keptShares(of: probe, x, labels: labels, .eta(0.5)) {
      seen.append($0.done)
      return $0.total == 4
    }
    #expect(whole != nil && seen == [1, 2, 3, 4])
    let stopped = Stability(pairs: 2).keptShares(of: probe, x, labels: labels, .eta(0.5)) {
      $0.done < 2
    }
    #expect(stopped == nil)
  }
}
