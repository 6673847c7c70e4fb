public import Foundation
import StrictJSON
import Tensors
import Transformers

extension Run {
  /// Writes all but the features into `folder`, which must exist, and the sums of all files there.
  public func write(to folder: URL) throws(RunError) {
    do {
      try Data(Self.lines(texts)).write(to: folder.appendingPathComponent("texts.jsonl"))
      let lines = zip(texts, logits).map { TextLogits(id: $0.id, logits: $1) }
      try Data(Self.lines(lines)).write(to: folder.appendingPathComponent("logits.jsonl"))
      try json(ProbeList(probes: probes.map(ProbeEntry.init)), to: folder, "probes.json")
      try probeWeights.write(to: folder.appendingPathComponent("probes.safetensors"))
      try json(headEntry, to: folder, "head.json")
      try headWeights.write(to: folder.appendingPathComponent("head.safetensors"))
      try json(scores, to: folder, "scores.json")
      try Data(Self.lines(neurons)).write(to: folder.appendingPathComponent("neurons.jsonl"))
      if let timings { try json(timings, to: folder, "timings.json") }
      try json(info, to: folder, "run.json")
    } catch {
      throw RunError(
        folder.path, "cannot be written: \(error.systemReason)", onWriting: true)
    }
    try RunSums.write(in: folder)
  }

  struct ProbeList: Codable { var probes: [ProbeEntry] }

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
      classes: info.data.classes, scheme: head.fitted.classifier.scheme, source: head.source,
      pooling: head.pooling, selection: head.selection, c: head.fitted.c,
      neurons: head.neurons.map(\.description),
      exitNeurons: exits[exits.count - 1].neurons.map(\.description),
      exits: exits.map(HeadEntry.Exit.init))
  }

  /// `coef` and `intercept` apply to raw features; `exit.D.weights` to features that `exit.mean` and
  /// `exit.scale` standardise, of which an exit reads the first few.
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
    let deepest = exits[exits.count - 1].fitted.classifier.standardizer
    writer.add("exit.mean", deepest.mean)
    writer.add("exit.scale", deepest.scale)
    for exit in exits {
      writer.add("exit.\(exit.depth).weights", exit.fitted.classifier.weights)
      writer.add("exit.\(exit.depth).intercepts", exit.fitted.classifier.intercepts)
    }
    return writer
  }
}
