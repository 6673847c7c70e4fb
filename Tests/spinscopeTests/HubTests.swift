import Foundation
import Probing
import Testing
import Transformers

@testable import spinscope

@Suite("Fetching models from the hub, played by a server on this machine")
struct HubTests {
  /// The files of a small model, and of nothing else.
  static func files(_ model: String = "models/tiny-bert") throws -> [String: Data] {
    let folder = TinyRun.fixtures.appendingPathComponent(model)
    var files: [String: Data] = ["README.md": Data("# tiny".utf8)]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name == "model.safetensors" || !name.hasSuffix(".safetensors") || name.contains("-of-") {
      files[name] = try Data(contentsOf: folder.appendingPathComponent(name))
    }
    return files
  }

  private func environment(_ server: HubServer, _ home: URL) -> [String: String] {
    ["HF_ENDPOINT": server.endpoint + "/", "HF_HOME": home.path, "HOME": home.path]
  }

  private func fetcher(
    _ server: HubServer, _ home: URL, _ more: [String: String] = [:]
  ) -> ModelFetcher {
    ModelFetcher(environment: environment(server, home).merging(more) { $1 })
  }

  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test(
    "a model comes whole, into the layout that Python knows, and only once",
    arguments: ["models/tiny-bert", "models/tiny-gpt2-sharded"])
  func fetches(model: String) throws {
    let (server, home) = (try HubServer(Self.files(model)), try scratch())
    defer { server.stop() }
    let fetcher = fetcher(server, home)
    let folder = try fetcher.fetch("org/tiny")
    let repository = home.appendingPathComponent("hub/models--org--tiny")
    #expect(
      folder.path == repository.appendingPathComponent("snapshots/\(HubServer.commit)").path)
    #expect(
      try String(contentsOf: repository.appendingPathComponent("refs/main"), encoding: .utf8)
        == HubServer.commit)
    #expect(try names(folder) == server.files.keys.filter { $0 != "README.md" }.sorted())
    for name in try names(folder) {
      let file = folder.appendingPathComponent(name)
      #expect(try Data(contentsOf: file) == server.files[name])
      let link = try FileManager.default.destinationOfSymbolicLink(atPath: file.path)
      #expect(link.hasPrefix("../../blobs/"))
    }
    _ = try loadModel(folder: folder)
    let asked = server.requests.count
    #expect(try fetcher.fetch("org/tiny") == folder && fetcher.locate("org/tiny") == folder)
    #expect(server.requests.count == asked)
  }

  @Test("a line that breaks is taken up again where it broke")
  func resumes() throws {
    let (server, home) = (try HubServer(Self.files()), try scratch())
    defer { server.stop() }
    server.behave { $0.breaksAfter = 5_000 }
    let folder = try fetcher(server, home).fetch("org/tiny")
    let weights = try #require(server.files["model.safetensors"])
    #expect(try Data(contentsOf: folder.appendingPathComponent("model.safetensors")) == weights)
    let ranges = server.requests.compactMap { $0.headers["range"] }
    #expect(ranges.contains("bytes=5000-") && ranges.contains("bytes=10000-"))
  }

  @Test("a line that brings nothing is an error, and the next command goes on from what is there")
  func goesOn() throws {
    let (server, home) = (try HubServer(Self.files()), try scratch())
    defer { server.stop() }
    server.behave { $0.breaksAfter = 0 }
    let weights = try #require(server.files["model.safetensors"])
    let blobs = home.appendingPathComponent("hub/models--org--tiny/blobs")
    let sum = SHA256.of(Array(weights))
    #expect(throws: Failure.self) { try fetcher(server, home).fetch("org/tiny") }
    try weights.prefix(777).write(to: blobs.appendingPathComponent("\(sum).incomplete"))
    server.behave { $0.breaksAfter = .max }
    _ = try fetcher(server, home).fetch("org/tiny")
    #expect(server.requests.contains { $0.headers["range"] == "bytes=777-" })
    #expect(try Data(contentsOf: blobs.appendingPathComponent(sum)) == weights)
    #expect(try !names(blobs).contains { $0.hasSuffix(".incomplete") })
  }

  @Test("a hub that sends whole files only begins again")
  func wholeOnly() throws {
    let (server, home) = (try HubServer(Self.files()), try scratch())
    defer { server.stop() }
    server.behave { ($0.breaksAfter, $0.refusesRanges) = (5_000, true) }
    #expect(throws: Failure.self) { try fetcher(server, home).fetch("org/tiny") }
    server.behave { $0.breaksAfter = .max }
    let folder = try fetcher(server, home).fetch("org/tiny")
    let weights = try Data(contentsOf: folder.appendingPathComponent("model.safetensors"))
    #expect(weights == server.files["model.safetensors"])
  }

  @Test("what is damaged in the cache, or no file, is brought again")
  func repairs() throws {
    let (server, home) = (try HubServer(Self.files()), try scratch())
    defer { server.stop() }
    let folder = try fetcher(server, home).fetch("org/tiny")
    let file = folder.appendingPathComponent("model.safetensors")
    let weights = try #require(server.files["model.safetensors"])
    let blob = file.resolvingSymlinksInPath()
    let damages: [() throws -> Void] = [
      { try (weights + Data([1])).write(to: blob) }, { try Data().write(to: blob) },
      {
        try FileManager.default.removeItem(at: blob)
        try FileManager.default.createDirectory(at: blob, withIntermediateDirectories: true)
      },
      {
        try FileManager.default.removeItem(at: blob)
        let part = blob.appendingPathExtension("incomplete")
        #expect(mkfifo(part.path, 0o600) == 0)
      },
    ]
    for damage in damages {
      try damage()
      #expect(try fetcher(server, home).fetch("org/tiny") == folder)
      #expect(try Data(contentsOf: file) == weights)
    }
  }

  @Test("a fetch that is killed leaves nobody who goes on writing, and no token")
  func killed() throws {
    let (server, home) = (try HubServer(Self.files()), try scratch())
    defer { server.stop() }
    server.behave { ($0.pause, $0.token) = (150_000, "hf_secret") }
    let temporary = home.appendingPathComponent("tmp")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    let more = ["TMPDIR": temporary.path, "HF_TOKEN": "hf_secret"]
    let blobs = home.appendingPathComponent("hub/models--org--tiny/blobs")
    let sum = SHA256.of(Array(try #require(server.files["model.safetensors"])))
    let part = blobs.appendingPathComponent("\(sum).incomplete")
    func size() -> Int { (try? Data(contentsOf: part).count) ?? 0 }
    let code = try Killing.run(
      ["fetch", "org/tiny"], environment: environment(server, home).merging(more) { $1 },
      limit: .seconds(60), isDue: { size() > 10_000 })
    #expect(code == nil)
    let before = size()
    usleep(700_000)
    #expect(before > 10_000 && size() == before)
    #expect(try names(temporary) == [])
    server.behave { $0.pause = 0 }
    _ = try fetcher(server, home, more).fetch("org/tiny")
    #expect(server.requests.contains { $0.headers["range"] == "bytes=\(before)-" })
  }

  @Test("wrong bytes and wrong sizes are refused, and nothing stands under the final name")
  func damage() throws {
    let faults: [(inout HubServer.Behaviour) -> Void] = [
      { $0.damagesBytes = true }, { $0.size = 10 }, { $0.size = 10_000_000 },
      { $0.etag = "../../../etc/passwd" }, { $0.etag = "abc" },
    ]
    for (number, fault) in faults.enumerated() {
      let (server, home) = (try HubServer(Self.files()), try scratch())
      defer { server.stop() }
      server.behave(fault)
      #expect(throws: Failure.self, "fault \(number)") {
        try fetcher(server, home).fetch("org/tiny")
      }
      let folder = home.appendingPathComponent("hub/models--org--tiny")
      #expect(
        try names(folder.appendingPathComponent("blobs")).allSatisfy {
          $0.count == 40 || $0.hasSuffix(".incomplete")
        })
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("refs").path))
      #expect(throws: Failure.self) { try fetcher(server, home).locate("org/tiny") }
    }
  }

  @Test("a token is sent where one is set, and asked for where it is missing")
  func token() throws {
    let (server, home) = (try HubServer(Self.files()), try scratch())
    defer { server.stop() }
    server.behave { $0.token = "hf_secret" }
    let refusal = #expect(throws: Failure.self) { try fetcher(server, home).fetch("org/tiny") }
    #expect(refusal?.message.contains("HF_TOKEN") == true)
    let wrong = #expect(throws: Failure.self) {
      try fetcher(server, home, ["HF_TOKEN": "hf_other"]).fetch("org/tiny")
    }
    #expect(wrong?.message.contains("terms") == true)
    let long = #expect(throws: Failure.self) {
      let token = String(repeating: "x", count: 100_000)
      return try fetcher(server, home, ["HF_TOKEN": token]).fetch("org/tiny")
    }
    #expect(long?.message.contains("HF_TOKEN") == true)
    try Data("hf_secret\n".utf8).write(to: home.appendingPathComponent("token"))
    _ = try fetcher(server, home).fetch("org/tiny")
  }

  @Test("what is not there is said in a line: models, weights, and a hub that may not be asked")
  func refusals() throws {
    let home = try scratch()
    var files = try Self.files()
    files["pytorch_model.bin"] = files.removeValue(forKey: "model.safetensors")
    let server = try HubServer(files)
    defer { server.stop() }
    let cases: [(String, [String: String], String)] = [
      ("org/other", [:], "knows no such model"), ("org/tiny@v2", [:], "revision v2"),
      ("org/tiny", [:], "no model.safetensors"),
      ("org/tiny", ["HF_HUB_OFFLINE": "yes"], "HF_HUB_OFFLINE"),
      ("../tiny", [:], "not a model's name"), ("a/b/c", [:], "not a model's name"),
      ("org/tiny@../x", [:], "not a model's name"), ("", [:], "not a model's name"),
    ]
    for (model, more, message) in cases {
      let failure = #expect(throws: Failure.self, "\(model)") {
        try fetcher(server, home, more).fetch(model)
      }
      #expect(failure?.message.contains(message) == true, "\(failure?.message ?? "")")
    }
  }

  @Test("the command prints the folder, and other commands find the model by its name")
  func command() throws {
    let (server, home) = (try HubServer(Self.files()), try scratch())
    defer { server.stop() }
    let environment = environment(server, home)
    let fetched = try run(["fetch", "org/tiny"], environment: environment)
    #expect(fetched.code == 0 && fetched.output.hasSuffix("snapshots/\(HubServer.commit)\n"))
    #expect(fetched.errors.contains(server.endpoint))
    let tokens = try run(["tokenize", "org/tiny", "good"], environment: environment)
    #expect(tokens.code == 0)
  }

  @Test("git's names are those of git")
  func gitNames() {
    // `git hash-object` on an empty file, on "hello\n", and on 100 times "a".
    #expect(GitBlob.name(of: []) == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
    #expect(GitBlob.name(of: Array("hello\n".utf8)) == "ce013625030ba8dba906f756967f9e9ca394464a")
    let long = Array(repeating: UInt8(ascii: "a"), count: 100)
    #expect(GitBlob.name(of: long) == "d690765445339443e88fd770dad129c38e3521ff")
  }
}
