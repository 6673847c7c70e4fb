public import Foundation
import StrictJSON
import Synchronization
import Tensors
import Transformers

extension Run {
  /// Opens a run and checks that its parts belong together.
  public init(folder url: URL) throws(RunError) {
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw RunError(url.relativePath, "no such run, and no command of this name; see --help")
    }
    let folder = CheckedFolder(url)
    guard folder.has("run.json") else {
      throw RunError(url.path, "not a run: no run.json; make one with 'spinscope fit'")
    }
    info = try folder.json(RunInfo.self, "run.json")
    guard info.schema == RunInfo.currentSchema else {
      throw RunError(
        folder.path("run.json"),
        "schema \(info.schema), expected \(RunInfo.currentSchema); fit it again with this version")
    }
    guard info.model.shape.isPossible else {
      throw RunError(
        folder.path("run.json"), "damaged: no model is \(info.model.shape)")
    }
    let info = info
    ((texts, logits), (probes, exits, scores, neurons)) = try atOnce(
      { () throws(RunError) in try Self.readSaid(folder, info) },
      { () throws(RunError) in try Self.readLearnt(folder, info) })
    notes = [folder.sums.note].compactMap { $0 }
    do { timings = try Self.readTimings(folder, blocks: info.stacks.allBlocks) } catch {
      // Nothing but how long each depth takes is lost.
      notes.append("\(error.description); it is left out")
    }
    try checkNumbers(folder)
  }

  /// The texts, and what the head makes of them.
  private static func readSaid(
    _ folder: CheckedFolder, _ info: RunInfo
  ) throws(RunError) -> (texts: [LabelledText], logits: [[Double]]) {
    let texts = try readTexts(folder, sha256: info.data.sha256)
    let labels = Set(texts.map(\.label))
    guard labels.count >= 2, labels.count == info.data.classes.count,
      labels == Set(info.data.classes)
    else {
      throw RunError(
        folder.path("run.json"),
        "damaged: its classes are not the labels of texts.jsonl")
    }
    guard info.data.truncatedByClass.count == info.data.classes.count else {
      throw RunError(
        folder.path("run.json"),
        "damaged: truncatedByClass is not one number a class")
    }
    return (texts, try readLogits(folder, texts, outputs: info.outputs))
  }

  /// What was fitted, and what is known of it.
  private static func readLearnt(
    _ folder: CheckedFolder, _ info: RunInfo
  ) throws(RunError) -> (
    probes: [Probe], exits: [Head], scores: Scores, neurons: [NeuronStatistics]
  ) {
    (
      try readProbes(folder, outputs: info.outputs, shape: info.model.shape),
      try readExits(folder, info), try folder.json(Scores.self, "scores.json"),
      try folder.lines("neurons.jsonl")
    )
  }

  /// Refuses numbers that no fit writes, so that no screen has to expect them.
  private func checkNumbers(_ folder: CheckedFolder) throws(RunError) {
    func require(_ holds: Bool, _ name: String, _ what: String) throws(RunError) {
      guard holds else {
        throw RunError(folder.path(name), "damaged: \(what)")
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

  private static func readTexts(
    _ folder: CheckedFolder, sha256: String
  ) throws(RunError) -> [LabelledText] {
    guard SHA256.of(Array(try folder.bytes("texts.jsonl"))) == sha256 else {
      throw RunError(
        folder.path("texts.jsonl"), "damaged: it is not the file that run.json was written with")
    }
    return try folder.lines("texts.jsonl") { LabelledText($0) }
  }

  private static func readLogits(
    _ folder: CheckedFolder, _ texts: [LabelledText], outputs: Int
  ) throws(RunError) -> [[Double]] {
    let lines = try folder.lines("logits.jsonl") { TextLogits($0) }
    guard lines.map(\.id) == texts.map(\.id),
      lines.allSatisfy({ $0.logits.count == outputs && $0.logits.allSatisfy(\.isFinite) })
    else {
      throw RunError(
        folder.path("logits.jsonl"),
        "damaged: its lines are not \(outputs) finite logits for each text of texts.jsonl")
    }
    return lines.map(\.logits)
  }

  private static func readTimings(
    _ folder: CheckedFolder, blocks: Int
  ) throws(RunError) -> ExitTimings? {
    guard folder.has("timings.json") else { return nil }
    let timings = try folder.json(ExitTimings.self, "timings.json")
    guard timings.milliseconds.count == blocks + 1,
      timings.milliseconds.allSatisfy({ $0 >= 0 && $0.isFinite })
    else {
      throw RunError(
        folder.path("timings.json"), "damaged: its times are not those of \(blocks) blocks")
    }
    return timings
  }

  private static func readProbes(
    _ folder: CheckedFolder, outputs: Int, shape: ModelShape
  ) throws(RunError) -> [Probe] {
    let list = try folder.json(ProbeList.self, "probes.json")
    guard Set(list.probes.map(\.key)).count == list.probes.count else {
      throw RunError(
        folder.path("probes.json"), "damaged: a probe stands there twice")
    }
    let tensors = try RunTensors(folder, "probes.safetensors")
    var probes: [Probe] = []
    for entry in list.probes {
      let width = shape.width(entry.representation)
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

  private static func readExits(_ folder: CheckedFolder, _ info: RunInfo) throws(RunError) -> [Head]
  {
    let entry = try folder.json(HeadEntry.self, "head.json")
    let path = folder.path("head.json")
    let neurons = entry.exitNeurons.compactMap { NeuronAddress($0) }
    guard neurons.count == entry.exitNeurons.count, Set(neurons).count == neurons.count,
      entry.exits.last?.neurons == neurons.count,
      neurons.allSatisfy({
        info.contains($0.layerAddress) && info.model.shape.contains($0)
      })
    else { throw RunError(path, "damaged: its neurons do not fit its exits or the model") }
    let depths = entry.source.depths(of: info.stacks)
    var depth = -1
    for exit in entry.exits {
      guard depth < exit.depth, exit.depth < depths, exit.neurons >= 1,
        exit.neurons <= neurons.count,
        Set(neurons.prefix(exit.neurons).map(\.layerAddress))
          .isSubset(of: entry.source.layers(depth: exit.depth, of: info.stacks))
      else { throw RunError(path, "damaged: its exits do not fit its neurons or the model") }
      depth = exit.depth
    }
    guard entry.classes == info.data.classes else {
      throw RunError(path, "damaged: its classes are not those of run.json")
    }
    let tensors = try RunTensors(folder, "head.safetensors")
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
          stacks: info.stacks, source: entry.source, pooling: entry.pooling,
          selection: entry.selection,
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

extension LabelledText {
  /// Reads a line of `texts.jsonl`.
  fileprivate init?(_ json: JSON) {
    guard let id = json["id"]?.integer, let text = json["text"]?.text,
      let label = json["label"]?.text,
      let split = json["split"]?.text.flatMap({ Split(rawValue: $0) })
    else { return nil }
    self.init(id: id, text: text, label: label, split: split)
  }
}

extension TextLogits {
  /// Reads a line of `logits.jsonl`.
  fileprivate init?(_ json: JSON) {
    guard let id = json["id"]?.integer, case .array(let values)? = json["logits"] else {
      return nil
    }
    self.init(id: id, logits: [])
    for value in values {
      switch value {
      case .integer(let number): logits.append(Double(number))
      case .number(let number): logits.append(number)
      default: return nil
      }
    }
  }
}

/// Does two things at once, and gives both results; of two errors the first.
private func atOnce<First: Sendable, Second: Sendable>(
  _ first: @Sendable () throws(RunError) -> First,
  _ second: @Sendable () throws(RunError) -> Second
) throws(RunError) -> (First, Second) {
  let foundFirst = Mutex<Result<First, RunError>?>(nil)
  let foundSecond = Mutex<Result<Second, RunError>?>(nil)
  DispatchQueue.concurrentPerform(iterations: 2) { place in
    if place == 0 {
      let result = Result { () throws(RunError) in try first() }
      foundFirst.withLock { $0 = result }
    } else {
      let result = Result { () throws(RunError) in try second() }
      foundSecond.withLock { $0 = result }
    }
  }
  guard let a = foundFirst.withLock({ $0 }), let b = foundSecond.withLock({ $0 }) else {
    preconditionFailure("concurrentPerform left something out")
  }
  return (try a.get(), try b.get())
}

/// A run's tensors, read with the run's own error.
private struct RunTensors {
  private let file: SafetensorsFile

  init(_ folder: CheckedFolder, _ name: String) throws(RunError) {
    try folder.sums.check(name)
    do { file = try SafetensorsFile(path: folder.path(name)) } catch {
      throw RunError(folder.path(name), "damaged: \(error.description)")
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
