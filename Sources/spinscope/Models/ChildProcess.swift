import Foundation
import StrictJSON

/// Runs another program and waits for it.
enum ChildProcess {
  /// How a program ended.
  struct Status {
    var code: Int32
    var errors: String

    /// The last line that it wrote to standard error, or its exit code.
    var lastError: String {
      errors.split(separator: "\n").last.map(String.init) ?? "exit code \(code)"
    }
  }

  /// Runs `program`, found on the path, and calls `tick` five times a second until it ends.
  ///
  /// - Throws: `Failure` if there is no such program.
  static func run(
    _ program: String, _ arguments: [String], environment extra: [String: String] = [:],
    tick: () -> Void = {}
  ) throws(Failure) -> Status {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(extra) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    // A file, not a pipe: a pipe that nobody reads fills up and stops the program.
    let log = FileManager.default.temporaryDirectory
      .appendingPathComponent("spinscope-\(UUID().uuidString).log")
    defer { try? FileManager.default.removeItem(at: log) }
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    process.standardError = FileHandle(forWritingAtPath: log.path) ?? .nullDevice
    do { try process.run() } catch {
      throw Failure(.failed, "\(program) cannot be run: \(error.systemReason)")
    }
    while process.isRunning {
      tick()
      Thread.sleep(forTimeInterval: 0.2)
    }
    let errors = (try? Data(contentsOf: log)) ?? Data()
    return Status(code: process.terminationStatus, errors: String(decoding: errors, as: UTF8.self))
  }
}
