import Foundation
import Tensors
import Testing
import Transformers

@testable import Probing

@Suite("Probes on a model with random weights")
struct UntrainedProbesTests {
  private let classes = ["bad", "good"]

  /// The work on the tiny model, with the controls of its mean-pooled layers.
  private func work(_ units: FitUnits? = nil) throws -> (FitWork, [LayerControl]) {
    let data = try DataSet(Tiny.reviews(120, classes: classes), from: "test")
    let extracted = Extractor(
      model: try Tiny.model(), tokenizer: try Tiny.tokenizer(), poolings: [.mean]
    ).extract(data.texts.map(\.text)) { _ in true }
    let (features, facts) = try #require(extracted)
    var settings = FitSettings()
    settings.poolings = [.mean]
    let work = FitWork(
      features, data, stacks: Stacks(blocks: try Tiny.model().shape.blocks),
      lengths: facts.map(\.tokens),
      settings: settings, units: units)
    let probes = features.keys.sorted { "\($0)" < "\($1)" }.compactMap {
      Probe.fit($0, features[$0], work.splits, settings)
    }
    return (work, try #require(LayerControls(work: work, probes: probes).fits { _ in true }))
  }

  private func complete(
    _ work: FitWork, _ controls: [LayerControl], seed: UInt64 = 1,
    progress: (WorkProgress) -> Bool = { _ in true }
  ) throws -> [LayerControl]? {
    let folder = try TemporaryFolder()
    let scratch = folder.url.appendingPathComponent("scratch")
    defer { #expect(!FileManager.default.fileExists(atPath: scratch.path)) }
    return try UntrainedProbes(work, pooling: .mean, scratch: scratch).completing(
      controls, tokenizer: Tiny.tokenizer(),
      model: { try untrainedModel(folder: Tiny.folder, seed: seed) }, progress: progress)
  }

  @Test("give every control the score that the same probe reaches there")
  func scores() throws {
    let (work, controls) = try work()
    let completed = try #require(try complete(work, controls))
    #expect(completed.count == controls.count && !completed.isEmpty)
    for (before, after) in zip(controls, completed) {
      let score = try #require(after.untrained)
      #expect(score.n == work.splits.validation.count && score.isPossible)
      // All texts are read here, so that the trained probe is the one that was there before.
      let key = FeatureKey(after.representation, layer: after.layer, pooling: .mean)
      var settings = work.settings
      settings.cGrid = settings.cGrid.strongHalf
      let probe = Probe.fit(key, work.features[key], work.splits, settings)
      #expect(after.trained == probe?.validation)
      #expect(after.address == before.address && after.words == before.words)
    }
    #expect(completed == (try complete(work, controls)))
  }

  @Test("are read once: a fit that goes on does not need the model again")
  func kept() throws {
    let folder = try TemporaryFolder()
    let (work, controls) = try work(FitUnits(in: folder.url, dependsOn: ["a"]))
    let first = try #require(try complete(work, controls))
    // Another seed would score otherwise, if anything were computed.
    #expect(first == (try complete(work, controls, seed: 2)))
  }

  @Test("lie on disk meanwhile, in files of the planned size, which are removed")
  func scratch() throws {
    let (work, controls) = try work()
    let folder = try TemporaryFolder()
    var largest = 0
    let completed = try UntrainedProbes(work, pooling: .mean, scratch: folder.url).completing(
      controls, tokenizer: Tiny.tokenizer(),
      model: { try untrainedModel(folder: Tiny.folder, seed: 1) },
      progress: { _ in
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.url.path)) ?? []
        let sizes = names.map {
          (try? Data(contentsOf: folder.url.appendingPathComponent($0)).count) ?? 0
        }
        largest = max(largest, sizes.reduce(0, +))
        return true
      })
    #expect(completed == (try complete(work, controls)))
    let fit = FeaturePlan(
      texts: 120, shape: try Tiny.model().shape, poolings: [.max, .mean], isHalf: true)
    let plan = UntrainedProbes.plan(work.data, like: fit, pooling: .mean)
    #expect(plan.texts == work.splits.train.count + work.splits.validation.count)
    #expect(largest > plan.bytes && largest < plan.bytes + 1_000 * plan.keys.count)
    #expect(!FileManager.default.fileExists(atPath: folder.url.path))
  }

  @Test("try the strong half of the values of C, and one at least")
  func grid() {
    #expect(CGrid.multiples([12, 1.5, 3, 6, 24]).strongHalf == .multiples([1.5, 3, 6]))
    #expect(CGrid.values([0.1]).strongHalf == .values([0.1]))
  }

  @Test("stop where they are told to")
  func stop() throws {
    let (work, controls) = try work()
    #expect(try complete(work, controls, progress: { _ in false }) == nil)
  }
}
