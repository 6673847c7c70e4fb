import Foundation
import Fuzzing
import Glibc

/// Programs that are killed, and what they leave.
enum Killing {
  private static let environment = ProcessInfo.processInfo.environment

  /// How often each test kills: a few times, or as often as `SPINSCOPE_KILLS` says.
  static let count = environment["SPINSCOPE_KILLS"].flatMap { Int($0) } ?? 20

  /// Runs the program until it ends, `limit` is over or `isDue`; then it is killed.
  ///
  /// - Returns: its exit code; nil if it was killed.
  static func run(
    _ arguments: [String], environment more: [String: String] = [:], limit: Duration,
    isDue: () -> Bool = { false }
  ) throws -> Int32? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = arguments
    process.currentDirectoryURL = Program.root
    process.environment = environment.merging(more) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let deadline = ContinuousClock.now + limit
    try process.run()
    var isKilled = false
    while process.isRunning, !isKilled {
      if ContinuousClock.now >= deadline || isDue() {
        kill(process.processIdentifier, SIGKILL)
        isKilled = true
      }
      usleep(200)
    }
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal ? nil : process.terminationStatus
  }

  /// The files below a folder by their paths, but for those that no two fits have alike.
  static func files(_ folder: URL) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      let url = folder.appendingPathComponent(path)
      guard !url.hasDirectoryPath, let bytes = FileManager.default.contents(atPath: url.path),
        path != "timings.json"
      else { continue }
      // The sums name the times, which are measured.
      let lines = bytes.split(separator: UInt8(ascii: "\n"))
      files[path] =
        path != "SHA256SUMS"
        ? bytes
        : Data(
          lines.filter { !String(decoding: $0, as: UTF8.self).contains("timings.json") }
            .dropLast().joined(separator: [10]))
    }
    return files
  }

  /// Some texts of two classes, as a file.
  static func texts(_ count: Int, in folder: URL) throws -> URL {
    let rows = (0..<count).map { "\"text \($0) \($0 % 2 == 0 ? "aaa" : "zzz") film\",\($0 % 2)" }
    let file = folder.appendingPathComponent("texts.csv")
    try Data(("text,label\n" + rows.joined(separator: "\n")).utf8).write(to: file)
    return file
  }

  /// The arguments of a fit that takes a second or so.
  static func fit(_ texts: URL, _ output: URL) -> [String] {
    [
      "fit", "Tests/Fixtures/models/tiny-bert", texts.path, "-o", output.path, "--poolings", "mean",
      "--eta", "0.5", "--stability", "1",
    ]
  }
}

extension Duration {
  /// A random part of this.
  func part(_ random: inout some RandomNumberGenerator) -> Duration {
    self * Double.random(in: 0...1, using: &random)
  }
}
