import ArgumentParser
import Foundation
import Probing

/// `spinscope compare`: two runs on the texts that neither has learned from.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Hold one run, or a baseline of it, against another on the same texts.",
    discussion: """
      --first and --second take a baseline in the place of a head: majority, length, tf-idf, base, \
      best-layer, random-neurons or all-neurons; RUN and OTHER may then be the same. Compared are the texts that are test texts of both runs, with the same label. The intervals \
      are paired: both heads are measured on the same draws of the texts.
      """)

  @Argument(help: ArgumentHelp("A run folder, NAME.spin.", valueName: "run"))
  var run1: String

  @Argument(help: ArgumentHelp("What it is held against.", valueName: "other"))
  var run2: String

  @Option(help: "test or validation; validation texts have chosen the heads.")
  var split = "test"

  @Option(help: "Of RUN: head, or a baseline.")
  var first = RunClassifier.head

  @Option(help: "Of OTHER: head, or a baseline.")
  var second = RunClassifier.head

  @Flag(help: "List the texts of which the heads say different things.")
  var flips = false

  func run() throws {
    guard let split = Split(rawValue: split), split != .train else {
      throw Failure(.usage, "--split \(shown(split)): expected test or validation")
    }
    let isOfHeads = first == .head && second == .head
    guard isOfHeads || split == .test else {
      throw Failure(.usage, "--split \(split.rawValue): baselines are kept on test texts alone")
    }
    let (first, second) = (try side(run1, first), try side(run2, second))
    let comparison = try explaining { try RunComparison(first, against: second, on: split) }
    try writeResult(
      ComparisonSummary(comparison, classes: first.run.info.data.classes)
        .text(withFlips: flips))
  }

  private func side(_ path: String, _ classifier: RunClassifier) throws -> RunComparison.Side {
    let folder = URL(fileURLWithPath: path)
    let run = try openedRun(folder)
    return try explaining {
      let table = try TextTable(run, RunFeatures(run, folder: folder))
      guard case .baseline(let kind) = classifier else { return .init(run, table) }
      return try .init(run, table, baseline: kind)
    }
  }
}

/// A classifier that a run holds, as a command line names it: `head`, `tf-idf`, `best-layer` ….
enum RunClassifier: ExpressibleByArgument, Equatable {
  case head
  case baseline(Baseline.Kind)

  init?(argument: String) {
    guard let named = Self.all.first(where: { $0.defaultValueDescription == argument }) else {
      return nil
    }
    self = named
  }

  static var all: [RunClassifier] { [.head] + Baseline.Kind.allCases.map(RunClassifier.baseline) }

  static var allValueStrings: [String] { all.map(\.defaultValueDescription) }

  var defaultValueDescription: String {
    switch self {
    case .head: "head"
    case .baseline(let kind): kind.rawValue.replacingOccurrences(of: " ", with: "-")
    }
  }
}

/// Two runs held against each other, as lines of text.
struct ComparisonSummary {
  private let comparison: RunComparison
  private let classes: [String]

  init(_ comparison: RunComparison, classes: [String]) {
    self.comparison = comparison
    self.classes = classes
  }

  func text(withFlips: Bool) -> String {
    ([scores, test] + differences + neurons + layers + (withFlips ? flips : []))
      .joined(separator: "\n")
  }

  private var scores: String {
    "accuracy    \(score(comparison.first)) against \(score(comparison.second))"
      + (comparison.unmatched > 0
        ? "; \(grouped(comparison.unmatched)) texts stand in one run alone" : "")
  }

  private var test: String {
    let test = comparison.accuracy.mcNemar
    return "McNemar     \(grouped(test.onlyFirst)) texts right that the other has wrong, "
      + "\(grouped(test.onlySecond)) the other way, p \(significant(test.midP)): "
      + comparison.accuracy.verdict.words(texts: comparison.n)
  }

  private var differences: [String] {
    let accuracy = comparison.accuracy.accuracyDifference
    return
      (["accuracy": accuracy].map { ($0.key, $0.value) }
      + comparison.differences.map { ($0.metric.rawValue, $0.estimate) }).map { name, estimate in
        "  \(name.padding(toLength: 18, withPad: " ", startingAt: 0)) \(signed(estimate.value, 4)) "
          + "[\(signed(estimate.low, 4)), \(signed(estimate.high, 4))]"
      }
  }

  private var neurons: [String] {
    guard comparison.isOfHeads else { return [] }
    guard let neurons = comparison.neurons else { return ["neurons     of another model"] }
    return [
      "neurons     \(grouped(neurons.shared.count)) shared of \(grouped(neurons.first)) and "
        + "\(grouped(neurons.second)): overlap \(decimals(neurons.overlap, 2))"
    ]
  }

  private var layers: [String] {
    comparison.layers.map { layer in
      "  \("\(layer.layer)".padding(toLength: 6, withPad: " ", startingAt: 0)) "
        + "\(percent(layer.first.accuracy)) against \(percent(layer.second.accuracy)) on validation"
    }
  }

  private var flips: [String] {
    ["\(grouped(comparison.flips.count)) texts on which they differ: label, this run, the other"]
      + comparison.flips.map { flip in
        [flip.label, flip.first, flip.second].map { shown(classes[$0]) }.joined(separator: "\t")
          + "\t" + shown(flip.text)
      }
  }
}
