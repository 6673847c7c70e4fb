import Foundation
import Probing
import StrictJSON

/// Everything that can be said of a run, in a folder of its own.
struct ReportFolder {
  private let run: Run
  private let json: String

  /// - Parameters:
  ///   - run: the run.
  ///   - json: the run as JSON.
  init(_ run: Run, json: String) {
    self.run = run
    self.json = json
  }

  /// The files by name.
  var files: [String: String] {
    var files = [
      "report.md": MarkdownReport(run: run, figures: { "\($0.rawValue).svg" }).text,
      "report.json": json, "load_head.py": HeadLoader.python,
    ]
    for table in ReportTable.allCases { files["\(table.rawValue).csv"] = table.csv(run) }
    for figure in ReportFigure.allCases { files["\(figure.rawValue).svg"] = figure.figure(run).svg }
    return files
  }

  /// Writes all of them, or leaves nothing.
  func write(to url: URL) throws(Failure) {
    let place = OutputFolder(url: url)
    try place.check()
    let lock = try ProcessLock(place.partial.path + ".lock")
    defer { lock.release() }
    do {
      // What an earlier report left when it was stopped.
      try? FileManager.default.removeItem(at: place.partial)
      try FileManager.default.createDirectory(at: place.partial, withIntermediateDirectories: false)
      for (name, text) in files {
        try Data((text + "\n").utf8).write(to: place.partial.appendingPathComponent(name))
      }
      try place.finish()
    } catch {
      throw Failure(.failed, "\(url.path): cannot be written: \(error.systemReason)")
    }
  }
}
