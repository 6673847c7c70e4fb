import Foundation
import Fuzzing
import Terminal
import Testing

@testable import spinscope

@Suite("Whatever stands in the user's own files, and is typed at the prompts")
struct ParserFuzzTests {
  private func expectDrawn(_ state: ExplorerState, _ what: String) {
    for size in [Size(columns: 80, rows: 24), Size(columns: 1, rows: 1)] {
      #expect(ExplorerView(state: state).frame(size: size).canvas.size == size, "\(what)")
    }
  }

  @Test("any keymap and any settings: what is not understood is a warning")
  func keymap() throws {
    let corpus = [
      Keymap.toml, "\"eta.more\" = \")\"\n\"quit\" = [\"x\", \"<C-q>\"]\n", "quit = 5\n",
    ]
    var fuzzer = Fuzzer("keymap.toml", corpus: corpus.map { Array($0.utf8) }, rounds: 150)
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = folder.appendingPathComponent("spinscope")
    try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
    try fuzzer.run { bytes in
      for name in ["keymap.toml", "config.toml"] {
        try Data(bytes).write(to: files.appendingPathComponent(name))
      }
      let settings = Settings(environment: ["XDG_CONFIG_HOME": folder.path])
      for warning in settings.warnings { #expect(shown(warning) == warning) }
      #expect(settings.keymap.rows.count == ActionTable.rows.count)
    }
  }

  @Test("any session: the run opens where it was left, or afresh")
  func sessions() throws {
    let state = try TinyRun.state("3jj")
    let session = Session(place: state.place, look: state.look)
    let whole = Array(try #require(session.kept))
    var fuzzer = Fuzzer("session", corpus: [whole], rounds: 1_000)
    try fuzzer.run { bytes in
      let read = Session(kept: Data(bytes))
      #expect(read == (bytes == whole ? session : nil))
    }
    var fresh = try TinyRun.state()
    fresh.resume(session)
    expectDrawn(fresh, "the session as it was")
  }

  @Test("any line at the prompt")
  func prompts() throws {
    let state = try TinyRun.state()
    let corpus = [
      "A1.20", "layer/A1.20/mean/eta=0.4", "eta 0.4", "say a film", "filter w>0.1 kept rank<=5",
      "theme paper", "for:positive |w|>=0,5 share<3", "text=3/map/H0",
    ]
    var fuzzer = Fuzzer("prompt.txt", corpus: corpus.map { Array($0.utf8) }, rounds: 600)
    try fuzzer.run { bytes in
      let line = String(decoding: bytes.prefix(400), as: UTF8.self)
      for choice in CommandLine.choices(line, in: state).prefix(1) {
        var changed = state
        _ = changed.update(choice.action)
        expectDrawn(changed, line)
      }
      _ = NeuronFilter(line)?.ranks(0, in: state)
    }
  }
}
