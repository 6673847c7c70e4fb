import Foundation
import Probing
import Testing

@testable import spinscope

@Suite("The demo needs nothing but the program")
struct DemoTests {
  /// A model of the fixtures as if the program carried it.
  private func files(
    _ model: String = "tiny-bert", changing changed: String? = nil
  ) throws -> [DemoFile] {
    let folder = TinyRun.fixtures.appendingPathComponent("models/\(model)")
    let names = ["config.json", "vocab.txt", "tokenizer_config.json", "model.safetensors"]
    return try names.map { name in
      var bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
      // The last weight: the file stays one that can be read.
      if name == changed { bytes[bytes.count - 2] ^= 1 }
      return DemoFile(
        name: name, size: bytes.count,
        write: { [bytes] in
          let handle = FileHandle(fileDescriptor: $0)
          return (try? handle.write(contentsOf: Data(bytes))) == nil ? 5 : 0
        },
        equals: { [bytes] in
          (try? FileHandle(fileDescriptor: $0).readToEnd()).map { [UInt8]($0) } == bytes
        })
    }
  }

  private func environment(_ home: URL) -> [String: String] {
    ["HOME": home.path, "XDG_DATA_HOME": home.appendingPathComponent("data").path]
  }

  @Test("the model is unpacked whole, once, and mended where a file is damaged")
  func unpacking() throws {
    let home = try scratch()
    let model = DemoModel(files: try files(), environment: environment(home))
    let folder = try model.unpack()
    #expect(folder.path == home.path + "/data/spinscope/models/demo")
    _ = try LoadedModel(folder: folder)
    let weights = folder.appendingPathComponent("model.safetensors")
    let made = try FileManager.default.attributesOfItem(atPath: weights.path)[.systemFileNumber]
    _ = try model.unpack()
    let kept = try FileManager.default.attributesOfItem(atPath: weights.path)[.systemFileNumber]
    #expect(made as? NSNumber == kept as? NSNumber)
    try Data("{}".utf8).write(to: folder.appendingPathComponent("config.json"))
    _ = try LoadedModel(folder: try model.unpack())
    let left = try FileManager.default.contentsOfDirectory(
      atPath: folder.deletingLastPathComponent().path)
    #expect(left == ["demo"])
  }

  @Test("a program that was built without the model says so, and the demo's run has another name")
  func without() throws {
    let home = try scratch()
    let none = try files().filter { $0.name != "model.safetensors" }
    let model = DemoModel(files: none, environment: environment(home))
    #expect(!model.isThere)
    #expect(throws: Failure.self) { try model.unpack() }
    let run = DemoRun(.reviews, environment: environment(home), files: none)
    #expect(run.folder.lastPathComponent == "reviews.spin")
  }

  @Test("the first start makes the run, the second opens it, another model makes another")
  func run() throws {
    let home = try scratch()
    let some = try SeveralClasses.questions()
    var (phases, notes) = (Set<String>(), [String]())
    func open(_ files: [DemoFile]) throws -> Run {
      (phases, notes) = ([], [])
      return try DemoRun(.questions, environment: environment(home), files: files, csv: some)
        .open(report: { phases.insert($0.phase) }, note: { notes.append($0) })
    }
    let made = try open(try files())
    #expect(made.info.model.name == "demo" && made.info.data.classes.count == 6)
    #expect(phases.contains("fitting probes") && notes.count == 1)
    let opened = try open(try files())
    #expect(phases.isEmpty && notes.isEmpty)
    #expect(opened.scores == made.scores)
    let other = try open(try files(changing: "model.safetensors"))
    #expect(notes.first?.contains("has changed") == true && phases.contains("fitting probes"))
    #expect(other.info.model.sha256 != made.info.model.sha256)
  }

  @Test("demo is a model's name everywhere, if it is built in")
  func name() throws {
    let home = try scratch()
    let fetched = try spinscopeTests.run(["fetch", "demo"], environment: environment(home))
    guard DemoModel(environment: [:]).isThere else {
      #expect(fetched.code == 4 && fetched.errors.contains("built without its model"))
      return
    }
    #expect(fetched.code == 0 && fetched.output.hasSuffix("/models/demo\n"))
    let tokenized = try spinscopeTests.run(
      ["tokenize", "demo", "It works."], environment: environment(home))
    #expect(tokenized.code == 0)
  }
}
