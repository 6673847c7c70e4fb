public import Foundation
import Tensors
public import Transformers

/// A fit that is done: everything that it found, as it lies in a folder `NAME.spin`.
public struct Run: Sendable {
  public var info: RunInfo
  public var texts: [LabelledText]
  public var probes: [Probe]
  /// The chosen head's early exits by depth; the last is the head.
  public var exits: [Head]
  public var scores: Scores

  /// Joins a result with what it was fitted on.
  public init(
    _ result: FitResult, model: RunInfo.Model, dataName: String, source: DataSource,
    data: DataSet, facts: [TextFacts], settings: FitSettings
  ) {
    let head = result.head
    info = RunInfo(
      spinscope: spinscopeVersion, model: model,
      data: RunInfo.Data(
        name: dataName, source: source, sha256: SHA256.of(Self.lines(data.texts)),
        classes: data.classes,
        counts: Dictionary(
          uniqueKeysWithValues: Split.allCases.map { ($0.rawValue, data.indices(of: $0).count) }),
        tokens: facts.reduce(0) { $0 + $1.tokens }, truncated: facts.count { $0.truncated }),
      settings: settings, scaling: "training mean and deviation", saliency: "w²",
      chosen: RunInfo.Chosen(
        representation: head.representation, pooling: head.pooling, eta: head.eta,
        depth: head.depth, c: head.fitted.c, neurons: head.neurons.count,
        tried: result.grid.count * settings.multiples.count))
    texts = data.texts
    probes = result.probes
    exits = result.exits
    scores = Scores(result)
  }

  /// The chosen head.
  public var head: Head { exits[exits.count - 1] }

  /// The probes of one representation and pooling, by layer.
  public func probes(_ representation: Representation, _ pooling: Pooling) -> [Probe] {
    probes.filter { $0.key.representation == representation && $0.key.pooling == pooling }
      .sorted { $0.key.layer < $1.key.layer }
  }

  static func lines(_ texts: [LabelledText]) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var bytes: [UInt8] = []
    for text in texts {
      bytes += (try? encoder.encode(text)) ?? Data()
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  // MARK: Writing

  /// Writes all but the features into `folder`, which must exist.
  public func write(to folder: URL) throws(RunError) {
    do {
      try Data(Self.lines(texts)).write(to: folder.appendingPathComponent("texts.jsonl"))
      try json(ProbeList(probes: probes.map(ProbeEntry.init)), to: folder, "probes.json")
      try probeWeights.write(to: folder.appendingPathComponent("probes.safetensors"))
      try json(headEntry, to: folder, "head.json")
      try headWeights.write(to: folder.appendingPathComponent("head.safetensors"))
      try json(scores, to: folder, "scores.json")
      try json(info, to: folder, "run.json")
    } catch {
      throw RunError(folder.path, "cannot be written: \(error.localizedDescription)")
    }
  }

  private struct ProbeList: Codable { var probes: [ProbeEntry] }

  private func json(_ value: some Encodable, to folder: URL, _ name: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try (encoder.encode(value) + Data("\n".utf8)).write(to: folder.appendingPathComponent(name))
  }

  /// For each probe its standardised weights and intercepts; mean and deviation a feature.
  private var probeWeights: SafetensorsWriter {
    var writer = SafetensorsWriter()
    for probe in probes {
      let name = "\(probe.key.layerName).\(probe.key.pooling.rawValue)"
      let classifier = probe.fitted.classifier
      writer.add("weights.\(name)", classifier.weights)
      writer.add("intercepts.\(name)", classifier.intercepts)
      writer.add("mean.\(name)", classifier.standardizer.mean)
      writer.add("scale.\(name)", classifier.standardizer.scale)
    }
    return writer
  }

  private var headEntry: HeadEntry {
    HeadEntry(
      classes: info.data.classes, representation: head.representation, pooling: head.pooling,
      eta: head.eta, c: head.fitted.c, neurons: head.neurons.map(\.description),
      exits: exits.map(HeadEntry.Exit.init))
  }

  /// `coef` and `intercept` apply to raw features; `exit.D.weights` to standardised ones, of which
  /// an exit reads the first few, with the same mean and deviation.
  private var headWeights: SafetensorsWriter {
    var writer = SafetensorsWriter()
    let classifier = head.fitted.classifier
    var raw = classifier.weights
    for k in 0..<raw.rows {
      for j in 0..<raw.columns { raw[k, j] = classifier.rawWeight(k, j) }
    }
    writer.add("coef", raw)
    writer.add("intercept", (0..<raw.rows).map(classifier.rawIntercept))
    writer.add("mean", classifier.standardizer.mean)
    writer.add("scale", classifier.standardizer.scale)
    for exit in exits {
      writer.add("exit.\(exit.depth).weights", exit.fitted.classifier.weights)
      writer.add("exit.\(exit.depth).intercepts", exit.fitted.classifier.intercepts)
    }
    return writer
  }

  // MARK: Reading

  /// Opens a run and checks that its parts belong together.
  public init(folder: URL) throws(RunError) {
    guard FileManager.default.fileExists(atPath: folder.path) else {
      throw RunError(folder.relativePath, "no such run, and no command of this name; see --help")
    }
    guard FileManager.default.fileExists(atPath: folder.appendingPathComponent("run.json").path)
    else { throw RunError(folder.path, "not a run: no run.json; make one with 'spinscope fit'") }
    info = try Self.read(RunInfo.self, folder, "run.json")
    guard info.schema == RunInfo.currentSchema else {
      throw RunError(
        folder.appendingPathComponent("run.json").path,
        "schema \(info.schema), expected \(RunInfo.currentSchema); fit it again with this version")
    }
    guard info.model.shape.isPossible else {
      throw RunError(
        folder.appendingPathComponent("run.json").path, "damaged: no model is \(info.model.shape)")
    }
    texts = try Self.readTexts(folder, sha256: info.data.sha256)
    let labels = Set(texts.map(\.label))
    guard labels.count >= 2, labels.count == info.data.classes.count,
      labels == Set(info.data.classes)
    else {
      throw RunError(
        folder.appendingPathComponent("run.json").path,
        "damaged: its classes are not the labels of texts.jsonl")
    }
    scores = try Self.read(Scores.self, folder, "scores.json")
    probes = try Self.readProbes(folder, outputs: info.outputs, shape: info.model.shape)
    exits = try Self.readExits(folder, info)
  }

  private static func read<Value: Decodable>(
    _ type: Value.Type, _ folder: URL, _ name: String
  ) throws(RunError) -> Value {
    let url = folder.appendingPathComponent(name)
    do {
      return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    } catch let error as DecodingError {
      throw RunError(url.path, "damaged: \(error.place); fit the run again")
    } catch {
      throw RunError(url.path, "cannot be read: \(error.localizedDescription)")
    }
  }

  private static func readTexts(_ folder: URL, sha256: String) throws(RunError) -> [LabelledText] {
    let url = folder.appendingPathComponent("texts.jsonl")
    guard let data = FileManager.default.contents(atPath: url.path) else {
      throw RunError(url.path, "cannot be read")
    }
    guard SHA256.of(Array(data)) == sha256 else {
      throw RunError(url.path, "damaged: it is not the file that run.json was written with")
    }
    do {
      return try data.split(separator: UInt8(ascii: "\n")).map {
        try JSONDecoder().decode(LabelledText.self, from: $0)
      }
    } catch {
      throw RunError(url.path, "damaged: \(error.localizedDescription)")
    }
  }

  private static func readProbes(
    _ folder: URL, outputs: Int, shape: ModelShape
  ) throws(RunError) -> [Probe] {
    let list = try read(ProbeList.self, folder, "probes.json")
    guard Set(list.probes.map(\.key)).count == list.probes.count else {
      throw RunError(
        folder.appendingPathComponent("probes.json").path, "damaged: a probe stands there twice")
    }
    let tensors = try RunTensors(folder.appendingPathComponent("probes.safetensors"))
    var probes: [Probe] = []
    for entry in list.probes {
      let width = entry.representation == .hidden ? shape.width : shape.neurons
      let name = "\(entry.key.layerName).\(entry.pooling.rawValue)"
      let classifier = LinearClassifier(
        weights: try tensors.matrix("weights.\(name)", rows: outputs, columns: width),
        intercepts: try tensors.vector("intercepts.\(name)", count: outputs),
        standardizer: try tensors.standardizer("mean.\(name)", "scale.\(name)", count: width))
      probes.append(
        Probe(
          key: entry.key,
          fitted: FittedClassifier(
            classifier: classifier, c: entry.c, relativeGap: entry.relativeGap,
            iterations: entry.iterations),
          validation: entry.validation))
    }
    return probes
  }

  private static func readExits(_ folder: URL, _ info: RunInfo) throws(RunError) -> [Head] {
    let entry = try read(HeadEntry.self, folder, "head.json")
    let path = folder.appendingPathComponent("head.json").path
    let neurons = entry.neurons.compactMap { NeuronAddress($0) }
    guard neurons.count == entry.neurons.count, Set(neurons).count == neurons.count,
      entry.exits.last?.neurons == neurons.count,
      neurons.allSatisfy({
        $0.representation == entry.representation && info.model.shape.contains($0)
      })
    else { throw RunError(path, "damaged: its neurons do not fit its exits or the model") }
    let layers = entry.representation.layers(blocks: info.model.shape.blocks)
    var depth = -1
    for exit in entry.exits {
      guard depth < exit.depth, exit.depth < layers, exit.neurons >= 1,
        exit.neurons <= neurons.count,
        neurons.prefix(exit.neurons).allSatisfy({ $0.layer <= exit.depth })
      else { throw RunError(path, "damaged: its exits do not fit its neurons or the model") }
      depth = exit.depth
    }
    guard entry.classes == info.data.classes else {
      throw RunError(path, "damaged: its classes are not those of run.json")
    }
    let tensors = try RunTensors(folder.appendingPathComponent("head.safetensors"))
    let all = try tensors.standardizer("mean", "scale", count: neurons.count)
    var exits: [Head] = []
    for exit in entry.exits {
      let classifier = LinearClassifier(
        weights: try tensors.matrix(
          "exit.\(exit.depth).weights", rows: info.outputs, columns: exit.neurons),
        intercepts: try tensors.vector("exit.\(exit.depth).intercepts", count: info.outputs),
        standardizer: Standardizer(
          mean: Array(all.mean.prefix(exit.neurons)),
          scale: Array(all.scale.prefix(exit.neurons))))
      exits.append(
        Head(
          representation: entry.representation, pooling: entry.pooling, eta: entry.eta,
          depth: exit.depth, neurons: Array(neurons.prefix(exit.neurons)),
          fitted: FittedClassifier(
            classifier: classifier, c: exit.c, relativeGap: exit.relativeGap,
            iterations: exit.iterations),
          validation: exit.validation))
    }
    return exits
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
    [blocks, width, neurons, heads, maxTokens, vocabulary].allSatisfy { 1...1_000_000_000 ~= $0 }
      && 0...1_000_000_000 ~= decoderBlocks
  }

  /// Whether the model has a neuron of this name.
  public func contains(_ neuron: NeuronAddress) -> Bool {
    let layers = neuron.representation.layers(blocks: blocks)
    let width = neuron.representation == .hidden ? self.width : neurons
    return 0..<layers ~= neuron.layer && 0..<width ~= neuron.index
  }
}

/// A run's tensors, read with the run's own error.
private struct RunTensors {
  private let file: SafetensorsFile

  init(_ url: URL) throws(RunError) {
    do { file = try SafetensorsFile(path: url.path) } catch {
      throw RunError(url.path, "damaged: \(error.description)")
    }
  }

  func matrix(_ name: String, rows: Int, columns: Int) throws(RunError) -> Matrix {
    let matrix: Matrix
    do { matrix = try file.parameter(name, rows: rows, columns: columns).matrix } catch {
      throw RunError(file.path, "damaged: \(error.description)")
    }
    guard matrix.values.allSatisfy(\.isFinite) else {
      throw RunError(file.path, "damaged: tensor \(name) holds a number that is not finite")
    }
    return matrix
  }

  func vector(_ name: String, count: Int) throws(RunError) -> [Float] {
    try matrix(name, rows: 1, columns: count).values
  }

  func standardizer(
    _ mean: String, _ scale: String, count: Int
  ) throws(RunError) -> Standardizer {
    let standardizer = Standardizer(
      mean: try vector(mean, count: count), scale: try vector(scale, count: count))
    guard standardizer.scale.allSatisfy({ $0 > 0 }) else {
      throw RunError(file.path, "damaged: tensor \(scale) holds a scale that is not positive")
    }
    return standardizer
  }
}

extension DecodingError {
  /// The key at which decoding stopped, and why.
  fileprivate var place: String {
    switch self {
    case .keyNotFound(let key, _): "the key '\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
    @unknown default: "it cannot be decoded"
    }
  }
}
