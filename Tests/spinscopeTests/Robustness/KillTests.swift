import Foundation
import Fuzzing
import Glibc
import Tensors
import Testing

@testable import spinscope

/// `kill -9`, at moments that are drawn by a seed, and on sight of the files that are written last.
@Suite("Work that is killed goes on", .serialized)
struct KillTests {
  private var random = SplitMix64(seed: 1)

  /// What a fit has done that the next must not do again: probes and heads, and batches of texts.
  private struct Done {
    var units: [String: UInt64] = [:]
    var batches: Set<Substring> = []

    init() {}

    init(_ partial: URL) {
      let units = partial.appendingPathComponent("units")
      for path in (try? FileManager.default.subpathsOfDirectory(atPath: units.path)) ?? [] {
        let url = units.appendingPathComponent(path)
        let facts = try? FileManager.default.attributesOfItem(atPath: url.path)
        // A name with a hyphen and digits in it is a file that was not whole yet.
        guard facts?[.type] as? FileAttributeType == .typeRegular, !path.contains(".dat") else {
          continue
        }
        self.units[path] = (facts?[.systemFileNumber] as? NSNumber)?.uint64Value
      }
      let ledger = partial.appendingPathComponent("features/\(BatchLedger.name)")
      let lines = (try? String(contentsOf: ledger, encoding: .utf8))?.split(separator: "\n") ?? []
      batches = Set(lines.dropFirst().filter { $0.hasSuffix(".") })
    }

    func isKept(in later: Done) -> Bool {
      batches.isSubset(of: later.batches) && units.allSatisfy { later.units[$0] == $1 }
    }
  }

  @Test("a fit, to the same bytes, and nothing is lost but what was in hand")
  mutating func fit() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let texts = try Killing.texts(80, in: folder)
    let whole = folder.appendingPathComponent("whole.spin")
    let started = ContinuousClock.now
    #expect(try Killing.run(Killing.fit(texts, whole), limit: .seconds(120)) == 0)
    let time = ContinuousClock.now - started
    let expected = try Killing.files(whole)
    var kills = 0
    var fits = 0
    let late = ["texts.jsonl", "head.safetensors", "neurons.jsonl", "run.json", "SHA256SUMS"]
    while kills < Killing.count {
      let output = folder.appendingPathComponent("\(fits).spin")
      let partial = OutputFolder(url: output).partial
      var done = Done()
      while !FileManager.default.fileExists(atPath: output.path) {
        // Every fourth is let go on until it has almost everything.
        let isLate = kills % 4 == 3
        let file = partial.appendingPathComponent(late[kills / 4 % late.count]).path
        let pause = UInt32.random(in: 0...3_000, using: &random)
        let limit = kills >= Killing.count || isLate ? .seconds(120) : time.part(&random)
        let code = try Killing.run(Killing.fit(texts, output), limit: limit) {
          guard isLate, FileManager.default.fileExists(atPath: file) else { return false }
          usleep(pause)
          return true
        }
        guard code == nil else {
          #expect(code == 0)
          break
        }
        kills += 1
        guard !FileManager.default.fileExists(atPath: output.path) else { break }
        let now = Done(partial)
        #expect(done.isKept(in: now), "after \(kills) kills")
        done = now
      }
      if FileManager.default.fileExists(atPath: output.appendingPathComponent("units").path) {
        // Killed between its last two steps: the same command tidies up, and says that it is done.
        #expect(try Killing.run(Killing.fit(texts, output), limit: .seconds(60)) == 1)
      }
      #expect(try Killing.files(output) == expected, "fit \(fits)")
      fits += 1
      try? FileManager.default.removeItem(at: output)
    }
    Figures.add("kills of a fit survived", kills)
    Figures.add("fits that were killed, each with the bytes of an unbroken one", fits)
  }

  @Test("a fetch, and no file has its name before it is whole")
  mutating func fetch() throws {
    let (server, home) = (try HubServer(HubTests.files()), try scratch())
    defer {
      server.stop()
      try? FileManager.default.removeItem(at: home)
    }
    server.behave { $0.pause = 2_000 }
    let environment = [
      "HF_ENDPOINT": server.endpoint + "/", "HF_HOME": home.path, "HOME": home.path,
    ]
    let snapshot = home.appendingPathComponent(
      "hub/models--org--tiny/snapshots/\(HubServer.commit)")
    func check() {
      for (name, bytes) in server.files {
        let there = FileManager.default.contents(
          atPath: snapshot.appendingPathComponent(name).path)
        #expect(there == nil || there == bytes, "\(name)")
      }
    }
    for _ in 0..<Killing.count {
      let limit = Duration.milliseconds(250).part(&random)
      let code = try Killing.run(["fetch", "org/tiny"], environment: environment, limit: limit)
      check()
      Figures.add("kills of a fetch survived", code == nil ? 1 : 0)
      if code == 0 { try FileManager.default.removeItem(at: home.appendingPathComponent("hub")) }
    }
    let code = try Killing.run(
      ["fetch", "org/tiny"], environment: environment, limit: .seconds(60))
    #expect(code == 0)
    check()
    #expect(FileManager.default.fileExists(atPath: snapshot.path))
  }

  @Test("a report: the old file or the new, the whole folder or none")
  mutating func report() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (file, all) = (folder.appendingPathComponent("r.md"), folder.appendingPathComponent("all"))
    let run = TinyRun.folder.path
    let started = ContinuousClock.now
    #expect(
      try Killing.run(["report", run, "-o", all.path], limit: .seconds(60)) == 0)
    let time = ContinuousClock.now - started
    let expected = try Killing.files(all)
    let markdown = try spinscopeTests.run(["report", run]).output
    for round in 0..<Killing.count {
      try? FileManager.default.removeItem(at: all)
      try Data("old".utf8).write(to: file)
      let arguments =
        round % 2 == 0
        ? ["report", run, "-o", all.path]
        : ["report", run, "--format", "markdown", "-o", file.path]
      let code = try Killing.run(arguments, limit: time.part(&random))
      Figures.add("kills of a report survived", code == nil ? 1 : 0)
      #expect(
        try !FileManager.default.fileExists(atPath: all.path) || Killing.files(all) == expected)
      #expect(["old", markdown].contains(try String(contentsOf: file, encoding: .utf8)))
    }
    try? FileManager.default.removeItem(at: all)
    #expect(try Killing.run(["report", run, "-o", all.path], limit: .seconds(60)) == 0)
    #expect(try Killing.files(all) == expected)
  }

  @Test("the explorer while it keeps where it was left: the old place or the new")
  mutating func session() throws {
    let state = try scratch()
    defer { try? FileManager.default.removeItem(at: state) }
    let sessions = state.appendingPathComponent("spinscope/sessions")
    for _ in 0..<max(4, Killing.count / 5) {
      let terminal = try explorer(["XDG_STATE_HOME": state.path])
      #expect(terminal.wait(for: "¹"))
      terminal.type(["1", "2", "3"].randomElement(using: &random) ?? "1")
      terminal.drain(milliseconds: 30)
      terminal.type("q")
      usleep(UInt32.random(in: 0...12_000, using: &random))
      kill(terminal.process, SIGKILL)
      _ = terminal.end()
      let names = (try? FileManager.default.contentsOfDirectory(atPath: sessions.path)) ?? []
      for name in names where name.hasSuffix(".session") {
        let bytes = try Data(contentsOf: sessions.appendingPathComponent(name))
        #expect(Session(kept: bytes) != nil)
      }
      Figures.add("kills of a session survived")
    }
  }
}
