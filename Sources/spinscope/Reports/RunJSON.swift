import Foundation
import StrictJSON

/// A run's files as one JSON object, each under its name, numbers as they stand there.
struct RunJSON {
  let folder: URL

  /// `{"run": …, "scores": …, "probes": …, "head": …, "neurons": […], "timings": …}`.
  func text() throws -> String {
    var parts = try ["run", "scores", "probes", "head"].map { name in
      "\"\(name)\": \(try read("\(name).json"))"
    }
    let neurons = try read("neurons.jsonl").split(separator: "\n").joined(separator: ",\n")
    parts.append("\"neurons\": [\(neurons)]")
    if FileManager.default.fileExists(atPath: folder.appendingPathComponent("timings.json").path) {
      parts.append("\"timings\": \(try read("timings.json"))")
    }
    return escapingInvisible(json: "{\(parts.joined(separator: ",\n"))}")
  }

  private func read(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      .trimmingCharacters(in: .newlines)
  }
}
