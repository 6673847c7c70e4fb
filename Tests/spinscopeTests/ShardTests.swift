import Foundation
import Probing
import Tensors
import Testing

@testable import spinscope

/// A folder for the runs of one test, with texts enough for several batches.
private final class Workplace {
  static let model = TinyRun.fixtures.appendingPathComponent("models/tiny-bert")
  let folder: URL
  private(set) var notes: [String] = []

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("shards-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  subscript(name: String) -> URL { folder.appendingPathComponent(name) }

  /// Rows of a file of labelled texts: more batches than three, fewer than thirty.
  static let csv: String = {
    var generator = SplitMix64(seed: 3)
    let words = ["good", "bad", "a", "film", "day", "the", "and", "story", "is", "long"]
    let rows = (0..<260).map { id in
      let text = (0..<Int.random(in: 8...60, using: &generator))
        .map { _ in words[Int.random(in: 2..<words.count, using: &generator)] }
      return "\((text + [words[id % 2]]).joined(separator: " ")),\(id % 2)"
    }
    return "text,label\n" + rows.joined(separator: "\n")
  }()

  static let data = Result {
    try DataSource(files: ["texts.csv"]).read(Array(csv.utf8), named: "texts")
  }

  func maker(
    _ name: String, poolings: [Pooling] = [.max], isHalf: Bool = false, texts: Int? = nil,
    model: URL = model
  ) throws -> RunMaker {
    var data = try Self.data.get()
    if let texts { data.texts = Array(data.texts.prefix(texts)) }
    var settings = FitSettings()
    settings.sources = [.hidden]
    settings.selections = [.eta(0.5)]
    return RunMaker(
      folder: model, modelName: "tiny", dataName: "texts", source: DataSource(files: ["texts.csv"]),
      data: data, output: self[name], settings: settings, poolings: poolings, isHalf: isHalf,
      halves: 0, workers: 2)
  }

  func reading(_ name: String) throws -> TextReading {
    let maker = try maker(name)
    return try TextReading(
      maker.folder, maker.data, poolings: maker.poolings, normsLast: maker.normsLast,
      isHalf: maker.isHalf, workers: 2)
  }

  /// Reads a shard of a run to be.
  @discardableResult
  func read(_ number: Int, of count: Int, _ maker: RunMaker) throws -> RunMaker.MadeShard {
    try maker.make(try #require(Shard(number, of: count)), report: { _ in })
  }

  func shard(_ number: Int, of count: Int, _ name: String) throws -> ShardFolder {
    ShardFolder(try #require(Shard(number, of: count)), of: self[name])
  }

  /// Fits, and keeps what was noted.
  func fit(_ maker: RunMaker) throws {
    notes = []
    _ = try maker.make(
      report: { _ in }, note: { if $0.contains("shard") { self.notes.append($0) } })
  }

  /// Every file of a run.
  func bytes(_ name: String) throws -> [String: Data] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: self[name].path)
    return try Dictionary(
      uniqueKeysWithValues: paths.filter { $0.contains(".") && $0 != "timings.json" }.map {
        ($0, try Data(contentsOf: self[name].appendingPathComponent($0)))
      })
  }

  /// What a fit in one piece writes.
  func unbroken() throws -> [String: Data] {
    try fit(try maker("unbroken.spin"))
    return try bytes("unbroken.spin")
  }
}

@Suite("Shards of a fit")
struct ShardTests {
  @Test("cover every batch once, however many they are", arguments: [1, 2, 3, 8, 50])
  func cover(count: Int) {
    let all = (1...count).flatMap { Shard($0, of: count)?.batches(of: 21) ?? [] }
    #expect(all.sorted() == Array(0..<21))
  }

  @Test(
    "are named I/N, with I from 1 to N",
    arguments: ["0/3", "4/3", "-1/3", "1", "1/", "/3", "1/2/3", "a/b", "1/9999999999", "1 /2"])
  func names(argument: String) {
    #expect(Shard(argument: argument) == nil)
    #expect(Shard(argument: "3/8")?.description == "3/8")
  }

  @Test(
    "join to the same bytes as one piece, of unequal size and more than there are batches",
    arguments: [2, 3, 30])
  func join(count: Int) throws {
    let place = try Workplace()
    let unbroken = try place.unbroken()
    let maker = try place.maker("r.spin")
    let made = try (1...count).map { try place.read($0, of: count, maker) }
    let batches = made[0].batches
    #expect(3 < batches && batches < 30 && made.map(\.texts).reduce(0, +) == 260)
    #expect(made.map { $0.texts > 0 } == (1...count).map { $0 <= batches })
    try place.fit(maker)
    #expect(place.notes == ["shards bring 260 of 260 texts"])
    #expect(try place.bytes("r.spin") == unbroken)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: place.folder.path).sorted()
        == ["r.spin", "unbroken.spin"])
  }

  @Test("as F16 join to the same bytes")
  func half() throws {
    let place = try Workplace()
    let makers = try ["a.spin", "b.spin"].map { try place.maker($0, isHalf: true) }
    try place.fit(makers[0])
    for number in [1, 2] { try place.read(number, of: 2, makers[1]) }
    try place.fit(makers[1])
    #expect(try place.bytes("a.spin") == place.bytes("b.spin"))
  }

  @Test("one that was stopped goes on where it was, and is read again if its texts are others")
  func resumed() throws {
    let place = try Workplace()
    let folder = try place.shard(1, of: 2, "r.spin")
    let reading = try place.reading("r.spin")
    try folder.write(reading.identity)
    var calls = 0
    let missing = folder.maker(reading).missing.count
    let isWhole = try folder.maker(reading).fill { _ in
      calls += 1
      return calls <= 2
    }
    #expect(!isWhole && folder.maker(reading).missing.count == missing - 2)
    // A row that was being written, and a line of the ledger that was.
    let ledger = folder.url.appendingPathComponent("features/\(BatchLedger.name)")
    try (Data(contentsOf: ledger) + Data("4 12ab".utf8)).write(to: ledger)
    let unbroken = try place.unbroken()
    let maker = try place.maker("r.spin")
    for number in [1, 2] { try place.read(number, of: 2, maker) }
    try place.fit(maker)
    #expect(place.notes == ["shards bring 260 of 260 texts"])
    #expect(try place.bytes("r.spin") == unbroken)

    try place.read(2, of: 2, try place.maker("s.spin", texts: 200))
    #expect(try place.read(2, of: 2, try place.maker("s.spin")).allTexts == 260)
    #expect(try place.shard(2, of: 2, "s.spin").info?.identity.texts == 260)
  }

  @Test("that are missing or unfinished are said, and their texts are read by the fit")
  func missing() throws {
    let place = try Workplace()
    let unbroken = try place.unbroken()
    let maker = try place.maker("r.spin")
    try place.read(2, of: 3, maker)
    let unfinished = try place.shard(3, of: 3, "r.spin")
    try unfinished.write(try place.reading("r.spin").identity)
    try place.fit(maker)
    #expect(place.notes.count == 3)
    #expect(place.notes[1].hasPrefix("shard 1/3 is not there; its "))
    #expect(place.notes[2].hasPrefix("shard 3/3 is not whole; "))
    #expect(try place.bytes("r.spin") == unbroken)
  }

  /// Ways in which a shard may suffer on its way, each with what is said.
  static let damages: [(name: String, said: String, damage: @Sendable (URL) throws -> Void)] = [
    (
      "a byte", "are not those that were written",
      { url in
        let file = url.appendingPathComponent("features/act.1.safetensors")
        var data = try Data(contentsOf: file)
        data[data.count - 70] ^= 0x10
        try data.write(to: file)
      }
    ),
    (
      "a cut file", "hidden.0.safetensors",
      { url in
        let file = url.appendingPathComponent("features/hidden.0.safetensors")
        try Data(contentsOf: file).dropLast(8).write(to: file)
      }
    ),
    (
      "a missing file", "act.2.safetensors",
      {
        try FileManager.default.removeItem(
          at: $0.appendingPathComponent("features/act.2.safetensors"))
      }
    ),
    (
      "no shard.json", "not whole",
      { try FileManager.default.removeItem(at: $0.appendingPathComponent("shard.json")) }
    ),
    (
      "half a shard.json", "not whole",
      { try Data("{\"identity\": {".utf8).write(to: $0.appendingPathComponent("shard.json")) }
    ),
    (
      "a ledger of anything", "not whole",
      {
        let file = $0.appendingPathComponent("features/\(BatchLedger.name)")
        let first = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")[0]
        try Data("\(first)\n-1 0.\n99 0.\nx y.\n0.\n9999999999999999999 1.\n".utf8).write(to: file)
      }
    ),
  ]

  @Test("that are damaged are noticed, and their texts are read by the fit", arguments: 0..<6)
  func damaged(index: Int) throws {
    let place = try Workplace()
    let unbroken = try place.unbroken()
    let maker = try place.maker("r.spin")
    for number in [1, 2] { try place.read(number, of: 2, maker) }
    let damage = Self.damages[index]
    try damage.damage(try place.shard(2, of: 2, "r.spin").url)
    try place.fit(maker)
    #expect(place.notes.contains { $0.contains(damage.said) }, "\(damage.name): \(place.notes)")
    #expect(place.notes.contains { $0.hasPrefix("shard 2/2 is not whole") })
    #expect(try place.bytes("r.spin") == unbroken)
  }

  @Test("of another fit are refused by name, with what differs")
  func others() throws {
    let place = try Workplace()
    let f16 = TinyRun.fixtures.appendingPathComponent("models/tiny-bert-f16")
    let others: [(RunMaker, String)] = [
      (try place.maker("r.spin", poolings: [.mean, .max]), "the poolings mean, max, not max"),
      (try place.maker("r.spin", isHalf: true), "F16, not F32"),
      (try place.maker("r.spin", texts: 200), "200 texts, not 260"),
      (try place.maker("r.spin", model: f16), "another model's weights"),
    ]
    for (other, difference) in others {
      try place.read(1, of: 2, other)
      let fault = try #require(throws: Failure.self) { try place.fit(place.maker("r.spin")) }
      #expect(fault.code == .input)
      #expect(fault.message.contains("r.spin.shards/1-of-2: this shard has \(difference)"))
    }
  }

  @Test("that are being read are left alone, by a second reader and by the fit")
  func locked() throws {
    let place = try Workplace()
    let maker = try place.maker("r.spin")
    try place.read(1, of: 2, maker)
    let lock = try place.shard(1, of: 2, "r.spin").lock()
    let second = try #require(throws: Failure.self) { try place.read(1, of: 2, maker) }
    let fit = try #require(throws: Failure.self) { try place.fit(maker) }
    for fault in [second, fit] {
      #expect(fault.code == .failed && fault.message.contains("process \(getpid())"))
    }
    #expect(throws: Never.self) { try place.read(2, of: 2, maker) }
    lock.release()
    #expect(throws: Never.self) { try place.fit(maker) }
  }
}
