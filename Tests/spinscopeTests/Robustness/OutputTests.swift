import Foundation
import Glibc
import Testing

@Suite("What -o leads to is written, and nothing else is put in its place", .serialized)
struct OutputTests {
  private static let run = TinyRun.folder.path

  private func type(_ url: URL) throws -> FileAttributeType? {
    try FileManager.default.attributesOfItem(atPath: url.path)[.type] as? FileAttributeType
  }

  /// The bytes of a report, from a file of its own.
  private func expected(_ folder: URL) throws -> Data {
    let file = folder.appendingPathComponent("plain.json")
    let result = try spinscopeTests.run(["report", Self.run, "--format", "json", "-o", file.path])
    #expect(result.code == 0)
    return try Data(contentsOf: file)
  }

  @Test("a link stays one, and its target is written, there or not")
  func links() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let bytes = try expected(folder)
    for isThere in [true, false] {
      let target = folder.appendingPathComponent("target-\(isThere)")
      let link = folder.appendingPathComponent("link-\(isThere)")
      if isThere { try Data("old".utf8).write(to: target) }
      try FileManager.default.createSymbolicLink(
        atPath: link.path, withDestinationPath: target.lastPathComponent)
      let result = try spinscopeTests.run(["report", Self.run, "--format", "json", "-o", link.path])
      #expect(result.code == 0)
      #expect(try type(link) == .typeSymbolicLink)
      #expect(try Data(contentsOf: target) == bytes)
    }
  }

  @Test("a pipe gets the bytes and stays one", arguments: ["report", "trace"])
  func pipes(command: String) throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (pipe, copy) = (folder.appendingPathComponent("p"), folder.appendingPathComponent("copy"))
    #expect(mkfifo(pipe.path, 0o600) == 0)
    let arguments =
      command == "report"
      ? ["report", Self.run, "--format", "json"]
      : ["trace", "Tests/Fixtures/models/tiny-bert", "a good film"]
    let file = folder.appendingPathComponent("plain")
    #expect(try spinscopeTests.run(arguments + ["-o", file.path]).code == 0)
    let reader = "timeout 30 cat '\(pipe.path)' > '\(copy.path)' &"
    let both = "\(reader) \"$0\" \"$@\"; a=$?; wait; exit $a"
    #expect(try shell(both, arguments + ["-o", pipe.path]).code == 0)
    #expect(try type(pipe) != .typeRegular)
    #expect(try Data(contentsOf: copy) == Data(contentsOf: file))
  }

  @Test("an open file of the process, as /dev/stdout is")
  func descriptors() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let result = try shell(
      "\"$0\" \"$@\" | cat",
      ["report", Self.run, "--format", "json", "-o", "/proc/self/fd/1"])
    #expect(result.output == String(decoding: try expected(folder), as: UTF8.self))
  }

  @Test("what cannot be written is said in the system's words")
  func refused() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let places = [
      ("/nowhere/at/all", "No such file or directory"), (folder.path, "Is a directory"),
      ("/proc/nothing", "No such file or directory"),
    ]
    let trace = ["trace", "Tests/Fixtures/models/tiny-bert", "a"]
    for (path, words) in places {
      for arguments in [["report", Self.run, "--format", "json"], trace]
      where path != folder.path || arguments == trace {
        let result = try spinscopeTests.run(arguments + ["-o", path])
        #expect(result.code == 1 && result.errors.contains(words), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1)
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("Ctrl-\\ ends a command at once")
  func quit() throws {
    let script = "cd \"$0\" && echo up && exec \"$@\""
    let terminal = try PseudoTerminal(
      "/bin/sh", ["-c", script, Program.root.path, Program.path, "classify", Self.run, "-"],
      environment: plainEnvironment.merging(["SWIFT_BACKTRACE": "enable=yes"]) { $1 })
    #expect(terminal.wait(for: "up"))
    terminal.drain(milliseconds: 400)
    terminal.type("\u{1C}")
    #expect(terminal.end() == 128 + SIGQUIT)
    #expect(!terminal.has("crash"))
  }
}
