import ArgumentParser
import Foundation
import Probing
import StrictJSON

/// Texts that come with SpinScope, written for it (CC0).
enum Demo: String, CaseIterable, ExpressibleByArgument {
  /// 1,220 sentences of reviews, positive or negative.
  case reviews
  /// 792 everyday questions in six classes: what one must know about to answer.
  case questions

  var csv: [UInt8] {
    switch self {
    case .reviews: PackageResources.reviews_csv
    case .questions: PackageResources.questions_csv
    }
  }
}

/// The built-in demo: our own small model on our own texts.
///
/// The run is made on the first start, live, and kept; later starts open it at once.
struct DemoRun {
  let demo: Demo
  var model: DemoModel
  private let csv: [UInt8]
  private let data: URL?

  /// - Parameters:
  ///   - demo: which texts.
  ///   - environment: says where the user's data lies.
  ///   - files: the model's; tests bring another.
  ///   - csv: the texts; tests bring fewer.
  init(
    _ demo: Demo, environment: [String: String], files: [DemoFile] = DemoFile.embedded,
    csv: [UInt8]? = nil
  ) {
    self.demo = demo
    self.csv = csv ?? demo.csv
    model = DemoModel(files: files, environment: environment)
    data = xdgFolder("XDG_DATA_HOME", ".local/share", environment)
  }

  /// Where the run lies; one of another model has another name.
  var folder: URL {
    (data ?? FileManager.default.temporaryDirectory)
      .appendingPathComponent(
        model.isThere ? "\(DemoModel.name)-\(demo.rawValue).spin" : "\(demo.rawValue).spin")
  }

  /// The run, opened or made.
  ///
  /// - Parameters:
  ///   - report: called often while it is made.
  ///   - note: takes lines for the user.
  /// - Returns: the run.
  /// - Throws: `Failure` if it can neither be opened nor made.
  func open(
    report: (WorkProgress) -> Void, note: @escaping (String) -> Void
  ) throws(Failure) -> Run {
    let built = model.isThere ? try model.unpack() : nil
    if FileManager.default.fileExists(atPath: folder.path) {
      do {
        let run = try Run(folder: folder)
        // After an update the model may be another; its neurons would not be those of the run.
        guard let built, run.info.model.sha256 != (try LoadedModel.weightsSum(built)) else {
          return run
        }
        note("The built-in model has changed; its run is made anew.")
      } catch {
        // Ours to remake: it may be damaged, or written by another version.
        note("spinscope: \(shown(explained(error))); it is made anew")
      }
      try? FileManager.default.removeItem(at: folder)
    }
    return try make(built, report: report, note: note)
  }

  private func explained(_ error: any Error) -> String {
    (error as? Failure)?.message ?? (error as? RunError)?.description ?? error.systemReason
  }

  private func make(
    _ built: URL?, report: (WorkProgress) -> Void, note: @escaping (String) -> Void
  ) throws(Failure) -> Run {
    do {
      try FileManager.default.createDirectory(
        at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw Failure(
        .failed,
        "\(folder.deletingLastPathComponent().path): cannot be made; set XDG_DATA_HOME to a folder "
          + "of yours")
    }
    let (source, texts) = try texts()
    let name = built == nil ? KnownModel.all[0].name : DemoModel.name
    let folder: URL
    if let built {
      folder = built
    } else {
      note("This spinscope was built without its model; the demo takes MiniLM, fetched once.")
      folder = try FetchReport().fetch(name)
    }
    note(
      "First start: \(name) reads the \(grouped(texts.texts.count)) built-in \(demo.rawValue), and "
        + "SPIN is fitted; this is done once.")
    var maker = RunMaker(
      folder: folder, modelName: name, dataName: demo.rawValue, source: source, data: texts,
      output: self.folder)
    if built != nil {
      // A first start should take seconds: the last word alone says least, and the model with
      // random weights would read all texts once more. `spinscope fit demo` does both.
      maker.poolings = [.max, .mean]
      maker.isHeldAgainstUntrained = false
    }
    return try maker.make(report: report)
  }

  /// The texts that ship with the program, in the splits that they name.
  private func texts() throws(Failure) -> (DataSource, DataSet) {
    let source = DataSource(files: ["\(demo.rawValue).csv"])
    let data = try explaining {
      try source.read(csv, named: "the built-in \(demo.rawValue)")
    }
    return (source, data)
  }
}
