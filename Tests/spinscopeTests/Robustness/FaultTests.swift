import Foundation
import Fuzzing
import Glibc
import Testing

@testable import spinscope

/// Whether this process may mount file systems in a view of its own, to try a full disk.
private let canMount =
  (try? shell("unshare -m mount -t tmpfs none /mnt", []))?.code == 0

@Suite("Disks that fail, and others at work in the same place", .serialized)
struct FaultTests {
  /// The lines of a failure: one of ours, after the notes and results that came before it.
  private func expectOneLine(
    _ result: Program.Result, saying text: String = ": ",
    _ location: SourceLocation = #_sourceLocation
  ) {
    let ours = result.errors.split(separator: "\n").filter { $0.hasPrefix("spinscope: ") }
    #expect(ours.last?.contains(text) == true, "\(result.errors)", sourceLocation: location)
    #expect(!result.errors.contains("Fatal error"), sourceLocation: location)
    Figures.add("disk faults, each said in a line")
  }

  @Test("a file that may not grow is said in a line, and the fit goes on from what is kept")
  func limit() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let texts = try Killing.texts(80, in: folder)
    let whole = folder.appendingPathComponent("whole.spin")
    #expect(try Killing.run(Killing.fit(texts, whole), limit: .seconds(120)) == 0)
    for blocks in [0, 1, 4, 8, 16, 24] {
      let output = folder.appendingPathComponent("\(blocks).spin")
      let failed = try shell(
        "ulimit -f \(blocks); exec \"$0\" \"$@\"", Killing.fit(texts, output))
      #expect(failed.code == 1, "\(blocks): \(failed.errors)")
      expectOneLine(failed)
      #expect(!FileManager.default.fileExists(atPath: output.path))
      #expect(try Killing.run(Killing.fit(texts, output), limit: .seconds(120)) == 0)
      #expect(try Killing.files(output) == Killing.files(whole))
    }
  }

  @Test("a disk that is full", .enabled(if: canMount, "mounting needs root and unshare"))
  func full() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let texts = try Killing.texts(80, in: folder)
    let whole = folder.appendingPathComponent("whole.spin")
    #expect(try Killing.run(Killing.fit(texts, whole), limit: .seconds(120)) == 0)
    let disk = folder.appendingPathComponent("disk")
    try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
    for kilobytes in [4, 40, 110, 150, 200, 260] {
      let output = folder.appendingPathComponent("\(kilobytes).spin")
      let script = """
        unshare -m sh -c 'mount -t tmpfs -o size=\(kilobytes)k none "$DISK"; shift
          "$0" "$@" > /dev/null; echo "first $?"
          mount -o remount,size=50m "$DISK"; "$0" "$@" > /dev/null; echo "second $?"
          cp -r "$DISK/r.spin" "$COPY"' "$0" x "$@"
        """
      let arguments = Killing.fit(texts, disk.appendingPathComponent("r.spin"))
      setenv("DISK", disk.path, 1)
      setenv("COPY", output.path, 1)
      let result = try shell(script, arguments)
      let lines = result.output.split(separator: "\n")
      #expect(lines == ["first 1", "second 0"], "\(kilobytes) kB: \(result.errors)")
      expectOneLine(result)
      #expect(try Killing.files(output) == Killing.files(whole), "\(kilobytes) kB")
    }
  }

  @Test(
    "a folder that cannot be written", .enabled(if: canMount || getuid() != 0, "root may write"))
  func readOnly() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let texts = try Killing.texts(40, in: folder)
    let place = folder.appendingPathComponent("place")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let guarded =
      getuid() == 0
      ? "unshare -m sh -c 'mount -t tmpfs -o ro none \"$PLACE\"; exec \"$0\" \"$@\"' \"$0\" \"$@\""
      : "chmod 500 \"$PLACE\"; exec \"$0\" \"$@\""
    setenv("PLACE", place.path, 1)
    for arguments in [
      Killing.fit(texts, place.appendingPathComponent("r.spin")),
      ["report", TinyRun.folder.path, "-o", place.appendingPathComponent("all").path],
      ["report", TinyRun.folder.path, "--format", "json", "-o", "\(place.path)/r.json"],
      ["trace", "Tests/Fixtures/models/tiny-bert", "a", "-o", "\(place.path)/t.safetensors"],
    ] {
      let result = try shell(guarded, arguments)
      #expect(result.code == 1, "\(arguments[0]): \(result.errors)")
      expectOneLine(result, saying: "cannot be written")
    }
  }

  @Test("standard output on a full disk is a failure")
  func fullOutput() throws {
    let result = try shell("exec \"$0\" report \"$1\" > /dev/full", [TinyRun.folder.path])
    #expect(result.code == 1)
    expectOneLine(result, saying: "standard output cannot be written")
  }

  @Test("two fits, and two reports, of one name: one works, the other says so")
  func two() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let texts = try Killing.texts(80, in: folder)
    let whole = folder.appendingPathComponent("whole.spin")
    #expect(try Killing.run(Killing.fit(texts, whole), limit: .seconds(120)) == 0)
    let output = folder.appendingPathComponent("two.spin")
    let both = "\"$0\" \"$@\" & first=$!; \"$0\" \"$@\"; a=$?; wait $first; echo \"$a $?\""
    let fits = try shell(both, Killing.fit(texts, output))
    #expect(["0 1", "1 0"].contains(fits.output.split(separator: "\n").last))
    #expect(fits.errors.contains("works on this already"))
    #expect(try Killing.files(output) == Killing.files(whole))
    let all = folder.appendingPathComponent("all")
    for _ in 0..<5 {
      try? FileManager.default.removeItem(at: all)
      let reports = try shell(both, ["report", TinyRun.folder.path, "-o", all.path])
      #expect(["0 1", "1 0"].contains(reports.output.split(separator: "\n").last))
      #expect(try FileManager.default.contentsOfDirectory(atPath: all.path).count > 8)
    }
  }

  @Test("two explorers of one run, each of which comes back where the last was left")
  func explorers() throws {
    let state = try scratch()
    defer { try? FileManager.default.removeItem(at: state) }
    let terminals = try (0..<2).map { _ in try explorer(["XDG_STATE_HOME": state.path]) }
    for terminal in terminals { #expect(terminal.wait(for: "Probe accuracy")) }
    terminals[0].type("2")
    terminals[1].type("3")
    for terminal in terminals {
      terminal.drain(milliseconds: 50)
      terminal.type("q")
      #expect(terminal.end() == 0)
    }
    let again = try explorer(["XDG_STATE_HOME": state.path])
    #expect(again.wait(for: "³"))
    #expect(!again.has("Probe accuracy"))
    again.type("q")
    #expect(again.end() == 0)
  }
}
