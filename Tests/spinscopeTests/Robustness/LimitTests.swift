import Foundation
import Fuzzing
import Testing

@testable import spinscope

@Suite("Limits of the shell, as ulimit sets them", .serialized)
struct LimitTests {
  /// Counts commands that work under a limit, and such that say in a line what is missing; any other end
  /// is an issue.
  private func tries(
    _ limit: String, _ values: StrideThrough<Int>, _ arguments: [String], showing text: String
  ) throws -> (work: Int, refuse: Int) {
    var (work, refuse) = (0, 0)
    for value in values {
      let script = "ulimit \(limit) \(value) && exec timeout 60 \"$0\" \"$@\""
      let result = try shell(script, arguments)
      // Below some size the system cannot even load it.
      if result.code == 127 { continue }
      let lines = result.errors.split(separator: "\n")
      let isRefused =
        [1, 2, 4].contains(result.code) && lines.count == 1 && lines[0].hasPrefix("spinscope: ")
        && !lines[0].contains("error")
      let hasWorked = result.code == 0 && result.output.contains(text) && lines.isEmpty
      #expect(isRefused || hasWorked, "ulimit \(limit) \(value): \(result)")
      work += hasWorked ? 1 : 0
      refuse += isRefused ? 1 : 0
    }
    Figures.add("starts under limits of addresses and of open files", work + refuse)
    return (work, refuse)
  }

  @Test("addresses: it works, or says what is missing; it neither waits for ever nor breaks")
  func addresses() throws {
    let tries = try tries(
      "-v", stride(from: 100_000, through: 600_000, by: 20_000),
      ["classify", TinyRun.folder.path, "a good film"], showing: "a good film")
    #expect(tries.work > 5 && tries.refuse > 0)
  }

  @Test("open files: it works, or says how many are missing")
  func files() throws {
    let run = TinyRun.folder.path
    for command in [["classify", run, "a good film"], ["inspect", run], ["report", run]] {
      let tries = try tries(
        "-n", stride(from: 4, through: 604, by: 20), command,
        showing: command[0] == "classify" ? "a good film" : "tiny-bert")
      #expect(tries.work > 5 && tries.refuse > 0, "\(command[0]): \(tries)")
    }
  }

  @Test("open files, for the explorer: it draws, or leaves the terminal alone and says a line")
  func explorerFiles() throws {
    var (work, refuse) = (0, 0)
    // Files that tests beside this one have open may count.
    for count in stride(from: 14, through: 614, by: 30) {
      let terminal = try PseudoTerminal(
        "/bin/sh",
        ["-c", "ulimit -n \(count) && exec \"$0\" \"$1\"", Program.path, TinyRun.folder.path],
        environment: plainEnvironment.merging(["COLORTERM": "truecolor"]) { $1 })
      for _ in 0..<1_000 where !terminal.has("Probe accuracy") && !terminal.has("spinscope: ") {
        terminal.drain(milliseconds: 10)
      }
      let isDrawn = terminal.has("Probe accuracy")
      terminal.type(isDrawn ? "q" : "")
      #expect(terminal.end().map { isDrawn ? $0 == 0 : [1, 3].contains($0) } == true, "\(count)")
      let said = String(decoding: terminal.output, as: UTF8.self)
      #expect(isDrawn || said.split(whereSeparator: \.isNewline).count == 1, "\(count): \(said)")
      #expect(terminal.modes == .fresh && terminal.hasItsModes)
      work += isDrawn ? 1 : 0
      refuse += isDrawn ? 0 : 1
    }
    #expect(work > 5 && refuse > 0)
  }

  @Test("what is missing is said with both numbers")
  func words() throws {
    try requireRoomForThreads(addresses: nil)
    let fault = #expect(throws: Failure.self) { try requireRoomForThreads(addresses: 20_000_000) }
    #expect(fault?.message.contains("leaves 20 MB of addresses, and") == true)
    let few = try shell("ulimit -n 20 && exec \"$0\" \"$@\"", ["inspect", TinyRun.folder.path])
    #expect(few.errors.contains("open files, and 32 are needed; raise it"))
  }
}
