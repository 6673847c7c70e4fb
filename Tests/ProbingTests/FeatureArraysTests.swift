import CZlib
import Foundation
import Fuzzing
import Tensors
import Testing

@testable import Probing

@Suite("Features that were made elsewhere are read, and what does not fit is refused")
struct FeatureArraysTests {
  // MARK: Files as NumPy writes them

  private func littleEndian(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// A matrix of ones, or of the bytes of another type.
  private func npy(
    _ shape: String = "(4, 3)", type: String = "<f4", order: String = "False", bytes: [UInt8]? = nil
  ) -> [UInt8] {
    var header = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
    header += String(repeating: " ", count: 63 - (header.count + 10) % 64) + "\n"
    let one = littleEndianBytes([Float(1)])
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + littleEndian(header.utf8.count, 2)
      + Array(header.utf8) + (bytes ?? (0..<12).flatMap { _ in one })
  }

  /// Members of an archive, deflated or as they are.
  private func zip(_ members: [(String, [UInt8])], deflate: Bool = false) throws -> [UInt8] {
    var (file, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, bytes) in members {
      // A gzip member is a header of ten bytes, deflated data and eight bytes.
      let data = deflate ? Array(try gzipped(bytes).dropFirst(10).dropLast(8)) : bytes
      let sizes =
        littleEndian(Int(crc32(bytes)), 4) + littleEndian(data.count, 4)
        + littleEndian(bytes.count, 4) + littleEndian(name.utf8.count, 2)
      let common = [20, 0, 0, 0, deflate ? 8 : 0, 0, 0, 0, 0, 0] + sizes
      directory +=
        Array("PK\u{1}\u{2}".utf8) + [20, 0] + common
        + [UInt8](repeating: 0, count: 12) + littleEndian(file.count, 4) + Array(name.utf8)
      file += Array("PK\u{3}\u{4}".utf8) + common + [0, 0] + Array(name.utf8) + data
    }
    let counts = littleEndian(members.count, 2) + littleEndian(members.count, 2)
    return file + directory + Array("PK\u{5}\u{6}".utf8) + [0, 0, 0, 0] + counts
      + littleEndian(directory.count, 4) + littleEndian(file.count, 4) + [0, 0]
  }

  private func folder(_ files: [String: [UInt8]]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, bytes) in files { try Data(bytes).write(to: folder[name]) }
    return folder
  }

  /// Both hidden states of one block.
  private var whole: [String: [UInt8]] { ["hidden.0.mean.npy": npy(), "hidden.1.mean.npy": npy()] }

  /// Why a folder is refused, read to the last number.
  private func problem(_ files: [String: [UInt8]], texts: Int = 4) throws -> String {
    let folder = try folder(files)
    do throws(RunError) {
      let arrays = try FeatureArrays(path: folder.url.path, texts: texts)
      let plan = FeaturePlan(
        texts: texts, blocks: arrays.stacks.blocks, width: arrays.width, neurons: arrays.neurons,
        poolings: arrays.poolings)
      try arrays.copy(to: FeatureStore(folder: folder["out"]), plan) { _ in }
      return "none"
    } catch {
      return error.description
    }
  }

  // MARK: What is read

  @Test("npy, npz, deflated or not, and safetensors give the same numbers")
  func formats() throws {
    let values = (0..<12).map { Float($0) / 8 }
    let array = npy(bytes: littleEndianBytes(values))
    let named = ["hidden.0.mean", "hidden.1.mean", "act.0.mean"]
    let folder = try folder([
      "a.npz": zip(named.map { ($0 + ".npy", array) }),
      "b.npz": zip(named.map { ($0 + ".npy", array) }, deflate: true),
    ])
    try FileManager.default.createDirectory(at: folder["c"], withIntermediateDirectories: true)
    for name in named { try Data(array).write(to: folder["c/\(name).npy"]) }
    let plan = FeaturePlan(texts: 4, blocks: 1, width: 3, neurons: 3, poolings: [.mean])
    for source in ["a.npz", "b.npz", "c", "out-c"] {
      let arrays = try FeatureArrays(path: folder[source].path, texts: 4)
      #expect(arrays.stacks == Stacks(blocks: 1) && arrays.width == 3 && arrays.neurons == 3)
      // What was written last is read in turn: a run's own features can be imported.
      let store = FeatureStore(folder: folder["out-\(source)"])
      try arrays.copy(to: store, plan) { _ in }
      let features = try store.open(plan)
      for key in plan.keys { #expect(features[key].matrix.values == values) }
    }
  }

  @Test("numbers of 16 and 64 bits are taken, and hidden states alone are enough")
  func types() throws {
    let halves = (0..<12).flatMap { littleEndian(Int(Float16($0).bitPattern), 2) }
    let doubles = (0..<12).flatMap { littleEndian(Int(Double($0).bitPattern), 8) }
    let folder = try folder([
      "hidden.0.max.npy": npy(type: "<f2", bytes: halves),
      "hidden.1.max.npy": npy(type: "<f8", bytes: doubles), "notes.txt": [],
    ])
    let arrays = try FeatureArrays(path: folder.url.path, texts: 4)
    #expect(arrays.neurons == 0 && arrays.poolings == [.max])
    let plan = FeaturePlan(texts: 4, blocks: 1, width: 3, neurons: 0, poolings: [.max])
    let store = FeatureStore(folder: folder["out"])
    try arrays.copy(to: store, plan) { _ in }
    let features = try store.open(plan)
    #expect(plan.keys.count == 2)
    for key in plan.keys { #expect(features[key].matrix.values == (0..<12).map { Float($0) }) }
  }

  @Test("what a decoder makes may stand there too, whole")
  func decoder() throws {
    var files = whole
    files["act.0.mean.npy"] = npy()
    for name in ["hidden.0", "hidden.1", "hidden.2", "act.0", "act.1"] {
      files["decoder.\(name).mean.npy"] = npy()
    }
    let folder = try folder(files)
    let arrays = try FeatureArrays(path: folder.url.path, texts: 4)
    #expect(arrays.stacks == Stacks(blocks: 1, decoderBlocks: 2))
    #expect(arrays.width == 3 && arrays.neurons == 3)
    files["decoder.act.1.mean.npy"] = nil
    #expect(
      try problem(files).contains("decoder.hidden states 0 … 2 and activations up to 0, not 1"))
    files["decoder.hidden.1.mean.npy"] = nil
    files["decoder.act.1.mean.npy"] = npy()
    #expect(try problem(files).contains("no array decoder.hidden.1.mean"))
    for name in ["decoder.hidden.1.mean.npy", "decoder.hidden.2.mean.npy"] { files[name] = nil }
    #expect(try problem(files).contains("name them decoder.hidden.0.mean"))
  }

  // MARK: What is refused

  @Test("an array that is no matrix of real numbers in row order is named with what to do")
  func arrays() throws {
    let bytes = [UInt8](repeating: 0, count: 48)
    for (array, words) in [
      (npy(type: "|O"), "numbers of type |O; save it as"),
      (npy(type: ">f4"), "little-endian"), (npy(type: "<i4"), "numbers of type <i4"),
      (npy(order: "True"), "in Fortran order; save numpy.ascontiguousarray"),
      (npy("(12,)"), "no matrix [texts, neurons]"), (npy("(2, 2, 3)"), "no matrix"),
      (npy("(4, 4)"), "48 bytes, which are not [4, 4] of F32"),
      (npy("(99999999999, 99999999999)"), "which are not"),
      (npy("(4, 0)", bytes: []), "which are not"), (npy("(3, 4)"), "3 rows for 4 texts"),
      (Array(npy().prefix(70)), "ends too early"), (bytes, "not an array of NumPy"),
      ([], "not an array"),
      (
        npy(bytes: littleEndianBytes([Float](repeating: 1, count: 11) + [.nan])),
        "neuron 2 of text 4 is nan"
      ),
    ] {
      var files = whole
      files["hidden.1.mean.npy"] = array
      let problem = try problem(files)
      #expect(problem.contains("hidden.1.mean.npy: ") && problem.contains(words), "\(problem)")
    }
  }

  @Test("layers that are missing, doubled, misnamed or of other widths are named")
  func layers() throws {
    func changed(_ changes: [String: [UInt8]?]) -> [String: [UInt8]] {
      var files = whole
      for (name, bytes) in changes { files[name] = bytes }
      return files
    }
    for (files, words) in [
      ([:], "no .npy, .npz, .safetensors file stands there"),
      (["hidden.0.mean.npy": npy()], "no hidden states 0 and 1 at least"),
      (changed(["hidden.3.mean.npy": npy()]), "no array hidden.2.mean, while others are there"),
      (changed(["hidden.1.max.npy": npy()]), "no array hidden.0.max"),
      (changed(["act.1.mean.npy": npy()]), "hidden states 0 … 1 and activations up to 1, not 0"),
      (changed(["layer1.npy": npy()]), "no layer is called so; name it as hidden.3.mean"),
      (changed(["hidden.01.mean.npy": npy()]), "no layer is called so"),
      (changed(["hidden.0.npz": try zip([("mean.npy", npy())])]), "stand there twice"),
      (
        changed(["hidden.1.mean.npy": npy("(4, 2)", bytes: Array(npy().suffix(32)))]),
        "2 columns, while layers before have 3"
      ),
      (
        changed(["a.npz": try zip([("../../etc/hidden.2.mean.npy", npy())])]),
        "no layer is called so"
      ),
    ] {
      let problem = try problem(files)
      #expect(problem.contains(words), "\(problem)")
    }
  }

  @Test("an archive whose sizes, places or sums are wrong is refused")
  func archives() throws {
    let good = try zip([("hidden.0.mean.npy", npy()), ("hidden.1.mean.npy", npy())])
    #expect(try problem(["a.npz": good]) == "none")
    func changed(_ place: Int, _ bytes: [UInt8]) -> [UInt8] {
      var file = good
      file.replaceSubrange(place..<place + bytes.count, with: bytes)
      return file
    }
    let directory = good.count - 22 - 2 * (46 + 17)
    for (file, words) in [
      (Array(good.prefix(good.count - 30)), "no zip archive, or one that was cut off"),
      (changed(directory + 8, [1]), "is encrypted"),
      (changed(directory + 10, [12]), "compressed by method 12"),
      (changed(directory + 24, [0, 0, 0, 0x7F]), "bytes that inflate to"),
      (changed(directory + 42, [0xFF, 0xFF]), "damaged: at byte 65535"),
      (changed(directory + 42, [1]), "damaged: no member at byte 1"),
      (changed(directory + 63 + 42, [0, 0]), "members overlap"),
      (changed(200, [9]), "its checksum is not the archive's"),
      (changed(good.count - 6, [0xFF, 0xFF, 0xFF]), "damaged: a directory of"),
      (
        try zip([("hidden.0.mean.npy", [UInt8](repeating: 0, count: 9_000_000))], deflate: true),
        "not an array"
      ),
    ] {
      let problem = try problem(["a.npz": file])
      #expect(problem.contains(words), "\(problem)")
    }
  }

  @Test("any archive or array gives features or an error in one line")
  func fuzz() throws {
    let members = [("hidden.0.mean.npy", npy()), ("hidden.1.mean.npy", npy())]
    let archives = try [zip(members), zip(members, deflate: true)]
    for (name, corpus) in [("a.npz", archives), ("hidden.1.mean.npy", [npy()])] {
      var fuzzer = Fuzzer("features", corpus: corpus, rounds: 250)
      var refused = 0
      try fuzzer.run { bytes in
        let problem = try problem(["hidden.0.mean.npy": npy(), name: bytes])
        if problem != "none" { refused += 1 }
        #expect(!problem.contains { $0.isNewline }, "\(problem)")
      }
      #expect(refused > 50)
    }
  }
}
