import ArgumentParser
import Foundation
import Probing
import Testing

@testable import spinscope

@Suite("The command that fits a run again")
struct FitCommandTests {
  private static func settings(_ change: (inout FitSettings) -> Void) -> FitSettings {
    var settings = FitSettings()
    change(&settings)
    return settings
  }

  static let all: [FitSettings] = [
    FitSettings(), .paper,
    settings {
      $0.sources = [.both]
      $0.poolings = [.mean]
      $0.selections = [.top(10), .top(50)]
      $0.saliency = .absolute
      $0.cGrid = .values([0.1, 1])
    },
    settings {
      $0.cGrid = .multiples([2, 8])
      $0.classifier.scaling = .none
      $0.classifier.weighting = .balanced
      $0.classifier.scheme = .softmax
      $0.classifier.tolerance = 1e-6
      $0.choice = .macroF1
      $0.depths = .all
      $0.selections = [.eta(0.25)]
    },
    settings { $0.normsLast = true },
    {
      var settings = FitSettings.paper
      settings.normsLast = nil
      return settings
    }(),
  ]

  @Test("is read by the command line as the very settings", arguments: all.indices)
  func roundTrip(index: Int) throws {
    var run = try TinyRun.run()
    run.info.settings = Self.all[index]
    run.info.isHalf = index == 1
    run.info.halves = index
    run.info.data.source = DataSource(
      files: ["it's a file.csv", "b.csv"], validationFile: "v.csv", testFile: "t.csv",
      textColumn: "the text", labelColumn: "y", seed: 7)
    let fit = try #require(
      try SpinScope.parseAsRoot(FitCommand(run).arguments) as? Fit)
    var settings = fit.options.settings
    settings.poolings = fit.options.poolings?.values ?? Pooling.usual(for: run.info.model.shape)
    #expect(settings == run.info.settings)
    #expect(fit.model == run.info.model.path && fit.data == run.info.data.source.files)
    #expect(
      fit.columns.validation == "v.csv" && fit.columns.test == "t.csv" && fit.columns.seed == 7)
    #expect(fit.columns.text == "the text" && fit.columns.label == "y" && fit.columns.split == nil)
    #expect(fit.half == run.info.isHalf && fit.stability == index && fit.repeats == 0)
  }

  @Test("of features that were made elsewhere names them in the model's place")
  func elsewhere() throws {
    var run = try TinyRun.run()
    run.info.model.isElsewhere = true
    run.info.model.path = "pooled.npz"
    run.info.settings.poolings = [.mean]
    let line = FitCommand(run).line
    #expect(
      line == "spinscope fit --features pooled.npz reviews.csv -o again.spin --poolings mean")
    let fit = try #require(try SpinScope.parseAsRoot(FitCommand(run).arguments) as? Fit)
    // Without a model the first argument is data.
    #expect(fit.features == "pooled.npz" && fit.model == "reviews.csv" && fit.data.isEmpty)
    #expect(fit.options.poolings?.values == [.mean] && fit.untrained)
  }

  @Test("says only what is not so anyway, as a shell reads it")
  func line() throws {
    var run = try TinyRun.run()
    #expect(
      FitCommand(run).line
        == "spinscope fit Tests/x reviews.csv -o again.spin"
        .replacingOccurrences(of: "Tests/x", with: run.info.model.path))
    run.info.data.source.files = ["it's.csv"]
    run.info.settings = .paper
    run.info.settings.poolings = Pooling.usual(for: run.info.model.shape)
    #expect(FitCommand(run).line.contains("'it'\\''s.csv' -o again.spin --paper"))
    #expect(!FitCommand(run).line.contains("--eta"))
  }
}
