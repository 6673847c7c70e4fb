import Foundation
import Testing
import Transformers

@testable import Probing

@Suite("A damaged run says which file, and never opens half")
struct RunFilesTests {
  /// A whole run of three classes, to be damaged; without sums, which would find that out first.
  private func written() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try Tiny.run("three").write(to: folder.url)
    try FileManager.default.removeItem(at: folder[RunSums.name])
    return folder
  }

  private func expectFault(
    _ folder: TemporaryFolder, in name: String, _ location: SourceLocation = #_sourceLocation
  ) {
    let fault = #expect(throws: RunError.self, sourceLocation: location) {
      try Run(folder: folder.url)
    }
    #expect(fault?.description.contains(name) == true, sourceLocation: location)
  }

  /// Replaces the first place of `old` in a text file.
  private func edit(
    _ name: String, _ old: String, _ new: String, _ location: SourceLocation = #_sourceLocation
  ) throws -> TemporaryFolder {
    let folder = try written()
    // One character a byte, so that tensors' bytes survive.
    var text = try String(contentsOf: folder[name], encoding: .isoLatin1)
    let range = try #require(text.range(of: old), sourceLocation: location)
    text.replaceSubrange(range, with: new)
    try #require(text.data(using: .isoLatin1)).write(to: folder[name])
    return folder
  }

  /// Changes one file's JSON.
  private func change(
    _ name: String, _ change: (inout [String: Any]) -> Void
  ) throws -> TemporaryFolder {
    let folder = try written()
    let data = try Data(contentsOf: folder[name])
    var json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    change(&json)
    try JSONSerialization.data(withJSONObject: json).write(to: folder[name])
    return folder
  }

  @Test("the run itself is whole")
  func whole() throws {
    let folder = try written()
    #expect(throws: Never.self) { try Run(folder: folder.url) }
  }

  @Test("a file is missing, empty, cut or a folder", arguments: RunTests.files)
  func files(name: String) throws {
    let folder = try written()
    let whole = try Data(contentsOf: folder[name])
    for count in [0, 1, 7, whole.count / 2, whole.count - 3] {
      try whole.prefix(count).write(to: folder[name])
      expectFault(folder, in: name)
    }
    try FileManager.default.removeItem(at: folder[name])
    expectFault(folder, in: name)
    try FileManager.default.createDirectory(at: folder[name], withIntermediateDirectories: true)
    expectFault(folder, in: name)
  }

  @Test("a byte of the texts is another")
  func texts() throws {
    expectFault(try edit("texts.jsonl", "good", "gold"), in: "texts.jsonl")
    expectFault(try edit("texts.jsonl", "\n", "\n\n"), in: "texts.jsonl")
  }

  @Test("the logits are not those of the texts")
  func logits() throws {
    expectFault(try edit("logits.jsonl", "\"id\":0", "\"id\":1"), in: "logits.jsonl")
    expectFault(try edit("logits.jsonl", "\"logits\":[", "\"logits\":[0.5,"), in: "logits.jsonl")
    expectFault(try edit("logits.jsonl", "\"logits\":[", "\"logits\":[1e999,"), in: "logits.jsonl")
  }

  @Test("the schema is another")
  func schema() throws {
    let folder = try edit("run.json", "\"schema\" : 3", "\"schema\" : 9")
    expectFault(folder, in: "schema 9, expected 3")
  }

  @Test("a folder without run.json is no run")
  func noRun() throws {
    expectFault(try TemporaryFolder(), in: "not a run: no run.json")
  }

  @Test("a tensor has another shape, or is not there")
  func tensors() throws {
    expectFault(
      try edit("probes.safetensors", "\"shape\":[3,37]", "\"shape\":[37,3]"),
      in: "probes.safetensors")
    expectFault(
      try edit("probes.safetensors", "\"mean.hidden.0.max\"", "\"moan.hidden.0.max\""),
      in: "probes.safetensors")
    expectFault(try edit("head.safetensors", "\"scale\"", "\"scalp\""), in: "head.safetensors")
    let scale = "\"scale\":{\"dtype\":"
    expectFault(
      try edit("head.safetensors", scale + "\"F32", scale + "\"I32"), in: "head.safetensors")
  }

  @Test("a tensor holds no number, or a scale of zero")
  func numbers() throws {
    for bytes in [[0, 0, 0x80, 0x7F], [0, 0, 0xC0, 0x7F], [0, 0, 0, 0]] as [[UInt8]] {
      let folder = try written()
      let file = try SafetensorsFile(path: folder["head.safetensors"].path)
      let start = try #require(file.entries["scale"]).range.lowerBound
      var data = try Data(contentsOf: folder["head.safetensors"])
      data.replaceSubrange(start..<start + 4, with: bytes)
      try data.write(to: folder["head.safetensors"])
      expectFault(folder, in: "head.safetensors")
    }
  }

  @Test(
    "a key is missing, or holds something else",
    arguments: [
      ("run.json", "\"eta\"", "\"beta\""), ("run.json", "\"hidden\"", "\"hiding\""),
      ("run.json", "\"blocks\" : 3", "\"blocks\" : \"3\""),
      ("run.json", "\"blocks\" : 3", "\"blocks\" : 3.5"),
      ("scores.json", "\"grid\"", "\"grit\""), ("probes.json", "\"layer\" : 0", "\"layer\" : null"),
      ("probes.json", "\"layer\" : 0", "\"layer\" : 7"),
      ("head.json", "\"pooling\" : \"max\"", "\"pooling\" : \"min\""),
    ])
  func keys(name: String, old: String, new: String) throws {
    // A probe of a layer that no file has is missed where its weights should be.
    let file = new.hasSuffix("7") ? "probes.safetensors" : name
    expectFault(try edit(name, old, new), in: file)
  }

  // MARK: Parts that do not belong together

  @Test("the head's neurons do not fit")
  func neurons() throws {
    func neurons(_ change: @escaping (inout [String]) -> Void) throws -> TemporaryFolder {
      try self.change("head.json") { json in
        var neurons = json["neurons"] as? [String] ?? []
        change(&neurons)
        json["neurons"] = neurons
      }
    }
    expectFault(try neurons { $0[0] = "neuron" }, in: "head.json")
    expectFault(try neurons { $0[0] = "A0.9999" }, in: "head.json")
    expectFault(try neurons { $0[0] = $0[1] }, in: "head.json")
    expectFault(try neurons { $0.removeLast() }, in: "head.json")
    expectFault(try neurons { $0 = [] }, in: "head.json")
    expectFault(
      try neurons { $0[0] = ($0[0].hasPrefix("A") ? "H" : "A") + "0.0" }, in: "head.json")
  }

  @Test("the head's exits do not fit")
  func exits() throws {
    func exits(_ change: @escaping (inout [[String: Any]]) -> Void) throws -> TemporaryFolder {
      try self.change("head.json") { json in
        var exits = json["exits"] as? [[String: Any]] ?? []
        change(&exits)
        json["exits"] = exits
      }
    }
    expectFault(try exits { $0 = [] }, in: "head.json")
    for depth in [-1, 0, 99, Int.max, Int.min] {
      expectFault(try exits { $0[$0.count - 1]["depth"] = depth }, in: "head")
    }
    for count in [-1, 0, 9999] {
      expectFault(try exits { $0[0]["neurons"] = count }, in: "head.json")
    }
    expectFault(
      try change("head.json") { json in
        json["neurons"] = [String]()
        json["exits"] = (json["exits"] as? [[String: Any]] ?? []).map {
          $0.merging(["neurons": 0]) { $1 }
        }
      }, in: "head.json")
  }

  @Test("a probe stands there twice")
  func probes() throws {
    let folder = try change("probes.json") { json in
      let probes = json["probes"] as? [Any] ?? []
      json["probes"] = probes + probes.prefix(1)
    }
    expectFault(folder, in: "probes.json")
  }

  @Test("the model's sizes make no sense")
  func shape() throws {
    for key in ["blocks", "width", "neurons"] {
      // Features from elsewhere may be hidden states alone.
      for size in [-5, 0, Int.max, Int.min] where size != 0 || key != "neurons" {
        let folder = try change("run.json") { json in
          var model = json["model"] as? [String: Any] ?? [:]
          var shape = model["shape"] as? [String: Any] ?? [:]
          shape[key] = size
          model["shape"] = shape
          json["model"] = model
        }
        expectFault(folder, in: "run.json")
      }
    }
  }

  @Test("the classes are not those of the head")
  func classes() throws {
    for classes in [[], ["bad"], ["bad", "good"], ["bad", "good", "worse"]] {
      let folder = try change("run.json") { json in
        var data = json["data"] as? [String: Any] ?? [:]
        data["classes"] = classes
        json["data"] = data
      }
      expectFault(folder, in: "run.json")
    }
  }

  @Test("the head's classes are in another order")
  func classOrder() throws {
    let folder = try change("head.json") { $0["classes"] = ["good", "bad", "very"] }
    expectFault(folder, in: "head.json")
  }

  @Test("any few bytes changed give an error or a run that explains")
  func fuzz() throws {
    let folder = try written()
    let (model, tokenizer) = (try Tiny.model(), try Tiny.tokenizer())
    let bytes = Array("0123456789-,.:[]{}\"eAH \n".utf8)
    var noise = Noise(seed: 12)
    for name in ["run.json", "probes.json", "head.json", "scores.json", "head.safetensors"] {
      let whole = try Data(contentsOf: folder[name])
      for _ in 0..<60 {
        var damaged = whole
        for _ in 0..<1 + noise.below(3) {
          damaged[noise.below(min(damaged.count, 4000))] = bytes[noise.below(bytes.count)]
        }
        try damaged.write(to: folder[name])
        guard let run = try? Run(folder: folder.url),
          let explainer = try? Explainer(run: run, model: model, tokenizer: tokenizer)
        else { continue }
        #expect(explainer.explain("the film was good").words.count == 6)
      }
      try whole.write(to: folder[name])
    }
  }
}
