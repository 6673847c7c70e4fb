import Foundation
import Testing

/// The executable that stands beside the tests.
///
/// `SPINSCOPE_PROGRAM` names another, such as a release build.
enum Program {
  /// The folder of what was built with the tests.
  static let beside = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent().path
  static let path =
    ProcessInfo.processInfo.environment["SPINSCOPE_PROGRAM"] ?? "\(beside)/spinscope"
  /// Where it is started: the package.
  static let root = TinyRun.fixtures.deletingLastPathComponent().deletingLastPathComponent()

  struct Result {
    var code: Int32
    var output: String
    var errors: String

    var lines: [Substring] { output.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The lines of the output as JSON objects.
    func objects() throws -> [[String: Any]] {
      try output.split(separator: "\n").map { line in
        try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      }
    }
  }
}

/// What the program does with some arguments; `environment` adds to ours.
func run(
  _ arguments: [String], input: String = "", environment: [String: String] = [:]
) throws -> Program.Result {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: Program.path)
  process.arguments = arguments
  process.currentDirectoryURL = Program.root
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
  process.standardInput = stdin
  process.standardOutput = stdout
  process.standardError = stderr
  try process.run()
  stdin.fileHandleForWriting.write(Data(input.utf8))
  try stdin.fileHandleForWriting.close()
  let output = stdout.fileHandleForReading.readDataToEndOfFile()
  let errors = stderr.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return Program.Result(
    code: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
    errors: String(decoding: errors, as: UTF8.self))
}

/// What a script of `sh` says, in which `$0` is the program; its code is -1 where a signal ended it.
func shell(_ script: String, _ arguments: [String]) throws -> Program.Result {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = ["-c", script, Program.path] + arguments
  process.currentDirectoryURL = Program.root
  let (output, errors) = (Pipe(), Pipe())
  process.standardOutput = output
  process.standardError = errors
  try process.run()
  let said = output.fileHandleForReading.readDataToEndOfFile()
  let complained = errors.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return Program.Result(
    code: process.terminationReason == .exit ? process.terminationStatus : -1,
    output: String(decoding: said, as: UTF8.self),
    errors: String(decoding: complained, as: UTF8.self))
}

/// A new empty folder.
func scratch() throws -> URL {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("spinscope-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  return url
}

/// A folder of its own with the files of a model of the fixtures, some of them left out.
func copy(of model: String, without names: Set<String> = []) throws -> URL {
  let source = TinyRun.fixtures.appendingPathComponent(model)
  let copy = try scratch()
  for name in try FileManager.default.contentsOfDirectory(atPath: source.path)
  where !names.contains(name) {
    try Data(contentsOf: source.appendingPathComponent(name))
      .write(to: copy.appendingPathComponent(name))
  }
  return copy
}
