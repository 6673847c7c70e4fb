import Foundation
import Probing

/// The built-in demo: MiniLM on review sentences that were written for SpinScope (CC0).
///
/// The run is made once, with progress, and kept; later starts open it at once.
struct Demo {
  private static let folderName = "demo.spin"

  private var folder: URL {
    let environment = ProcessInfo.processInfo.environment
    let data =
      environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? URL(fileURLWithPath: $0) : nil }
      ?? URL(fileURLWithPath: environment["HOME"] ?? NSHomeDirectory())
      .appendingPathComponent(".local/share")
    return data.appendingPathComponent("spinscope")
  }

  /// Where the demo's run lies.
  var run: URL { folder.appendingPathComponent(Self.folderName) }

  /// The demo's run, opened or made.
  func open() throws(Failure) -> Run {
    let output = run
    if FileManager.default.fileExists(atPath: output.path) {
      do {
        return try Run(folder: output)
      } catch {
        // Ours to remake: it may be damaged, or written by another version.
        standardError("spinscope: \(shown(error.description)); it is made anew")
        try? FileManager.default.removeItem(at: output)
      }
    }
    return try make(output)
  }

  private func make(_ output: URL) throws(Failure) -> Run {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(
        .failed, "\(folder.path): cannot be made; set XDG_DATA_HOME to a folder of yours")
    }
    standardError("First start: fitting MiniLM on the built-in reviews; this is done once.")
    let model = try FetchReport().fetch(KnownModel.all[0])
    let (source, data) = try texts()
    let maker = RunMaker(
      folder: model, modelName: KnownModel.all[0].name, dataName: "reviews", source: source,
      data: data, output: output)
    let line = ProgressLine()
    defer { line.finish() }
    return try maker.make { line.show($0) }
  }

  /// The reviews that ship with the program, in the splits that they name.
  private func texts() throws(Failure) -> (DataSource, DataSet) {
    let source = DataSource(files: ["reviews.csv"])
    let data = try explaining {
      try source.read(PackageResources.reviews_csv, named: "the built-in reviews")
    }
    return (source, data)
  }
}
