import Foundation
import Probing

/// This run held against another on the same texts.
struct RunsCompared: Sendable, Equatable {
  /// The other's folder.
  var path: String
  var name: String
  /// On the texts that are test texts of both: no head has learned from them or was chosen by them.
  var test: RunComparison
  /// On those that are validation texts of both; nil where there are none.
  var validation: RunComparison?

  /// The folders `*.spin` that lie beside a run's, by name.
  static func beside(_ folder: URL) -> [String] {
    let parent = folder.absoluteURL.deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    return names.filter {
      $0.hasSuffix(".spin") && !$0.hasPrefix(".") && $0 != folder.lastPathComponent
    }
    .sorted().map { parent.appendingPathComponent($0).path }
  }

  /// Reads the other run, and compares.
  ///
  /// - Throws: `Failure` if the folder is no run, or the two cannot be compared.
  init(_ run: Run, _ features: RunFeatures, with path: String) throws(Failure) {
    let folder = URL(fileURLWithPath: path)
    self.path = path
    name = folder.deletingPathExtension().lastPathComponent
    let here = try explaining { RunComparison.Side(run, try TextTable(run, features)) }
    let there = try explaining {
      let other = try Run(folder: folder)
      return RunComparison.Side(other, try TextTable(other, RunFeatures(other, folder: folder)))
    }
    test = try explaining { try RunComparison(here, against: there, on: .test) }
    validation = try? RunComparison(here, against: there, on: .validation)
  }

  /// Texts of the validation split that are looked at: the test texts are counted alone.
  var flips: [RunComparison.Flip] { validation?.flips ?? [] }

  /// What the other head says where it says something else, by the text's place.
  var otherAnswers: [Int: Int] {
    let flips = test.flips + flips
    return Dictionary(flips.map { ($0.place, $0.second) }, uniquingKeysWith: { $1 })
  }
}
