import Foundation
import Testing

@testable import Probing

@Suite("A run's sums find a single changed byte")
struct RunSumsTests {
  /// A run with features and timings, as a fit leaves it.
  private func written() throws -> (Run, TemporaryFolder) {
    let folder = try TemporaryFolder()
    var run = try Tiny.run("max")
    run.timings = ExitTimings(
      texts: 15, tokens: 90, milliseconds: [Double](repeating: 0.5, count: 4))
    _ = try Tiny.features(of: run, in: folder.url)
    try run.write(to: folder.url)
    return (run, folder)
  }

  /// Changes one bit of a file while `body` runs.
  private func flipping(
    _ file: URL, byte: Int, bit: Int, _ body: () throws -> Void
  ) throws {
    let whole = try Data(contentsOf: file)
    var damaged = whole
    damaged[byte] ^= 1 << bit
    try damaged.write(to: file)
    try body()
    try whole.write(to: file)
  }

  /// Places in a file of some size: both ends, and others at random.
  private func places(_ count: Int, _ noise: inout Noise) -> [Int] {
    [0, 1, count - 2, count - 1] + (0..<20).map { _ in noise.below(count) }
  }

  @Test("in any file of the run, which does not open and says which file it is")
  func files() throws {
    let (_, folder) = try written()
    var noise = Noise(seed: 3)
    for name in RunTests.files {
      for byte in places(try Data(contentsOf: folder[name]).count, &noise) {
        try flipping(folder[name], byte: byte, bit: noise.below(8)) {
          let fault = #expect(throws: RunError.self) { try Run(folder: folder.url) }
          #expect(fault?.path == folder[name].path && fault?.problem.contains("damaged") == true)
        }
      }
    }
    #expect(try Run(folder: folder.url).notes.isEmpty)
  }

  @Test("in the features, without which the run opens")
  func features() throws {
    let (run, folder) = try written()
    var noise = Noise(seed: 4)
    for key in FeaturePlan(texts: 0, shape: run.info.model.shape, poolings: [.max]).keys {
      let name = "features/\(key.layerName).safetensors"
      for byte in places(try Data(contentsOf: folder[name]).count, &noise) {
        try flipping(folder[name], byte: byte, bit: noise.below(8)) {
          let read = try Run(folder: folder.url)
          let features = RunFeatures(read, folder: folder.url)
          for _ in 0..<2 {
            let fault = #expect(throws: RunError.self) { try features.matrix(key) }
            #expect(fault?.path == folder[name].path)
          }
          #expect(RunSums(of: folder.url).faults(workers: 2).map(\.path) == [folder[name].path])
        }
      }
      #expect(try RunFeatures(run, folder: folder.url).matrix(key).rows == run.texts.count)
    }
  }

  @Test("in the times and in the sums themselves, without which the run opens with a note")
  func optional() throws {
    let (run, folder) = try written()
    for name in ["timings.json", RunSums.name] {
      for byte in 0..<(try Data(contentsOf: folder[name]).count) {
        try flipping(folder[name], byte: byte, bit: byte % 8) {
          let read = try Run(folder: folder.url)
          #expect(read.notes.count == 1 && read.notes[0].contains("\(name): damaged"))
          #expect(read.timings == (name == RunSums.name ? run.timings : nil))
        }
      }
    }
  }

  @Test("a run of older versions opens with a note")
  func older() throws {
    let (run, folder) = try written()
    try FileManager.default.removeItem(at: folder[RunSums.name])
    let read = try Run(folder: folder.url)
    #expect(read.notes.count == 1 && read.notes[0].contains("no SHA256SUMS"))
    #expect(read.texts == run.texts)
  }

  @Test("every file has a sum, in the form of sha256sum, and what only a fit needs has none")
  func form() throws {
    let (run, folder) = try written()
    try Data("x".utf8).write(to: folder["features/batches.done"])
    try run.write(to: folder.url)
    let lines = try String(contentsOf: folder[RunSums.name], encoding: .utf8).split(separator: "\n")
    let expected =
      RunTests.files + ["timings.json"]
      + FeaturePlan(texts: 0, shape: run.info.model.shape, poolings: [.max]).keys
      .map { "features/\($0.layerName).safetensors" }
    #expect(RunSums(of: folder.url).files == expected.sorted())
    for (line, name) in zip(lines, expected.sorted()) {
      #expect(try "\(SHA256.ofFile(folder[name].path))  \(name)" == line)
    }
    #expect(lines.count == expected.count + 1 && lines.last?.hasPrefix("# ") == true)
    #expect(RunSums(of: folder.url).faults().isEmpty)
  }
}
