import Foundation
import Testing

@testable import Probing

@Suite("A run on disk")
struct RunTests {
  static let files = [
    "run.json", "texts.jsonl", "probes.json", "probes.safetensors", "head.json", "head.safetensors",
    "scores.json", "neurons.jsonl", "logits.jsonl",
  ]

  private func files(_ folder: TemporaryFolder) throws -> [Data] {
    try Self.files.map { try Data(contentsOf: folder[$0]) }
  }

  @Test("is read back as it was written", arguments: ["max", "first", "three"])
  func roundTrip(name: String) throws {
    let (run, folder) = (try Tiny.run(name), try TemporaryFolder())
    try run.write(to: folder.url)
    let read = try Run(folder: folder.url)
    #expect(read.info == run.info && read.texts == run.texts && read.scores == run.scores)
    #expect(read.logits == run.logits)
    #expect(read.probes.map(\.key) == run.probes.map(\.key))
    #expect(read.probes.map(\.fitted) == run.probes.map(\.fitted))
    #expect(read.probes.map(\.validation) == run.probes.map(\.validation))
    #expect(read.exits.count == run.exits.count)
    for (a, b) in zip(read.exits, run.exits) {
      #expect(a.neurons == b.neurons && a.fitted == b.fitted && a.validation == b.validation)
      #expect(a.depth == b.depth && a.selection == b.selection)
      #expect(a.source == b.source && a.pooling == b.pooling)
    }
  }

  @Test("two writes give the same bytes, and so does writing what was read")
  func sameBytes() throws {
    let folders = try (0..<3).map { _ in try TemporaryFolder() }
    try Tiny.run("max").write(to: folders[0].url)
    try Tiny.run("max").write(to: folders[1].url)
    try Run(folder: folders[0].url).write(to: folders[2].url)
    #expect(try files(folders[0]) == files(folders[1]))
    #expect(try files(folders[0]) == files(folders[2]))
    let names = try FileManager.default.contentsOfDirectory(atPath: folders[0].url.path)
    #expect(names.sorted() == (Self.files + [RunSums.name]).sorted())
  }

  @Test("texts keep every character")
  func texts() throws {
    var run = try Tiny.run("max")
    let folder = try TemporaryFolder()
    run.texts[0].text = "line\nend, \"quote\", \u{2028} \u{0} \\ / é e\u{301} \u{202E} 🙂"
    run.info.data.sha256 = SHA256.of(Run.lines(run.texts))
    try run.write(to: folder.url)
    let read = try Run(folder: folder.url).texts
    #expect(Array(read[0].text.utf8) == Array(run.texts[0].text.utf8))
    #expect(read == run.texts)
  }

  @Test("its facts are those of the fit")
  func facts() throws {
    let run = try Tiny.run("max")
    #expect(run.info.schema == RunInfo.currentSchema)
    #expect(run.info.data.counts == ["train": 45, "validation": 15, "test": 15])
    #expect(run.info.data.sha256 == SHA256.of(Run.lines(run.texts)))
    #expect(run.info.chosen.neurons == run.head.neurons.count)
    #expect(run.info.chosen.c == run.head.fitted.c)
    #expect(run.info.chosen.tried == (3 * 2 + run.exits.count) * ClassifierPath.multiples.count)
    #expect(run.scores.grid.count == 6 && run.scores.testReadings == 1)
    #expect(run.probes(.hidden, .max).map(\.key.layer) == [0, 1, 2, 3])
    #expect(run.probes(.activation, .max).map(\.key.layer) == [0, 1, 2])
    #expect(run.probes(.activation, .mean).isEmpty)
  }

  @Test("its logits are the head's, and give the scores again", arguments: ["max", "three"])
  func logits(name: String) throws {
    let run = try Tiny.run(name)
    let temperature = run.scores.temperature.value
    #expect(run.evaluation(of: .test, temperature: temperature) == run.scores.testEvaluation)
    #expect(run.evaluation(of: .validation, temperature: temperature) == run.scores.validation)
    let explainer = try Explainer(run: run, model: Tiny.model(), tokenizer: Tiny.tokenizer())
    for (index, answer) in explainer.classify(run.texts.map(\.text), workers: 2).enumerated() {
      // A temperature below 1 makes more of the rounding in logits.
      #expect(
        largestDifference(run.probabilities(ofText: index), answer.probabilities)
          < 1e-5 * max(1, 1 / temperature))
    }
  }

  @Test("its configurations are the grid and the winner's other depths, each once")
  func configurations() throws {
    let run = try Tiny.run("max")
    let places = run.configurations.map {
      HeadPlan(
        stacks: run.info.stacks, source: $0.source, pooling: $0.pooling, selection: $0.selection,
        depth: $0.depth)
    }
    #expect(Array(run.configurations.prefix(run.scores.grid.count)) == run.scores.grid)
    #expect(Set(places).count == places.count)
    for exit in run.exits { #expect(run.configurations.contains(Scores.GridPoint(exit))) }
  }

  @Test("a folder that is not there cannot be written, and is named")
  func unwritable() throws {
    let folder = try TemporaryFolder()["none"]
    let fault = try #require(throws: RunError.self) { try Tiny.run("max").write(to: folder) }
    #expect(fault.path == folder.path)
  }
}
