public import Foundation
import Tensors
import Transformers

extension Run {
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
    guard info.data.truncatedByClass.count == info.data.classes.count else {
      throw RunError(
        folder.appendingPathComponent("run.json").path,
        "damaged: truncatedByClass is not one number a class")
    }
    logits = try Self.readLogits(folder, texts, outputs: info.outputs)
    scores = try Self.read(Scores.self, folder, "scores.json")
    probes = try Self.readProbes(folder, outputs: info.outputs, shape: info.model.shape)
    exits = try Self.readExits(folder, info)
    neurons = try Self.readLines(folder, "neurons.jsonl")
    timings = try Self.readTimings(folder, blocks: info.model.shape.blocks)
    try checkNumbers(folder)
  }

  /// Refuses numbers that no fit writes, so that no screen has to expect them.
  private func checkNumbers(_ folder: URL) throws(RunError) {
    func require(_ holds: Bool, _ name: String, _ what: String) throws(RunError) {
      guard holds else {
        throw RunError(folder.appendingPathComponent(name).path, "damaged: \(what)")
      }
    }
    let settings = info.settings
    try require(
      settings.isPossible, "run.json", "its settings are empty or impossible")
    try require(
      exits.contains { $0.depth == info.chosen.depth }, "run.json", "no head has the chosen depth")
    try require(
      exits.allSatisfy { $0.selection.isPossible && $0.validation.isPossible }, "head.json",
      "an impossible selection or score")
    try require(probes.allSatisfy(\.validation.isPossible), "probes.json", "an impossible score")
    try require(scores.isPossible, "scores.json", "an impossible score")
    try require(
      neurons.map(\.neuron) == head.neurons, "neurons.jsonl", "its neurons are not the head's")
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
    return try decoded(data, url)
  }

  private static func readLogits(
    _ folder: URL, _ texts: [LabelledText], outputs: Int
  ) throws(RunError) -> [[Double]] {
    let lines: [TextLogits] = try readLines(folder, "logits.jsonl")
    guard lines.map(\.id) == texts.map(\.id),
      lines.allSatisfy({ $0.logits.count == outputs && $0.logits.allSatisfy(\.isFinite) })
    else {
      throw RunError(
        folder.appendingPathComponent("logits.jsonl").path,
        "damaged: its lines are not \(outputs) finite logits for each text of texts.jsonl")
    }
    return lines.map(\.logits)
  }

  private static func readTimings(_ folder: URL, blocks: Int) throws(RunError) -> ExitTimings? {
    let url = folder.appendingPathComponent("timings.json")
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    let timings = try read(ExitTimings.self, folder, "timings.json")
    guard timings.milliseconds.count == blocks + 1,
      timings.milliseconds.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { throw RunError(url.path, "damaged: its times are not those of \(blocks) blocks") }
    return timings
  }

  private static func readLines<Value: Decodable & Sendable>(
    _ folder: URL, _ name: String
  ) throws(RunError) -> [Value] {
    let url = folder.appendingPathComponent(name)
    guard let data = FileManager.default.contents(atPath: url.path) else {
      throw RunError(url.path, "cannot be read")
    }
    return try decoded(data, url)
  }

  /// One value a line, in parallel: the explorer shows nothing before all are read.
  private static func decoded<Value: Decodable & Sendable>(
    _ data: Data, _ url: URL
  ) throws(RunError) -> [Value] {
    let lines = data.split(separator: UInt8(ascii: "\n"))
    let part = max(256, lines.count / availableWorkers() + 1)
    let parts = stride(from: 0, to: lines.count, by: part).map {
      lines[$0..<min($0 + part, lines.count)]
    }
    let values = mapInParallel(count: parts.count, workers: availableWorkers()) { place in
      Result {
        let decoder = JSONDecoder()
        return try parts[place].map { try decoder.decode(Value.self, from: $0) }
      }
    }
    do {
      return try values.flatMap { try $0.get() }
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
        standardizer: try tensors.standardizer("mean.\(name)", "scale.\(name)", count: width),
        scheme: entry.scheme)
      probes.append(
        Probe(
          key: entry.key,
          fitted: FittedClassifier(
            classifier: classifier, c: entry.c, relativeGap: entry.relativeGap,
            iterations: entry.iterations, objective: entry.objective,
            converged: entry.converged),
          validation: entry.validation))
    }
    return probes
  }

  private static func readExits(_ folder: URL, _ info: RunInfo) throws(RunError) -> [Head] {
    let entry = try read(HeadEntry.self, folder, "head.json")
    let path = folder.appendingPathComponent("head.json").path
    let neurons = entry.exitNeurons.compactMap { NeuronAddress($0) }
    guard neurons.count == entry.exitNeurons.count, Set(neurons).count == neurons.count,
      entry.exits.last?.neurons == neurons.count,
      neurons.allSatisfy({
        entry.source.representations.contains($0.representation) && info.model.shape.contains($0)
      })
    else { throw RunError(path, "damaged: its neurons do not fit its exits or the model") }
    let depths = entry.source.depths(blocks: info.model.shape.blocks)
    var depth = -1
    for exit in entry.exits {
      guard depth < exit.depth, exit.depth < depths, exit.neurons >= 1,
        exit.neurons <= neurons.count,
        neurons.prefix(exit.neurons).allSatisfy({ exit.reads($0, entry.source) })
      else { throw RunError(path, "damaged: its exits do not fit its neurons or the model") }
      depth = exit.depth
    }
    guard entry.classes == info.data.classes else {
      throw RunError(path, "damaged: its classes are not those of run.json")
    }
    let tensors = try RunTensors(folder.appendingPathComponent("head.safetensors"))
    // The head as other programs read it: checked here, so that damage does not wait for them.
    guard let chosen = entry.exits.first(where: { $0.depth == info.chosen.depth }),
      entry.neurons == Array(entry.exitNeurons.prefix(chosen.neurons))
    else { throw RunError(path, "damaged: its neurons are not those of the chosen depth") }
    _ = try tensors.matrix("coef", rows: info.outputs, columns: chosen.neurons)
    _ = try tensors.vector("intercept", count: info.outputs)
    _ = try tensors.standardizer("mean", "scale", count: chosen.neurons)
    let all = try tensors.standardizer("exit.mean", "exit.scale", count: neurons.count)
    var exits: [Head] = []
    for exit in entry.exits {
      let classifier = LinearClassifier(
        weights: try tensors.matrix(
          "exit.\(exit.depth).weights", rows: info.outputs, columns: exit.neurons),
        intercepts: try tensors.vector("exit.\(exit.depth).intercepts", count: info.outputs),
        standardizer: Standardizer(
          mean: Array(all.mean.prefix(exit.neurons)),
          scale: Array(all.scale.prefix(exit.neurons))),
        scheme: entry.scheme)
      exits.append(
        Head(
          source: entry.source, pooling: entry.pooling, selection: entry.selection,
          depth: exit.depth, neurons: Array(neurons.prefix(exit.neurons)),
          fitted: FittedClassifier(
            classifier: classifier, c: exit.c, relativeGap: exit.relativeGap,
            iterations: exit.iterations, objective: exit.objective,
            converged: exit.converged),
          validation: exit.validation))
    }
    return exits
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
