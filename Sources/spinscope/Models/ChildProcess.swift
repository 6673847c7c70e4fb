import Foundation
import StrictJSON

/// Runs another program and waits for it.
enum ChildProcess {
  /// How a program ended.
  struct Status {
    var code: Int32
    var errors: String

    /// The last line that it wrote to standard error under its own name, or at all, or its exit code.
    func lastError(of program: String) -> String {
      let lines = errors.split(separator: "\n").map(String.init)
      return lines.last { $0.hasPrefix("\(program): ") } ?? lines.last ?? "exit code \(code)"
    }
  }

  /// Runs `program`, found on the path, and calls `tick` five times a second until it ends.
  ///
  /// - Throws: `Failure` if there is no such program.
  static func run(
    _ program: String, _ arguments: [String], environment extra: [String: String] = [:],
    tick: () -> Void = {}
  ) throws(Failure) -> Status {
    try run(program, arguments, environment: extra, output: FileHandle.nullDevice) { process in
      while process.isRunning {
        tick()
        Thread.sleep(forTimeInterval: 0.2)
      }
    }
  }

  /// Runs `program` with `input`, some kilobytes at most, and hands over what it writes to standard
  /// output as it comes.
  ///
  /// What becomes files is written here and not there: a program that outlives us, because we were
  /// killed, has nobody who reads it, and harms no file. `take` returns `false` to end it.
  static func run(
    _ program: String, _ arguments: [String], input: Data, take: (Data) -> Bool
  ) throws(Failure) -> Status {
    let (given, written) = (Pipe(), Pipe())
    // It fits into the pipe, which is ours until the program has it.
    try? given.fileHandleForWriting.write(contentsOf: input)
    try? given.fileHandleForWriting.close()
    return try run(program, arguments, input: given, output: written) { process in
      while case let bytes = written.fileHandleForReading.availableData, !bytes.isEmpty {
        guard take(bytes) else {
          process.terminate()
          break
        }
      }
    }
  }

  private static func run(
    _ program: String, _ arguments: [String], environment extra: [String: String] = [:],
    input: Any = FileHandle.nullDevice, output: Any, _ watch: (Process) -> Void
  ) throws(Failure) -> Status {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(extra) { $1 }
    process.standardInput = input
    process.standardOutput = output
    let log = Self.log()
    process.standardError = log ?? FileHandle.nullDevice
    do { try process.run() } catch {
      throw Failure(.failed, "\(program) cannot be run: \(error.systemReason)")
    }
    watch(process)
    process.waitUntilExit()
    guard process.terminationStatus != 127 else {
      throw Failure(.failed, "\(program) is not installed here; install it and try again")
    }
    try? log?.seek(toOffset: 0)
    let errors = (try? log?.readToEnd()) ?? Data()
    return Status(code: process.terminationStatus, errors: String(decoding: errors, as: UTF8.self))
  }

  /// A file without a name.
  ///
  /// A pipe that nobody reads would fill up and stop the program.
  private static func log() -> FileHandle? {
    let log = FileManager.default.temporaryDirectory
      .appendingPathComponent("spinscope-\(UUID().uuidString).log")
    defer { try? FileManager.default.removeItem(at: log) }
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    return FileHandle(forUpdatingAtPath: log.path)
  }
}
