import Foundation
import Testing

@testable import Tokenizers

/// Where the fixtures lie, found from this file so that tests run from any directory.
enum Fixtures {
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let tokenizers = package.appendingPathComponent("Tests/Fixtures/tokenizers")
  /// The studies and real tokenizers, which lie beside the package on some machines only.
  static let shared = package.deletingLastPathComponent().appendingPathComponent("shared")

  static var hasShared: Bool {
    let file = shared.appendingPathComponent("notes/engine_tricky_expected.json")
    let found = FileManager.default.fileExists(atPath: file.path)
    if !found { print("skipped: no \(file.path)") }
    return found
  }

  static func tokenizer(_ name: String) throws -> Tokenizer {
    try Tokenizer(folder: tokenizers.appendingPathComponent(name))
  }

  static func copy(_ name: String, to folder: TemporaryFolder) throws {
    let file = tokenizers.appendingPathComponent(name)
    try FileManager.default.copyItem(
      at: file, to: folder.url.appendingPathComponent(file.lastPathComponent))
  }

  static func decode<T: Decodable>(_ type: T.Type, _ url: URL) throws -> T {
    try JSONDecoder().decode(type, from: Data(contentsOf: url))
  }
}

/// What the library makes of a text: `make_tokenizer_fixtures.py` writes these.
struct ExpectedEncoding: Decodable {
  var text: String
  var ids: [Int32]
  var offsets: [Int]
  var words: [Int?]

  var ranges: [Range<Int>] {
    stride(from: 0, to: offsets.count, by: 2).map { offsets[$0]..<offsets[$0 + 1] }
  }

  /// The fixtures' folders.
  static let names = [
    "uncased", "cased", "gpt2", "roberta", "pythia", "t5", "flan", "characters", "fallback",
  ]

  static func all(_ name: String) throws -> [ExpectedEncoding] {
    let file = Fixtures.tokenizers.appendingPathComponent("\(name)/expected.json")
    return try Fixtures.decode([ExpectedEncoding].self, file)
  }
}

/// A folder with the given files that goes away with the value.
final class TemporaryFolder {
  let url: URL

  init(_ files: [String: [UInt8]] = [:]) throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("spinscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, bytes) in files {
      try Data(bytes).write(to: url.appendingPathComponent(name))
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
