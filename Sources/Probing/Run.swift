import Foundation
import Tensors
public import Transformers

/// A fit that is done: everything that it found, as it lies in a folder `NAME.spin`.
public struct Run: Sendable {
  public var info: RunInfo
  public var texts: [LabelledText]
  /// The chosen head's log-odds of each text, before any temperature; one an output.
  public var logits: [[Double]]
  public var probes: [Probe]
  /// The heads of the chosen representation, pooling and η by depth; one of them is the head.
  public var exits: [Head]
  public var scores: Scores
  /// What is known of each neuron of the head, in its order.
  public var neurons: [NeuronStatistics]
  /// How long the model took to reach each depth; nil where that was not measured.
  public var timings: ExitTimings?
  /// What the folder that it was read from lacks, though nothing of the above; a line each.
  public var notes: [String] = []

  /// Joins a result with what it was fitted on.
  public init(
    _ report: FitReport, model: RunInfo.Model, dataName: String, source: DataSource,
    data: DataSet, audit: DataAudit, facts: [TextFacts], settings: FitSettings,
    isHalf: Bool = false
  ) {
    let result = report.result
    let head = result.head
    info = RunInfo(
      spinscope: spinscopeVersion, model: model,
      data: RunInfo.Data(
        name: dataName, source: source, sha256: data.sum,
        classes: data.classes,
        counts: Dictionary(
          uniqueKeysWithValues: Split.allCases.map { ($0.rawValue, data.indices(of: $0).count) }),
        tokens: facts.reduce(0) { $0 + $1.tokens },
        truncatedByClass: data.truncated(facts), audit: audit, isSplitBySeed: data.isSplitBySeed),
      settings: settings, isHalf: isHalf, halves: report.halves,
      chosen: RunInfo.Chosen(
        source: head.source, pooling: head.pooling, selection: head.selection,
        depth: head.depth, c: head.fitted.c, neurons: head.neurons.count,
        tried: (result.grid.count + (settings.depths == .all ? 0 : result.exits.count))
          * settings.cGrid.count),
      readsDecoder: model.shape.decoderBlocks > 0 ? head.stacks.decoderBlocks > 0 : nil)
    texts = data.texts
    logits = report.logits
    probes = result.probes
    exits = result.exits
    scores = report.scores
    neurons = report.neurons
  }

  /// The chosen head.
  public var head: Head { exits.first { $0.depth == info.chosen.depth } ?? exits[exits.count - 1] }

  /// The class of each text, an index into the run's classes.
  public var labels: [Int] {
    let number = Dictionary(uniqueKeysWithValues: info.data.classes.enumerated().map { ($1, $0) })
    return texts.map { number[$0.label] ?? 0 }
  }

  /// Refuses a model of other sizes than that of the fit.
  func check(_ model: any Transformer) throws(RunError) {
    guard model.shape == info.model.shape else {
      throw RunError(
        info.model.path, "not the model of this run: \(model.shape) for \(info.model.shape)")
    }
  }

  /// The probes of one representation and pooling, by layer.
  public func probes(_ representation: Representation, _ pooling: Pooling) -> [Probe] {
    probes.filter { $0.key.representation == representation && $0.key.pooling == pooling }
      .sorted { $0.key.layer < $1.key.layer }
  }

  /// Every configuration that a head was fitted for: the grid, and the winner's other depths.
  public var configurations: [Scores.GridPoint] {
    func place(_ point: Scores.GridPoint) -> HeadPlan {
      HeadPlan(
        stacks: info.stacks, source: point.source, pooling: point.pooling,
        selection: point.selection,
        depth: point.depth)
    }
    let known = Set(scores.grid.map(place))
    return scores.grid
      + exits.map(Scores.GridPoint.init).filter { !known.contains(place($0)) }
  }

  /// The chosen head's probabilities of a text's classes: as `classify` gives them, at the
  /// temperature that validation chose, or at another.
  public func probabilities(ofText index: Int, temperature: Double? = nil) -> [Double] {
    let temperature = temperature ?? scores.temperature.value
    return LinearClassifier.probabilities(
      logits: logits[index].map { $0 / temperature }, scheme: head.fitted.classifier.scheme)
  }

  /// The chosen head on the texts of one split, which must have some: as fitted, or at another
  /// temperature.
  public func evaluation(of split: Split, temperature: Double = 1) -> Evaluation {
    let rows = texts.indices.filter { texts[$0].split == split }
    return Evaluation(
      probabilities: rows.map { probabilities(ofText: $0, temperature: temperature) },
      truth: rows.map { info.data.classes.firstIndex(of: texts[$0].label) ?? 0 })
  }

  /// Values as JSON, one a line.
  static func lines(_ values: some Sequence<some Encodable>) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var bytes: [UInt8] = []
    for value in values {
      bytes += (try? encoder.encode(value)) ?? Data()
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}

/// The version that runs and `--version` name.
public let spinscopeVersion = "0.1.0"

extension RunInfo {
  /// Rows of weights: 1 for two classes, else one a class.
  var outputs: Int { data.classes.count == 2 ? 1 : data.classes.count }
}

extension ModelShape {
  /// Whether there can be a model of these sizes: what a model folder's configuration may say.
  var isPossible: Bool {
    1...1_000 ~= blocks && [width, heads, maxTokens].allSatisfy { 1...10_000_000 ~= $0 }
      && 0...10_000_000 ~= neurons && 1...1_000_000_000 ~= vocabulary && 0...1_000 ~= decoderBlocks
  }

  /// Whether the model has a neuron of this name.
  public func contains(_ neuron: NeuronAddress) -> Bool {
    let layers = neuron.representation.layers(of: stacks(readingDecoder: true))
    return 0..<layers ~= neuron.layer && 0..<width(neuron.representation) ~= neuron.index
  }

  /// Neurons of one layer.
  public func width(_ representation: Representation) -> Int {
    representation.isHidden ? width : neurons
  }
}
