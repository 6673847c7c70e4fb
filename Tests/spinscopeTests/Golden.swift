import Foundation
import Testing

/// Compares a text with a file of `Fixtures/golden` that people have looked at.
///
/// With `UPDATE_GOLDENS=1` in the environment it is written anew instead; read the difference.
func compareWithGolden(_ text: String, _ name: String) throws {
  let file = TinyRun.fixtures.appendingPathComponent("golden/\(name)")
  if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return
  }
  let golden = try String(contentsOf: file, encoding: .utf8)
  #expect(text.split(separator: "\n") == golden.split(separator: "\n"), "golden/\(name)")
}
